"""import_tei PATH…: imports FRUS TEI volumes, or files with some of their documents."""

from __future__ import annotations

import logging
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from archive.importers.faults import ImportFault
from archive.imports import UNEXPECTED, Brought, bring, files_in, volumes_in
from archive.models import Import

logger = logging.getLogger(__name__)

# What each step weighs in the bar: reading takes about two thirds of the time.
_STEPS = {"reading": (0.0, 0.65), "writing": (0.65, 0.35)}


class Command(BaseCommand):
    help = (
        "Imports FRUS volumes in TEI, or files with some of a volume's documents. Import adds and "
        "never deletes: a document whose text has changed gets a new edition, one whose text is "
        "the same gets none. Each file (of a teiCorpus, each volume) is imported whole or not at "
        "all; one that cannot be imported does not stop the others. The same bytes again are "
        "passed over."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "paths",
            nargs="+",
            metavar="PATH",
            help="a TEI file (XML), or a folder: all .xml files in it and below",
        )
        parser.add_argument(
            "--anew", action="store_true", help="read files that were imported before, too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        paths = files_in(options["paths"])
        self.said, counts = options["verbosity"] > 0, Counter[str]()
        faults: list[str] = []
        with self._bar(paths) as self.bar:
            for path in paths:
                try:
                    counts += self._import_file(path, options["anew"])
                except ImportFault as fault:
                    faults.append(str(fault))
                except KeyboardInterrupt:
                    raise CommandError(
                        f"Stopped at {path}: nothing of it is imported, all before it is."
                    ) from None
                except Exception as error:
                    logger.exception("The import of %s broke off.", path)
                    faults.append(f"{path}: {UNEXPECTED.format(type(error).__name__)}")
                else:
                    continue
                if len(paths) > 1:
                    self._line(faults[-1], self.stderr)
        if len(paths) > 1:
            self.stdout.write(_summary(counts))
        if len(paths) == 1 and faults:
            raise CommandError(faults[0])
        if faults:
            raise CommandError(f"{len(faults)} of {len(paths)} files could not be imported.")

    def _bar(self, paths: list[Path]) -> Any:
        """A bar over the bytes of all files, on a terminal alone."""
        total = sum(path.stat().st_size for path in paths if path.is_file())
        terminal = getattr(self.stderr, "_out", self.stderr)
        hidden = not (self.said and self.stderr.isatty())
        return tqdm(total=total, unit="B", unit_scale=True, file=terminal, disable=hidden)

    def _import_file(self, path: Path, anew: bool) -> Counter[str]:
        with volumes_in(path) as volumes:
            return sum((self._import(path, anew, one) for one in volumes), Counter())

    def _import(self, path: Path, anew: bool, volume: Path) -> Counter[str]:
        """Imports one file, or of a corpus one volume, and says what became of it; counts files,
        documents and editions."""
        size, before = path.stat().st_size if path.is_file() else 0, self.bar.n
        self.bar.set_description(path.stem)

        def progress(step: str, done: int, total: int) -> None:
            start, share = _STEPS[step]
            self.bar.set_postfix_str(f"{step} {done} of {total} documents", refresh=False)
            self.bar.update(before + int(size * (start + share * done / total)) - self.bar.n)

        try:
            run = None
            if volume != path:
                run = Import(name=volume.name, format="tei")
            brought = bring(volume, run=run, progress=progress, anew=anew)
        finally:
            self.bar.update(before + size - self.bar.n)
        self._tell(brought)
        report = brought.report
        if report is None:
            return Counter(files=1, unchanged=1)
        editions = len(report.new) + len(report.changed)
        return Counter(files=1, documents=report.total, editions=editions)

    def _tell(self, brought: Brought) -> None:
        if brought.report:
            for said in (*brought.report.notices * self.said, *brought.report.followed):
                self._line(f"  {said}")
        self._line(brought.summary())

    def _line(self, line: str, out: Any = None) -> None:
        """A line that the bar, if there is one, makes room for."""
        self.bar.clear()
        (out or self.stdout).write(line)
        self.bar.refresh()


def _summary(counts: Counter[str]) -> str:
    """What became of all files: those imported, their new editions, those passed over."""
    new, same = counts["files"] - counts["unchanged"], counts["unchanged"]
    editions = counts["editions"]
    line = f"{new} file{'s' * (new != 1)} imported, {editions} new edition{'s' * (editions != 1)}"
    return f"{line}, {same} unchanged." if same else f"{line}."
