"""The table of docs/permissions.md, read as the tests need it, and every address of the app."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.urls import get_resolver

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "permissions.md"
ROLES = ("guest", "stranger", "staff", "reader", "annotator", "author", "editor", "owner")
ANSWERS = ("yes", "open", "unfrozen", "no", "404", "in")


@dataclass(frozen=True)
class Row:
    """What one address answers: for each role in a private set, and in a public one."""

    name: str
    method: str
    answers: dict[str, tuple[str, str]]

    @property
    def of_sets(self) -> bool:
        """Whether what it answers depends on a set: on its visibility, its state, who is in it."""
        members = {self.answers[role] for role in ROLES if role != "guest"}
        return len(members) > 1 or any(private != public for private, public in members)

    def speaks_of_state(self, role: str) -> bool:
        """Whether this role's answer is another one in a closed or frozen set."""
        return not {"open", "unfrozen"}.isdisjoint(self.answers[role])

    def answer(self, role: str, visibility: str, state: str) -> str:
        """What this role is to get: ``yes``, ``no``, ``404`` or ``in``."""
        answer = self.answers[role][visibility == "public"]
        if answer == "open":
            return "yes" if state == "open" else "no"
        if answer == "unfrozen":
            return "no" if state == "frozen" else "yes"
        return answer


def rows() -> list[Row]:
    """The rows of the tables that have a column for each role."""
    return [_row(cells) for cells in _tables() if "owner" in cells]


def account_rows() -> list[Row]:
    """The rows of the table that asks only who is signed in."""
    found = []
    for cells in _tables():
        if "signed in" in cells:
            answers = dict.fromkeys(ROLES, cells["signed in"]) | {"guest": cells["guest"]}
            found.append(_row(answers | cells))
    return found


def _tables() -> Iterator[dict[str, str]]:
    """The rows of every table on the page whose first heading is "address"."""
    heads = None
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            heads = None
        elif cells[0] == "address":
            heads = cells
        elif heads and not set(line) <= set("|- "):
            yield dict(zip(heads, cells, strict=True))


def _row(cells: dict[str, str]) -> Row:
    answers = {}
    for role in ROLES:
        private, _, public = cells[role].partition(" / ")
        answers[role] = (private, public or private)
        assert set(answers[role]) <= set(ANSWERS), f"{cells['address']}: {cells[role]}"
    return Row(cells["address"].strip("`"), cells["method"], answers)


def parts_of(pattern: str) -> list[str]:
    """What an address asks for: the names in its pattern."""
    return re.findall(r"<(?:\w+:)?(\w+)>", pattern)


@cache
def addresses() -> dict[str, str]:
    """Every address of the app but Django's own administration: its name and its pattern."""
    return dict(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list[Any], before: str, space: str) -> Iterator[tuple[str, str]]:
    for one in patterns:
        path = before + re.sub(r"^\^", "", str(one.pattern))
        if not hasattr(one, "url_patterns"):
            yield space + (one.name or path), path
        elif one.namespace != "admin":
            inside = f"{space}{one.namespace}:" if one.namespace else space
            yield from _walk(one.url_patterns, path, inside)
