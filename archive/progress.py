"""How far an import is, in a small file beside the upload.

An import is one transaction, of which nobody sees anything until it ends, and on SQLite nobody else
can write meanwhile: so it is not the database that says how far it is.
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

# Pages ask once a second.
_INTERVAL = 0.3


@dataclass(frozen=True, slots=True)
class Progress:
    """What is being done (``reading``, then ``writing``), for how many documents of all it is."""

    step: str
    done: int
    total: int

    @property
    def value(self) -> int:
        """Both steps together, of twice ``total``."""
        return self.done + (self.total if self.step == "writing" else 0)


class Teller:
    """Writes the progress of one import, as often as anyone would look; whoever reads it meanwhile
    sees the state before or after, never a part."""

    def __init__(self, run_id: int) -> None:
        self._path, self._last, self._step = _path(run_id), 0.0, ""
        self._path.parent.mkdir(parents=True, exist_ok=True)

    def __call__(self, step: str, done: int, total: int) -> None:
        now = time.monotonic()
        if step == self._step and now - self._last < _INTERVAL and done < total:
            return
        self._last, self._step = now, step
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps(asdict(Progress(step, done, total))))
        new.replace(self._path)

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)


def progress_of(run_id: int) -> Progress | None:
    """What was written last, None where there is nothing."""
    with suppress(OSError, ValueError, TypeError):
        return Progress(**json.loads(_path(run_id).read_text()))
    return None


def _path(run_id: int) -> Path:
    return settings.UPLOADS / f"{run_id}.progress"
