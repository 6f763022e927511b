"""Starts the production server on this machine and prints a sign-in link for its owner."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from annotations.accounts import local_owner, sign_in_path

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


class Command(BaseCommand):
    help = "Starts the production server and prints a one-time sign-in link for the local owner."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
        parser.add_argument("--port", type=int, default=8000, help="the port to listen on")
        parser.add_argument(
            "--workers", type=int, default=settings.SERVE_WORKERS, help="server processes"
        )
        parser.add_argument(
            "--threads", type=int, default=settings.SERVE_THREADS, help="threads of each process"
        )
        parser.add_argument(
            "--no-worker",
            action="store_true",
            help="do not start `work`, which imports uploaded volumes, beside the server",
        )

    def handle(
        self,
        *args: Any,
        host: str,
        port: int,
        workers: int,
        threads: int,
        no_worker: bool = False,
        **_: Any,
    ) -> None:
        check_port(host, port)
        local = f"http://{at(EVERYWHERE.get(host, host), port)}"
        public = settings.SITE_URL if os.environ.get("APPARATUS_URL") else local
        try:
            owner = local_owner()
        except DatabaseError as error:
            raise CommandError(
                f"The database is not ready ({error}): run `python manage.py migrate` first."
            ) from None
        self.stdout.write(
            f"Apparatus runs on {public}/\n"
            f"Sign in as “{owner.username}” (this link works once):\n"
            f"    {public}{sign_in_path(owner)}\n"
            "Stop it with Ctrl-C."
        )
        self.stdout.flush()
        # The server becomes this process: Ctrl-C and a supervisor's signals reach it directly.
        os.environ.update(environment(host, public))
        if not no_worker:
            start_worker()
        os.execv(sys.executable, server(host, port, workers, threads))  # noqa: S606


def at(host: str, port: int) -> str:
    """``host:port`` as an address writes it."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def environment(host: str, public: str) -> dict[str, str]:
    """What the server must know of the address that it is given here."""
    known = {"DATA": str(settings.DATA), "APPARATUS_URL": public}
    name = f"[{host}]" if ":" in host else host
    if not os.environ.get("APPARATUS_HOSTS") and host not in EVERYWHERE:
        known["APPARATUS_HOSTS"] = ",".join({*settings.ALLOWED_HOSTS, name})
    return known


def start_worker() -> None:
    """Starts `work`, which ends when this process, or what it becomes, does."""
    words = [sys.executable, str(settings.BASE_DIR / "manage.py"), "work"]
    subprocess.Popen([*words, f"--beside={os.getpid()}"], stdin=subprocess.DEVNULL)  # noqa: S603


def server(host: str, port: int, workers: int, threads: int) -> list[str]:
    """The command line of the production server."""
    return [
        *(sys.executable, "-m", "gunicorn", f"--pythonpath={settings.BASE_DIR}"),
        *(f"--config={settings.BASE_DIR / 'config/gunicorn.py'}", f"--bind={at(host, port)}"),
        *(f"--workers={workers}", f"--threads={threads}"),
    ]


def check_port(host: str, port: int) -> None:
    """Raises CommandError with what to do when nothing can listen at this port."""
    if not 0 < port < 65536:
        raise CommandError(f"{port} is no port: give a number from 1 to 65535.")
    fault = fault_of(host, port)
    if fault is None:
        return
    if fault.errno == errno.EADDRINUSE:
        others = (n for n in range(port + 1, min(port + 100, 65536)) if not fault_of(host, n))
        raise CommandError(
            f"Port {port} is taken, perhaps by another Apparatus: "
            f"stop it, or run `make run PORT={next(others, 8000)}`."
        )
    raise CommandError(f"Nothing can listen on {at(host, port)}: {fault.strerror}.")


def fault_of(host: str, port: int) -> OSError | None:
    """Why nothing can listen at this port, if so."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError as fault:
            return fault
    return None
