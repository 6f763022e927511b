"""What the archive tells others, who know of it while it knows nothing of them."""

from __future__ import annotations

from django.dispatch import Signal

# Sent inside an import's transaction, before it is committed, when documents got a new edition in
# place of an old one. Arguments: ``editions`` (a tuple of archive.ingest.NewEdition) and ``run``
# (the Import). A receiver moves what refers to the old editions, and answers with a sentence for
# the import's report, or with nothing.
editions_replaced = Signal()
