"""docs/settings.md tells of every setting that the code reads, and of no other."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
READ = re.compile(r"""(?:text|flag|number|listing|issuer)\(\s*"([A-Z][A-Z_]+)\"""")
FROM_ENVIRONMENT = re.compile(r"""os\.environ(?:\.get\(|\[)\s*"([A-Z][A-Z_]+)\"""")
# Set by the project itself, for Django.
OTHERS = {"DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}


def documented() -> set[str]:
    rows = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([A-Z_]+)` \|", rows, re.MULTILINE))


def read_by_code() -> set[str]:
    found = set(READ.findall((ROOT / "config/settings.py").read_text(encoding="utf-8")))
    folders = ("annotations", "archive", "bench", "config", "tests", "tools")
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        if path != Path(__file__):
            found |= set(FROM_ENVIRONMENT.findall(path.read_text(encoding="utf-8")))
    return found - OTHERS


def read_by_make() -> set[str]:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([A-Z]+) \?=", makefile, re.MULTILINE))


def test_the_settings_are_found() -> None:
    assert {"DATA", "DATABASE_URL", "APPARATUS_SECRET_KEY", "APPARATUS_SHARED"} <= read_by_code()
    assert {"PORT", "DATA"} <= read_by_make()


def test_every_setting_is_documented() -> None:
    assert (read_by_code() | read_by_make()) - documented() == set()


def test_no_setting_is_documented_that_nothing_reads() -> None:
    assert documented() - (read_by_code() | read_by_make()) == set()
