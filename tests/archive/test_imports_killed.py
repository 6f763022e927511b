"""Real processes: the server and its worker are killed in the middle of an import, which is whole
after the next start."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.teivolumes import volume_xml
from tests.test_serve import ROOT, free_port

DOCUMENTS = 300
BOUNDARY = "of-the-form"
# The worker has other tasks beside it, that come again and again.
OF_THE_IMPORT = "FROM django_tasks_database_dbtaskresult WHERE task_path LIKE 'archive.%'"


class Site:
    """`manage.py serve` on a data folder, its processes a group of their own."""

    def __init__(self, data: Path) -> None:
        self.data, self.port, self.cookies = data, free_port(), {}
        self.environment = {
            **os.environ,
            "DATA": str(data),
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", f"--port={self.port}"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout
        said = "".join(self.process.stdout.readline() for _ in range(4))
        link = re.search(r"http://\S+/signin/\S+", said)
        assert link
        until(lambda: self.answers("/healthz"))
        self.ask("GET", urlsplit(link[0]).path)

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()

    def answers(self, path: str) -> bool:
        try:
            return self.ask("GET", path)[0] == 200
        except OSError:
            return False

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        connection.request(method, path, body or None, headers)
        response = connection.getresponse()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        content = response.read().decode()
        connection.close()
        return response.status, content

    def upload(self, data: bytes) -> None:
        page = self.ask("GET", "/imports/")[1]
        token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)
        assert token
        part = f"--{BOUNDARY}\r\nContent-Disposition: form-data; name="
        body = f'{part}"csrfmiddlewaretoken"\r\n\r\n{token[1]}\r\n{part}"volumes"; '
        body += 'filename="big.xml"\r\nContent-Type: text/xml\r\n\r\n'
        content_type = f"multipart/form-data; boundary={BOUNDARY}"
        sent = body.encode() + data + f"\r\n--{BOUNDARY}--\r\n".encode()
        assert self.ask("POST", "/imports/", sent, **{"Content-Type": content_type})[0] == 302

    def value(self, sql: str) -> Any:
        connection = sqlite3.connect(self.data / "apparatus.sqlite3", timeout=20)
        try:
            return connection.execute(sql).fetchone()[0]
        finally:
            connection.close()

    @property
    def state(self) -> str:
        return str(self.value("SELECT state FROM archive_import ORDER BY id DESC"))

    def step(self) -> str:
        try:
            return str(json.loads((self.data / "uploads/1.progress").read_text())["step"])
        except FileNotFoundError:
            return ""

    def worker(self) -> int:
        """The process that has the import in hand."""
        said = json.loads(self.value(f"SELECT worker_ids {OF_THE_IMPORT}"))
        return int(said[-1].partition(":")[2])


def until(holds: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.005)


@pytest.fixture
def site(migrated: Path, tmp_path: Path) -> Iterator[Site]:
    shutil.copytree(migrated, tmp_path / "data")
    made = Site(tmp_path / "data")
    made.start()
    yield made
    made.kill()


def test_an_import_is_whole_after_its_worker_and_then_everything_was_killed(site: Site) -> None:
    site.upload(volume_xml(DOCUMENTS, 6.0))
    until(lambda: site.step() == "writing")
    os.kill(site.worker(), signal.SIGKILL)
    assert site.value("SELECT count(*) FROM archive_document") == 0
    assert site.state == "running"
    # The server has started another worker, which begins anew.
    until(lambda: site.step() == "reading")
    until(lambda: site.step() == "writing")
    site.kill()
    assert site.value("SELECT count(*) FROM archive_document") == 0
    site.start()
    until(lambda: site.state == "done")
    documents = site.value("SELECT count(*) FROM archive_document")
    assert documents > DOCUMENTS
    assert site.value("SELECT count(*) FROM archive_edition") == documents
    assert site.value("SELECT count(*) FROM archive_import") == 1
    assert site.value(f"SELECT json_array_length(worker_ids) {OF_THE_IMPORT}") == 3
    assert f"<dd>{documents} new</dd>" in site.ask("GET", "/imports/1/")[1]


def test_the_worker_ends_with_the_server(site: Site) -> None:
    until(lambda: "No worker is running" not in site.ask("GET", "/imports/")[1])
    group = site.process.pid
    site.process.send_signal(signal.SIGTERM)
    assert site.process.wait(timeout=20) == 0

    def is_empty() -> bool:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        return False

    until(is_empty, 20)
