"""docs/permissions.md says what each address answers to each role: every address is in it, and
each answer is what the app gives."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from django.db import transaction

from tests.permissions.room import Room, room
from tests.permissions.table import ROLES, Row, account_rows, addresses, rows

METHODS = ("GET", "POST")
# With APPARATUS_DEBUG alone: tests/test_pages.py.
APART = {"style"}


def _names(found: list[Row]) -> set[str]:
    return {row.name for row in found}


def test_every_address_stands_in_the_table_once():
    listed = [(row.name, row.method) for row in rows() + account_rows()]
    assert len(listed) == len(set(listed))
    assert {name for name, _ in listed} | APART == set(addresses())


# Of the answers that are to be the same in each state, those in closed and frozen sets are asked
# for by chance: one in so many on every run, and other ones the next time.
ONE_IN = 4


def _wrong(
    made: Room, asked: list[Row], roles: Sequence[str], visibility: str, state: str
) -> list[str]:
    """What is answered otherwise than the table says, in words; nothing that is done lasts."""
    found = []
    made.sign_in()
    for row in asked:
        for role in roles:
            if state != "open" and not row.speaks_of_state(role) and random.randrange(ONE_IN):
                continue
            expected = row.answer(role, visibility, state)
            point = transaction.savepoint()
            answer, response = made.ask(row.name, row.method, role)
            transaction.savepoint_rollback(point)
            if answer != expected:
                found.append(
                    f"{row.method} {row.name} as {role}: {answer} ({response.status_code}), "
                    f"the table says {expected}"
                )
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("roles", [ROLES[::2], ROLES[1::2]], ids="/".join)
@pytest.mark.parametrize("state", ["open", "closed", "frozen"])
def test_each_role_gets_what_the_table_says_of_a_private_set(state: str, roles: tuple[str, ...]):
    asked = [row for row in rows() if row.of_sets or state == "open"]
    wrong = _wrong(room("private", state), asked, roles, "private", state)
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_each_role_gets_what_the_table_says_of_a_public_set():
    asked = [row for row in rows() if row.of_sets]
    roles = ("guest", "stranger", "reader", "annotator")
    wrong = _wrong(room("public", "open"), asked, roles, "public", "open")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_accounts_answer_as_the_table_says():
    wrong = _wrong(room("private", "open"), account_rows(), ("guest", "reader"), "private", "open")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
def test_a_method_that_is_not_in_the_table_is_refused():
    made = room("private", "open")
    made.sign_in()
    listed = {(row.name, row.method) for row in rows() + account_rows()}
    unlisted = [
        (name, method)
        for name in sorted(_names(rows() + account_rows()))
        for method in METHODS
        if (name, method) not in listed
    ]
    answered = []
    for name, method in unlisted:
        for role in ("owner", "author", "staff"):
            point = transaction.savepoint()
            _, response = made.ask(name, method, role)
            transaction.savepoint_rollback(point)
            if response.status_code not in (403, 404, 405):
                answered.append(f"{method} {name} as {role}: {response.status_code}")
    assert not answered, "\n".join(answered)
