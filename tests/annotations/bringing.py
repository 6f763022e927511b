"""What a file brings, made by hand, and how it is brought in."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User

from annotations.actions.bringing import Done, carry_out, plan
from annotations.formats.brought import Brought, BroughtAnnotation, BroughtTheme, Target
from annotations.models import AnnotationSet

D169 = "frus1981-88v03/d169"


def note(quote: str = "Afghanistan Day", **changes: Any) -> BroughtAnnotation:
    """An annotation on document 169; ``target`` says more of its passage."""
    target: dict[str, Any] = {"names": (D169,), "quote": quote} | changes.pop("target", {})
    given: dict[str, Any] = {"note": "A day.", "id": "one"} | changes
    return BroughtAnnotation(Target(**target), **given)


def of(*annotations: BroughtAnnotation, themes: tuple[BroughtTheme, ...] = ()) -> Brought:
    return Brought(annotations=annotations, themes=themes)


def brought(one: AnnotationSet, given: Brought, actor: User, **how: Any) -> Done:
    """Brings a file in as its plan says."""
    mark = plan(one, given, actor=actor, by_operator=how.get("by_operator", False)).mark
    return carry_out(one, given, seen=mark, actor=actor, **how)
