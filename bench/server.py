"""The production server on a free port, and a client that keeps its connection."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode


@dataclass
class Answer:
    seconds: float
    status: int
    body: bytes
    queries: int
    headers: Mapping[str, str]


@dataclass
class Client:
    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    connection: http.client.HTTPConnection | None = None

    def ask(
        self, method: str, path: str, form: dict[str, object] | None = None, **extra: str
    ) -> Answer:
        """One request, timed from its first byte to the answer's last."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        headers |= {name.replace("_", "-"): value for name, value in extra.items()}
        body = None
        if form is not None:
            body = urlencode(form)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self.cookies["csrftoken"]
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        begin = time.perf_counter()
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError):
            # The server lets go of a connection that was idle; as a browser does, another is made.
            self.connection.close()
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
        content = response.read()
        seconds = time.perf_counter() - begin
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        queries = int(response.headers.get("X-Bench-Queries", 0))
        return Answer(seconds, response.status, content, queries, response.headers)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(workers: int, threads: int) -> Iterator[int]:
    """gunicorn as ``make run`` starts it, with the floors beside the app; yields its port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config=python:config.gunicorn"]
    command += [f"--bind=127.0.0.1:{port}", f"--workers={workers}", f"--threads={threads}"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "bench.settings"}
    process = subprocess.Popen(command, env=environment)
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        if process.poll() is not None:
            sys.exit("bench: the server ended at its start.")
        try:
            if Client(port).ask("GET", "/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.1)
    sys.exit("bench: the server did not answer within 30 seconds.")
