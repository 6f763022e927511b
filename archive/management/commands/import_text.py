"""import_text PATH --volume ID --number N: imports a plain-text transcription with its notes."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from archive.importers.faults import ImportFault
from archive.importers.files import read_source
from archive.importers.plain import parse_text
from archive.ingest import ingest


class Command(BaseCommand):
    help = (
        "Imports a plain-text transcription of one document with its numbered notes. The document "
        "is named d and its number; its volume is made if it is not there. A text that has changed "
        "becomes a new edition."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", metavar="PATH", help="a text file, UTF-8")
        parser.add_argument(
            "--volume", required=True, metavar="ID", help="the volume's id, such as frus1981-88v03"
        )
        parser.add_argument(
            "--number", required=True, metavar="N", help="the document's number, such as 169"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        volume, number = options["volume"], options["number"]
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,80}", volume):
            raise CommandError(f"--volume {volume!r}: an id has letters, digits, - and _ only.")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", number):
            raise CommandError(f"--number {number!r}: a number has letters, digits, - and _ only.")
        try:
            data = read_source(options["path"], settings.IMPORT_MAX_BYTES)
            report = ingest(parse_text(data, options["path"], volume=volume, number=number))
        except ImportFault as fault:
            raise CommandError(str(fault)) from fault
        for notice in report.notices if options["verbosity"] else ():
            self.stdout.write(f"  {notice}")
        self.stdout.write(report.summary())
