"""Full text search over documents and footnotes: the same on SQLite and on PostgreSQL."""
