"""Assignments in the small world, for the tests of their pages."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.test import Client

from annotations.actions.assignments import Part, create_assignment
from annotations.models import Assignment, Membership
from tests.annotations.worlds import World


def sign_in(client: Client, who: object) -> None:
    client.force_login(who)  # type: ignore[arg-type]


def given(here: World, title: str = "Read first", **changes: Any) -> Assignment:
    fields: dict[str, Any] = {"annotations": 2, "words": 5, "points": Decimal(10)}
    parts = changes.pop("parts", [Part(here.document.pk)])
    return create_assignment(
        here.set, actor=here.editor, title=title, parts=parts, **fields | changes
    )


def member_of(here: World, user: Any = None) -> Membership:
    return here.set.memberships.get(user=user or here.annotator)


def path(here: World, tail: str = "") -> str:
    return here.path(f"assignments/{tail}")


def sent(here: World, **changes: Any) -> dict[str, Any]:
    return {"title": "Read", "documents": here.document.pk, "annotations": 2} | changes
