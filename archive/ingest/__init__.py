"""The write side of an import: parsed values to volumes, documents and editions.

Import adds and never deletes: what a file does not mention stays as it is, and a changed text is a
new edition beside the old ones.
"""

from archive.ingest.frame import known_entries
from archive.ingest.packing import digest_of
from archive.ingest.report import OUTCOMES, IngestReport, NewEdition
from archive.ingest.run import Progress, ingest

__all__ = [
    "OUTCOMES",
    "IngestReport",
    "NewEdition",
    "Progress",
    "digest_of",
    "ingest",
    "known_entries",
]
