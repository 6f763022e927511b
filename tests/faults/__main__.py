"""Kills the server in the middle of saves: ``python -m tests.faults [KILLS]``.

Works on the database of DATABASE_URL, which must be migrated and empty, else on one of its own.
Exit status 1 when something that was acknowledged is not there, or not whole.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

KILLS = 50


def main(kills: int) -> int:
    with tempfile.TemporaryDirectory(prefix="apparatus-faults-") as name:
        os.environ.setdefault("DATA", name)
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django

        django.setup()
        from tests.faults.killing import run

        begun = time.monotonic()
        faults = run(kills, Path(name))
        print(f"{time.monotonic() - begun:.1f} s")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else KILLS))
