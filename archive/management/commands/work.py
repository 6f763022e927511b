"""work: does what waits in the background; `serve` starts it too."""

from __future__ import annotations

import os
import signal
import sys
import time
from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand
from django.db import connections

from archive.worker import INTERVAL, work

MAX_PAUSE = 30.0


class Command(BaseCommand):
    help = (
        "Does what waits in the background: imports of uploaded volumes. Starts its worker again "
        "when it ends, and takes up what it left. Where another one works for the same data "
        "folder, it waits until that has ended. `serve` starts it; stop it at any time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--beside", type=int, metavar="PID", help="end when this process, its parent, does"
        )

    def handle(self, *args: Any, beside: int | None, **options: Any) -> None:
        keep_working(beside)


def keep_working(parent: int | None) -> None:
    """Has a process of its own do the work, and another one when it ends, while ``parent``, if it
    is given, is the parent of this one. SIGTERM and SIGINT end both at once."""
    pause = 1.0
    while not _is_left(parent):
        began, here = time.monotonic(), os.getpid()
        connections.close_all()
        child = os.fork()
        if child == 0:
            _work_below(here)
        _wait(child, parent)
        pause = 1.0 if time.monotonic() - began > MAX_PAUSE else min(2 * pause, MAX_PAUSE)
        until = time.monotonic() + pause
        while time.monotonic() < until and not _is_left(parent):
            time.sleep(INTERVAL)


def _is_left(parent: int | None) -> bool:
    return parent is not None and os.getppid() != parent


def _work_below(parent: int) -> None:
    """Works until the parent has ended; never returns."""
    for number in (signal.SIGTERM, signal.SIGINT):
        # Nothing is to be tidied up: what is broken off is taken up by the next worker.
        signal.signal(number, signal.SIG_DFL)
    status = 1
    try:
        work(lambda: _is_left(parent))
        status = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(status)


def _wait(child: int, parent: int | None) -> None:
    """Waits until the child has ended, and ends it when the parent has, or when it is told to."""

    def stop(*_: object) -> None:
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
        os._exit(0)

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, stop)
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if _is_left(parent):
            stop()
        time.sleep(INTERVAL)
