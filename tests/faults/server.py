"""The server as it is run, started again and again in a moment, to be killed.

A process that has loaded the app and never touched its database forks each server: what is killed
is gunicorn with its workers, as `manage.py serve` runs it, without the second of loading.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from bench.server import free_port

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "config/gunicorn.py"
WORKERS, THREADS = 2, 4


class Server:
    """Starts servers, one after another, on the database of ``environment``."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.log = log.open("wb")
        self.loaded = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.server"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        self.port = self.pid = 0

    def start(self) -> None:
        """Starts one and waits until it listens."""
        assert self.loaded.stdin and self.loaded.stdout
        self.port = free_port()
        print(self.port, file=self.loaded.stdin, flush=True)
        self.pid = int(self.loaded.stdout.readline())
        _until(lambda: _listens(self.port))

    def kill(self) -> None:
        """Ends the server and its workers as `kill -9` does; none is there afterwards."""
        os.killpg(self.pid, signal.SIGKILL)
        _until(lambda: not _listens(self.port))

    def close(self) -> None:
        assert self.loaded.stdin
        self.loaded.stdin.close()
        self.loaded.wait(timeout=20)
        self.log.close()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _until(holds: object, seconds: float = 60.0) -> None:
    assert callable(holds)
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError("the server does not start or end")
        time.sleep(0.005)


def main() -> None:
    """Forks a server for each port that it is told, and says its process."""
    from django.urls import get_resolver
    from gunicorn.app.wsgiapp import WSGIApplication

    import config.wsgi  # noqa: F401

    assert get_resolver().url_patterns
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.setsid()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            sys.argv = ["gunicorn", f"--config={CONFIG}", f"--bind=127.0.0.1:{int(line)}"]
            sys.argv += [f"--workers={WORKERS}", f"--threads={THREADS}"]
            WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]").run()
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
