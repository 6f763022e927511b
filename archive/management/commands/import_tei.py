"""import_tei PATH…: imports FRUS TEI volumes, or files with some of their documents."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from archive.importers.faults import ImportFault
from archive.importers.files import read_source
from archive.importers.tei import parse_tei
from archive.ingest import IngestReport, ingest, known_entries


class Command(BaseCommand):
    help = (
        "Imports FRUS volumes in TEI, or files with some of a volume's documents. Import adds and "
        "never deletes: a document whose text has changed gets a new edition, one whose text is "
        "the same gets none. Each file is imported whole or not at all."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", help="a TEI file (XML)")

    def handle(self, *args: Any, **options: Any) -> None:
        paths, faults, reports = options["paths"], [], []
        for path in paths:
            try:
                reports.append(self._import(path, options["verbosity"]))
            except ImportFault as fault:
                faults.append(fault)
                if len(paths) > 1:
                    self.stderr.write(str(fault))
        if len(reports) > 1:
            count = sum(len(r.new) + len(r.changed) for r in reports)
            self.stdout.write(f"{len(reports)} files imported, {count} new editions.")
        if len(paths) == 1 and faults:
            raise CommandError(str(faults[0]))
        if faults:
            raise CommandError(f"{len(faults)} of {len(paths)} files could not be imported.")

    def _import(self, path: str, verbosity: int) -> IngestReport:
        limit = settings.IMPORT_MAX_BYTES
        data = read_source(path, limit)
        parsed = parse_tei(data, path, max_bytes=limit, known_entries=known_entries)
        report = ingest(parsed, self._progress if self.stdout.isatty() and verbosity else None)
        for notice in report.notices if verbosity else ():
            self.stdout.write(f"  {notice}")
        self.stdout.write(report.summary())
        return report

    def _progress(self, done: int, total: int) -> None:
        self.stdout.write(f"\r  {done} of {total} documents", ending="\n" if done == total else "")
        self.stdout.flush()
