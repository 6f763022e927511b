"""Starts the production server on this machine and prints a sign-in link for its owner."""

from __future__ import annotations

import errno
import os
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from annotations.accounts import local_owner, sign_in_path


class Command(BaseCommand):
    help = "Starts the production server and prints a one-time sign-in link for the local owner."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="the address to listen on")
        parser.add_argument("--port", type=int, default=8000, help="the port to listen on")
        parser.add_argument(
            "--workers", type=int, default=int(os.environ.get("APPARATUS_WORKERS") or 2)
        )
        parser.add_argument(
            "--threads", type=int, default=int(os.environ.get("APPARATUS_THREADS") or 4)
        )

    def handle(
        self, *args: Any, host: str, port: int, workers: int, threads: int, **_: Any
    ) -> None:
        check_port(host, port)
        url = f"http://{host}:{port}"
        owner: User = local_owner()
        self.stdout.write(
            f"Apparatus runs on {url}/\n"
            f"Sign in as “{owner.username}” (this link works once):\n"
            f"    {url}{sign_in_path(owner)}\n"
            "Stop it with Ctrl-C."
        )
        self.stdout.flush()
        os.environ.setdefault("APPARATUS_URL", url)
        command = [sys.executable, "-m", "gunicorn", "config.wsgi"]
        command += [f"--bind={host}:{port}", "--worker-class=gthread"]
        command += [f"--workers={workers}", f"--threads={threads}"]
        command += ["--keep-alive=15", "--log-level=warning", "--no-control-socket"]
        os.execv(sys.executable, command)  # noqa: S606


def check_port(host: str, port: int) -> None:
    """Raises CommandError with what to do when nothing can listen at this port."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(
                    f"Port {port} is taken, perhaps by another Apparatus: "
                    f"stop it, or run `make run PORT={port + 1}`."
                ) from None
            raise CommandError(f"Nothing can listen on {host}:{port}: {error.strerror}.") from None
