"""Snapshots as files, pure: what is in one, how it is sealed, verified, compared, pseudonymised."""
