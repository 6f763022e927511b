"""Runs a command on PostgreSQL: that of DATABASE_URL, or a throw-away one in a temporary folder.

python tools/postgres.py COMMAND…
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

MISSING = (
    "There is no PostgreSQL here: install it (on Debian and Ubuntu, apt install postgresql), "
    "or give one with DATABASE_URL=postgres://…"
)
# Nothing here outlives the run, so nothing has to reach the disk.
CARELESS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
LOCALE = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"


def programs() -> Path:
    """The folder of the newest PostgreSQL's initdb and pg_ctl; exits where there is none."""
    found = [
        path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()
    ]
    if found:
        return max(found, key=lambda path: [int(n) for n in re.findall(r"\d+", path.parent.name)])
    if initdb := shutil.which("initdb"):
        return Path(initdb).resolve().parent
    sys.exit(MISSING)


@contextlib.contextmanager
def cluster(settings: str = CARELESS) -> Iterator[str]:
    """A fresh cluster that listens on a socket alone; yields its DATABASE_URL."""
    binaries = programs()
    with tempfile.TemporaryDirectory(
        prefix="apparatus-postgres-", ignore_cleanup_errors=True
    ) as name:
        folder = Path(name)
        # PostgreSQL refuses to run as root.
        as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if as_user:
            shutil.chown(folder, "postgres")
        data, log = folder / "data", folder / "log"
        options = f"-k {folder} -c listen_addresses= {settings}"

        def run(*command: object) -> None:
            words = [*as_user, *(str(word) for word in command)]
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd="/")

        run(binaries / "initdb", "--auth=trust", "--encoding=UTF8", f"--locale={LOCALE}",
            "--username=apparatus", "--pgdata", data)  # fmt: skip
        run(binaries / "pg_ctl", "--pgdata", data, "--log", log, "--wait", "-o", options, "start")
        try:
            host = str(folder).replace("/", "%2F")
            yield f"postgres://apparatus@{host}/postgres"
        finally:
            run(binaries / "pg_ctl", "--pgdata", data, "--mode=immediate", "--wait", "stop")


def crash(url: str) -> None:
    """Stops a cluster of ``cluster`` as a crash does, and starts it again."""
    folder = Path(unquote(urlsplit(url).netloc.partition("@")[2]))
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    words = [programs() / "pg_ctl", "--pgdata", folder / "data", "--log", folder / "log"]
    words = [*as_user, *map(str, words), "--mode=immediate", "--wait", "restart"]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, cwd="/")


def main() -> int:
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith(("postgres://", "postgresql://")):
        return subprocess.call(sys.argv[1:])
    with cluster() as url:
        return subprocess.call(sys.argv[1:], env={**os.environ, "DATABASE_URL": url})


if __name__ == "__main__":
    sys.exit(main())
