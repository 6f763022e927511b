"""Verifies snapshots, and tells what differs between two of them."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from annotations.formats.brought import FormatFault
from annotations.models import Snapshot
from annotations.snapshots.compare import Comparison, Kind, Told, compare
from annotations.snapshots.verify import Report, verify_folder, verify_zip


class Command(BaseCommand):
    help = (
        "Verify a snapshot: its structure, every digest, missing and added files, and whether this "
        "server made it. Exit status 1 where something is wrong."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "what",
            nargs="*",
            help="a ZIP file or an unpacked folder, SLUG/NUMBER or a UUID of a stored one; with "
            "none all that are stored",
        )
        parser.add_argument(
            "--against", metavar="OLDER", help="tell what was added, changed and removed since it"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["against"]:
            self._compare(options["against"], options["what"])
            return
        faulty = 0
        checked = list(_found(options["what"]))
        for path, stored in checked:
            report = self._verified(path)
            said = _origin(report, stored)
            faulty += bool(report.faults)
            self.stdout.write(
                f"{path}: {'whole' if report.is_whole else 'NOT WHOLE'}, {report.files} files, "
                f"{report.size} bytes{said}"
            )
            for fault in report.faults:
                self.stdout.write(f"  {fault}")
        self.stderr.write(f"{len(checked)} verified, {faulty} with faults.", style_func=str)
        if faulty:
            raise SystemExit(1)

    def _verified(self, path: Path) -> Report:
        if path.is_dir():
            return verify_folder(path)
        try:
            with path.open("rb") as file:
                return verify_zip(file)
        except OSError as error:
            return Report(faults=[f"It cannot be read: {error.strerror or error}."])

    def _compare(self, older: str, what: list[str]) -> None:
        if len(what) != 1:
            raise CommandError("Give one snapshot, and with --against the older one.")
        try:
            found = compare(_path(older), _path(what[0]), most=1_000_000)
        except (FormatFault, OSError) as fault:
            raise CommandError(str(fault)) from None
        self.stdout.writelines(_told(found))


def _found(what: list[str]) -> Iterator[tuple[Path, Snapshot | None]]:
    if what:
        for one in what:
            path = _path(one)
            yield path, None
        return
    for snapshot in Snapshot.objects.in_hand():
        yield snapshot.path, snapshot


def _path(what: str) -> Path:
    """The file that is meant. Raises CommandError for what is not there."""
    path = Path(what)
    if path.exists():
        return path
    slug, _, number = what.rpartition("/")
    rows = Snapshot.objects.none()
    if slug and number.isascii() and number.isdigit():
        rows = Snapshot.objects.filter(slug=slug, number=int(number[:9]))
    else:
        try:
            rows = Snapshot.objects.filter(uuid=UUID(what))
        except ValueError:
            raise CommandError(f"There is no file {what}, and no snapshot SLUG/NUMBER.") from None
    snapshot = rows.order_by("-pk").first()
    if snapshot is None:
        raise CommandError(f"There is no file and no snapshot {what}.")
    if not snapshot.can_be_had:
        raise CommandError(f"{snapshot} has no file: it is {_state(snapshot)}.")
    return snapshot.path


def _state(snapshot: Snapshot) -> str:
    return "withdrawn" if snapshot.withdrawn_at else str(snapshot.get_state_display())


def _origin(report: Report, stored: Snapshot | None) -> str:
    """Whether this server knows the file; of a stored one its very bytes are to be the same."""
    if not report.digest:
        return ""
    if stored is not None:
        if report.digest != stored.digest:
            report.faults.append("The stored file is not the one that was made.")
        return ""
    known = Snapshot.objects.filter(digest=report.digest).first()
    return f", {known}, made here" if known else ", not made by this server"


def _told(found: Comparison) -> Iterator[str]:
    for name in ("annotations", "themes", "editions"):
        kind: Kind = getattr(found, name)
        counts = f"{kind.added} added, {kind.changed} changed, {kind.removed} removed"
        yield f"{name}: {counts}, {kind.same} the same\n"
        for what, sign in (("added", "+"), ("changed", "~"), ("removed", "-")):
            for one in kind.lists[what]:
                yield f"  {sign} {_line(one)}\n"


def _line(one: Told) -> str:
    words = [" ".join(one.title.split())[:80], *one.what]
    words += [f"{both.label.lower()} changed" for both in one.fields if both.before]
    return f"{one.where} {one.id}: {'; '.join(filter(None, words))}".strip()
