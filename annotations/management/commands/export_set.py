"""Writes an annotation set to a file or to standard output."""

from __future__ import annotations

import os
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from annotations.export import Taker
from annotations.filters import Asked
from annotations.formats import FORMATS, Format, in_bytes
from annotations.formats.features import Feature, lost
from annotations.models import AnnotationSet, Theme
from annotations.outgoing import Outgoing, outgoing
from annotations.permissions import Viewer
from annotations.sights import Sight

# What a shell says of a program that wrote to a reader who had gone: `export_set … | head`.
READER_GONE = 141


class Command(BaseCommand):
    help = "Write an annotation set in an export format."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the set's name in its address: /sets/SLUG/")
        parser.add_argument("--format", required=True, help=" or ".join(FORMATS))
        parser.add_argument("--output", help="a file, or - for standard output")
        parser.add_argument(
            "--dry-run",
            "--losses",
            action="store_true",
            dest="losses",
            help="say what the format would leave out, and write nothing",
        )
        parser.add_argument("--document", help="what is on this document alone: VOLUME/DOCUMENT")
        parser.add_argument(
            "--theme",
            action="append",
            dest="themes",
            metavar="THEME",
            help="what has this theme (its name in addresses) or one below it; may be repeated",
        )
        parser.add_argument(
            "--as",
            dest="username",
            help="what this user sees, with her private annotations (else: all shared ones)",
        )
        parser.add_argument(
            "--names",
            action="store_true",
            help="name people also where the set gives them pseudonyms, or no name",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        form = FORMATS.get(options["format"])
        if form is None:
            known = ", ".join(FORMATS)
            raise CommandError(f"No format is called {options['format']!r}; there are: {known}.")
        output = options["output"]
        if not output and not options["losses"]:
            raise CommandError("Say where to: --output FILE, or - for standard output.")
        out = _outgoing(options)
        if not options["losses"]:
            self._write(form, out, output)
        self.stderr.write(_summary(form, out, "" if options["losses"] else output), style_func=str)

    def _write(self, form: Format, out: Outgoing, output: str) -> None:
        pieces = self._passed(in_bytes(form.write(out.package())))
        try:
            if output == "-":
                self._to_standard_output(pieces)
            else:
                _to_file(pieces, Path(output))
        except BrokenPipeError:
            _let_go_of_standard_output()
            raise SystemExit(READER_GONE) from None
        except OSError as fault:
            raise CommandError(f"Cannot write {output}: {fault.strerror or fault}.") from None

    def _passed(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The pieces, with word of how much has passed where somebody watches."""
        size = 0
        for piece in pieces:
            yield piece
            size += len(piece)
            if self.stderr.isatty():
                self.stderr.write(f"{size // 1024} kB …", style_func=str, ending="\r")

    def _to_standard_output(self, pieces: Iterable[bytes]) -> None:
        # Bytes, where there are any: neither the terminal's encoding nor the platform's line ends
        # may change a format.
        self.stdout.flush()
        raw = getattr(self.stdout, "buffer", None)
        for piece in pieces:
            if raw:
                raw.write(piece)
            else:
                self.stdout.write(piece.decode(errors="replace"), ending="")
        if raw:
            raw.flush()


def _summary(form: Format, out: Outgoing, output: str) -> str:
    """What was written where, or with no output would be, and what of it the format leaves out."""
    counts = out.counts()
    many = counts.get(Feature.AUTHORS, 0)
    noun = "annotation" if many == 1 else "annotations"
    where = "standard output" if output == "-" else output
    done = f"written as {form.NAME} to {where}" if output else f"would be written as {form.NAME}"
    left = "; ".join(lost(form.LOSES, counts))
    left = f"Left out: {left}." if left else "Nothing is left out."
    return f"{out.annotation_set.slug}: {many} {noun} {done}. {left}"


def _outgoing(options: dict[str, Any]) -> Outgoing:
    """What is asked for. Raises CommandError for names that are not here."""
    annotation_set, viewer = _load(options["slug"], options["username"])
    asked = Asked(theme=tuple(options["themes"] or ()), document=options["document"] or "")
    _check(annotation_set, asked)
    # These filters ask nothing of whoever looks.
    sight = Sight(annotation_set, viewer or Viewer(), None)
    taker = Taker(viewer, options["names"])
    return outgoing(sight, asked, taker, private=viewer is not None)


def _check(annotation_set: AnnotationSet, asked: Asked) -> None:
    slug = annotation_set.slug
    if asked.document:
        volume, _, document = asked.document.partition("/")
        if not annotation_set.documents.filter(volume__slug=volume, slug=document).exists():
            raise CommandError(f"No document of the set {slug!r} is called {asked.document!r}.")
    known = set(
        Theme.objects.of_codebook(annotation_set.codebook_id).values_list("slug", flat=True)
    )
    for theme in asked.theme:
        if theme not in known:
            raise CommandError(f"No theme of the set {slug!r} is called {theme!r}.")


def _load(slug: str, username: str | None) -> tuple[AnnotationSet, Viewer | None]:
    """The set, and who takes it out. Raises CommandError for names that are not here."""
    sets = AnnotationSet.objects.select_related("owner", "codebook").filter(slug=slug)
    annotation_set = sets.first()
    if annotation_set is None:
        raise CommandError(f"No set is called {slug!r}.")
    if username is None:
        return annotation_set, None
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"No user is called {username!r}.")
    viewer = Viewer(user.pk)
    if not sets.visible_to(viewer).exists():
        raise CommandError(f"{username} does not see the set {slug!r}.")
    return annotation_set, viewer


def _let_go_of_standard_output() -> None:
    """Else Python tries once more at its end to write what nobody reads, and complains."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _to_file(pieces: Iterable[bytes], path: Path) -> None:
    """Writes beside ``path`` and renames at the end: no half of a file ever stands there."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(_mode(path))
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _mode(path: Path) -> int:
    """The rights that the file has, or that a new one would get."""
    if path.exists():
        return path.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
