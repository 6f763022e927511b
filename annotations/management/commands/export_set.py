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

from annotations.export import Taker, seen_of, shared_of
from annotations.formats import FORMATS, in_bytes
from annotations.models import AnnotationSet
from annotations.models.annotations import AnnotationQuerySet
from annotations.packing import package
from annotations.permissions import Viewer

# What a shell says of a program that wrote to a reader who had gone: `export_set … | head`.
READER_GONE = 141


class Command(BaseCommand):
    help = "Write an annotation set in an export format."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the set's name in its address: /sets/SLUG/")
        parser.add_argument("--format", required=True, help=" or ".join(FORMATS))
        parser.add_argument("--output", required=True, help="a file, or - for standard output")
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
        annotation_set, annotations, viewer = _load(options["slug"], options["username"])
        taker = Taker(viewer, options["names"])
        whole = package(annotation_set, annotations, taker)
        pieces = self._passed(in_bytes(form.write(whole)))
        output = options["output"]
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
        where = "standard output" if output == "-" else output
        count = annotations.count()
        many = "annotation" if count == 1 else "annotations"
        summary = f"{whole.set.slug}: {count} {many} written as {form.NAME} to {where}."
        self.stderr.write(summary, style_func=str)

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


def _load(
    slug: str, username: str | None
) -> tuple[AnnotationSet, AnnotationQuerySet, Viewer | None]:
    """The set and what is written of it. Raises CommandError for names that are not here."""
    sets = AnnotationSet.objects.select_related("owner").filter(slug=slug)
    annotation_set = sets.first()
    if annotation_set is None:
        raise CommandError(f"No set is called {slug!r}.")
    if username is None:
        return annotation_set, shared_of(annotation_set), None
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"No user is called {username!r}.")
    viewer = Viewer(user.pk)
    if not sets.visible_to(viewer).exists():
        raise CommandError(f"{username} does not see the set {slug!r}.")
    return annotation_set, seen_of(annotation_set, viewer), viewer


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
