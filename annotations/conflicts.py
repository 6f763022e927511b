"""Two who changed one thing: what stands there now beside what is being saved, to choose from.

Whoever catches ``Stale`` makes a ``Conflict`` of the words that are there and of those that were
sent, and answers 409 with the form again: the sent words in its fields, ``base`` the mark of what
is there now, and ``annotations/stale.html`` included on top of it, which shows both and the three
choices. ``keeps`` tells before whether there is anything to choose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from annotations.anchoring.shown import Piece, differences
from annotations.models import AnnotationSet, History
from annotations.naming import Names
from annotations.permissions import may_manage

YOU = "You"


@dataclass(frozen=True, slots=True)
class Both:
    """One field of the form as it stands there now, and as it was sent."""

    label: str
    theirs: tuple[Piece, ...]
    mine: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Who was faster (``YOU`` for oneself in another tab), when, and what differs.

    ``keep`` leads to the thing as it is now; ``gone`` says that it was deleted meanwhile.
    """

    who: str
    at: datetime | None
    fields: tuple[Both, ...]
    keep: str
    gone: bool = False

    @property
    def own(self) -> bool:
        return self.who == YOU


Words = Mapping[str, str]


def both(theirs: Words, mine: Words) -> tuple[Both, ...]:
    """What differs of two states of one thing: label → text, the same labels on either side."""
    found = []
    for label, text in mine.items():
        there = theirs[label].replace("\r\n", "\n")
        here = text.replace("\r\n", "\n")
        if there != here:
            found.append(Both(label, *_pieces(there, here)))
    return tuple(found)


def _pieces(theirs: str, mine: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    if theirs and mine:
        return differences(theirs, mine)
    left, right = ((Piece(text, True),) if text else () for text in (theirs, mine))
    return left, right


def conflict_of(
    row: tuple[str, object],
    theirs: Words,
    mine: Words,
    *,
    annotation_set: AnnotationSet,
    viewer_id: int,
    manages: bool,
    keep: str,
    gone: bool = False,
) -> Conflict:
    """The conflict over a thing, named as its history names it (``("theme", theme.pk)``).

    ``theirs`` and ``mine`` are label → text, in the order of the form. Whoever changed it last is
    called as the set calls its members to this viewer; ``manages`` says that she sees all names.
    """
    kind, key = row
    last = History.objects.filter(kind=kind, key=str(key)).select_related("actor").last()
    who = _name_of(last, annotation_set, viewer_id, manages=manages)
    return Conflict(who, last.at if last else None, both(theirs, mine), keep, gone)


def _name_of(
    last: History | None, annotation_set: AnnotationSet, viewer_id: int, *, manages: bool
) -> str:
    if last is None or last.actor is None:
        return "Somebody"
    if last.actor_id == viewer_id:
        return YOU
    names = Names([annotation_set], [annotation_set.pk] if manages else [])
    role = annotation_set.memberships.filter(user=last.actor_id).values_list("role", flat=True)
    return names.member(last.actor, annotation_set.pk, manages=may_manage(role.first())).name
