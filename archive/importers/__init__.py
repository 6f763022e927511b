"""Importers: sources in files to plain values, without a database."""

# The version of what importers make of a source. Whoever changes that raises it: the same bytes are
# then read again, where they would be passed over as imported already.
READER = "1"
