"""Reads annotations, or a codebook, from a file into a set."""

from __future__ import annotations

import io
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from annotations.actions.bringing import carry_out, plan
from annotations.actions.versions import ThemeFault
from annotations.bringing import CHANGED, FATES, KEPT, LOST, Plan, Row
from annotations.formats import READERS
from annotations.formats.brought import Brought, FormatFault
from annotations.formats.guessing import guessed
from annotations.models import AnnotationSet
from annotations.passages import shorten

# So many of each kind are named, unless all are asked for.
NAMED = 10


class Command(BaseCommand):
    help = "Read annotations or a codebook into a set, from a file of one of the formats."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", help="the file, or - for standard input")
        parser.add_argument("--set", required=True, dest="slug", help="its name in /sets/SLUG/")
        parser.add_argument(
            "--format", help=f"{', '.join(READERS)} (else: what the file looks like)"
        )
        parser.add_argument(
            "--as", dest="username", help="who brings them in (else: the owner of the set)"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only say what would be made, changed or lost"
        )
        parser.add_argument(
            "--take-words",
            action="store_true",
            help="give themes that are here already the words of the file",
        )
        parser.add_argument("--all", action="store_true", help="name each annotation, however many")

    def handle(self, *args: Any, **options: Any) -> None:
        annotation_set = AnnotationSet.objects.filter(slug=options["slug"]).first()
        if annotation_set is None:
            raise CommandError(f"No set is called {options['slug']!r}.")
        actor = _user(options["username"]) or annotation_set.owner
        path = options["path"]
        try:
            brought = _read(path, options["format"])
            made = plan(annotation_set, brought, actor=actor, by_operator=True)
            self._tell(made, None if options["all"] else NAMED)
            if options["dry_run"]:
                self._say(f"{annotation_set.slug}: nothing is changed; {_counted(made)}.")
                return
            done = carry_out(
                annotation_set,
                brought,
                seen=made.mark,
                actor=actor,
                by_operator=True,
                take_words=options["take_words"],
                name=Path(path).name,
            )
        except FormatFault as fault:
            raise CommandError(f"{path}: {fault} Nothing is changed.") from None
        except (PermissionDenied, ThemeFault) as fault:
            raise CommandError(f"{annotation_set.slug}: {fault} Nothing is changed.") from None
        self._say(f"{annotation_set.slug}: {_counted(done.plan)}.")

    def _say(self, line: str) -> None:
        self.stderr.write(line, style_func=str)

    def _tell(self, made: Plan, most: int | None) -> None:
        """What becomes of the file, a line each, but for what is simply taken."""
        lost = [f"{place}: {words}" if place else words for place, words in made.lost]
        lost += [_line(row) for row in made.rows if row.fate == LOST]
        groups: dict[str, list[str]] = {
            "New accounts, which nobody can sign in to": list(made.people),
            "New in the set's list of documents": [str(one) for one in made.documents],
            "New themes": [one.name for one in made.new_themes],
            "To be looked at": [_line(row) for row in made.doubtful],
            "Changed": [_line(row) for row in made.rows if row.fate == CHANGED],
            "Not changed": [_line(row) for row in made.rows if row.fate == KEPT],
            "Not taken": lost,
        }
        for head, lines in groups.items():
            if lines:
                self.stdout.write(f"{head} ({len(lines)}):")
                for line in lines[:most]:
                    self.stdout.write(f"  {line}")
                if most is not None and len(lines) > most:
                    self.stdout.write(f"  and {len(lines) - most} more (--all names each)")


def _line(row: Row) -> str:
    place = f"{row.brought.place}: " if row.brought.place else ""
    return f"{place}“{shorten(row.quote, 60)}” {' '.join(row.says)}".strip()


def _counted(made: Plan) -> str:
    counts = made.counts
    said = [f"{counts[fate]} {words}" for fate, words in FATES.items() if counts.get(fate)]
    said = [f"annotations: {', '.join(said)}"] if said else ["no annotations"]
    if made.replies:
        said.append(f"new replies: {made.replies}")
    if made.new_themes:
        said.append(f"new themes: {len(made.new_themes)}")
    if made.lost:
        said.append(f"said of the file: {len(made.lost)}")
    return "; ".join(said)


def _read(path: str, form: str | None) -> Brought:
    """What the file holds. Raises CommandError for what is no file, FormatFault for a bad one."""
    if form is not None and form not in READERS:
        raise CommandError(f"No format {form!r} can be read; there are: {', '.join(READERS)}.")
    if path == "-":
        return _read_as(io.BytesIO(sys.stdin.buffer.read(settings.IMPORT_MAX_BYTES + 1)), "", form)
    try:
        with Path(path).open("rb") as file:
            return _read_as(file, Path(path).name, form)
    except OSError as fault:
        raise CommandError(f"Cannot read {path}: {fault.strerror or fault}.") from None


def _read_as(file: BinaryIO, name: str, form: str | None) -> Brought:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > settings.IMPORT_MAX_BYTES:
        limit = filesizeformat(settings.IMPORT_MAX_BYTES)
        raise FormatFault(f"It is larger than the limit of {limit}.")
    form = form or guessed(file, name)
    if form not in READERS:
        known: Iterable[str] = READERS
        raise FormatFault(f"It is not clear what it is: give --format ({', '.join(known)}).")
    return READERS[form].read(file)


def _user(username: str | None) -> User | None:
    if not username:
        return None
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"No user is called {username!r}.")
    return user
