"""rebuild_search: makes the index of full text search anew."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from archive.search.index import rebuild


class Command(BaseCommand):
    help = (
        "Makes the index of full text search anew from the current editions. Imports keep it up to "
        "date: this is for a database that was restored without it, or to give back the room "
        "that earlier editions take in it. Until it has ended, searches use the old index."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        shown = self.stdout.isatty() and options["verbosity"]
        begin = time.monotonic()
        with transaction.atomic():
            count = rebuild(self._progress if shown else None)
        seconds = time.monotonic() - begin
        self.stdout.write(
            f"{count} document{'' if count == 1 else 's'} indexed in {seconds:.1f} s."
        )

    def _progress(self, done: int, total: int) -> None:
        self.stdout.write(f"\r  {done} of {total} documents", ending="\n" if done == total else "")
        self.stdout.flush()
