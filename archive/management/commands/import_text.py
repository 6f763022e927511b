"""import_text PATH --volume ID --number N: imports one document from plain text, HTML or DOCX."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from archive.importers.brought import parse_brought
from archive.importers.faults import ImportFault
from archive.importers.files import read_source
from archive.importers.parsed import ParsedVolume
from archive.importers.particulars import MAX_SOURCE, MAX_TITLE, Given
from archive.ingest import ingest
from archive.models import Volume

_SAID = {
    "title": "the document's title; else the heading or title in the file",
    "date": "the document's date, such as 'May 10, 1982' or 1982-05-10",
    "source": "where the text was found: an address or words; kept with a volume that is new",
    "licence": "under what terms it may be used; kept with a volume that is new",
}


class Command(BaseCommand):
    help = (
        "Imports one document: a plain-text transcription with its numbered notes, an HTML file or "
        "a Word document (.docx). The document is named d and its number; its volume is made if it "
        "is not there. A text that has changed becomes a new edition."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", metavar="PATH", help="a .txt (UTF-8), .html or .docx file")
        parser.add_argument(
            "--volume", required=True, metavar="ID", help="the volume's id, such as frus1981-88v03"
        )
        parser.add_argument(
            "--number", required=True, metavar="N", help="the document's number, such as 169"
        )
        for name, said in _SAID.items():
            parser.add_argument(f"--{name}", default="", metavar="WORDS", help=said)

    def handle(self, *args: Any, **options: Any) -> None:
        volume, number = options["volume"], options["number"]
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,80}", volume):
            raise CommandError(f"--volume {volume!r}: an id has letters, digits, - and _ only.")
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,20}", number):
            raise CommandError(f"--number {number!r}: a number has letters, digits, - and _ only.")
        for name in _SAID:
            most = MAX_SOURCE if name == "source" else MAX_TITLE
            if len(options[name]) > most:
                raise CommandError(f"--{name}: at most {most} characters.")
        try:
            data = read_source(options["path"], settings.IMPORT_MAX_BYTES)
            parsed = parse_brought(
                data,
                options["path"],
                volume=volume,
                number=number,
                max_bytes=settings.IMPORT_MAX_BYTES,
                given=Given(**{name: options[name] for name in _SAID}),
            )
            report = ingest(parsed)
        except ImportFault as fault:
            raise CommandError(str(fault)) from fault
        said = [*map(str, report.notices), *_not_taken(parsed.volume)]
        for notice in said if options["verbosity"] else ():
            self.stdout.write(f"  {notice}")
        self.stdout.write(report.summary())


def _not_taken(wanted: ParsedVolume) -> list[str]:
    """What a volume that was there already says otherwise: it is the volume's own, and stays."""
    volume = Volume.objects.get(slug=wanted.slug)
    return [
        f"The volume {volume.slug} has a {name} of its own: that of the document is not kept."
        for name in ("licence", "source")
        if getattr(wanted, name) and getattr(wanted, name) != getattr(volume, name)
    ]
