"""In a set whose members are not named, no address gives a name away but to the editors."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.db import transaction
from django.http import HttpResponse

from annotations.actions.promises import change_rules
from annotations.models import AnnotationSet, Naming
from tests.permissions.room import Room, room
from tests.permissions.table import addresses

pytestmark = pytest.mark.django_db

FIRST, LAST, USERNAME, MAIL = "Zebedee", "Quuxley", "zq1999", "zq@students.example"
SECRETS = (FIRST, LAST, USERNAME, MAIL)
KINDS = ("text/html", "application/ld+json")


def veiled(naming: int, visibility: str) -> Room:
    """A set by whose rules members are not named, with the work of an author in it."""
    made = room(visibility, "open", before=lambda one: _rule(one, naming))
    author = made.people["author"]
    assert author is not None
    author.first_name, author.last_name = FIRST, LAST
    author.username, author.email = USERNAME, MAIL
    author.save()
    made.sign_in()
    return made


def _rule(one: AnnotationSet, naming: int) -> None:
    change_rules(
        one,
        actor=one.owner,
        rule=one.rule,
        after_count=one.after_count,
        naming=naming,
        groups_apart=one.groups_apart,
        leaving=one.leaving,
    )


def content(response: HttpResponse) -> str:
    """All that an answer carries: its head, its body, and the files in it where it is a ZIP."""
    body = response.getvalue()
    parts = [str(response.headers).encode(), body]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            parts += [packed.read(name) for name in packed.namelist()]
    return b"\n".join(parts).decode("utf-8", "replace")


def told(made: Room, role: str) -> dict[str, list[str]]:
    """The addresses that tell somebody of this role of the author, and what they tell."""
    found = {}
    for name in addresses():
        if name in ("style", "account_logout") or name.startswith("socialaccount"):
            continue
        for kind in KINDS if name == "annotations:annotation" else KINDS[:1]:
            point = transaction.savepoint()
            _, response = made.ask(name, "GET", role, accept=kind)
            transaction.savepoint_rollback(point)
            given = [secret for secret in SECRETS if secret in content(response)]
            if given:
                found[f"{name} ({kind})"] = given
    return found


@pytest.mark.parametrize(
    ("naming", "visibility"), [(Naming.PSEUDONYM, "private"), (Naming.NOBODY, "public")]
)
@pytest.mark.parametrize("role", ["guest", "stranger", "reader", "annotator"])
def test_nobody_but_the_editors_is_told_a_name(naming: int, visibility: str, role: str):
    assert told(veiled(naming, visibility), role) == {}


def test_the_editors_are_told(request: pytest.FixtureRequest):
    """Otherwise the test above would look in the wrong places."""
    names = told(veiled(Naming.PSEUDONYM, "private"), "editor")
    assert any("members" in name for name in names)
    assert any(name.startswith("document ") for name in names)
