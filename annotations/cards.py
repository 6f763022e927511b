"""Cards as plain values for the templates: annotations with their chips, replies and acts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When
from django.urls import reverse
from django.utils.safestring import SafeString

from annotations.models import Annotation, AnnotationTheme, Naming, Pseudonym, Reply, Scope, Sharing
from annotations.models.visibility import naming_of, plain_within, replies_within
from annotations.naming import NOBODY, full_name
from annotations.passages import shorten
from annotations.permissions import Viewer
from annotations.place import Place
from annotations.telling import narrower
from archive.prepared import PreparedIn

Card = dict[str, Any]
Row = dict[str, Any]
_NAME = ("first_name", "last_name")
_NO_UUID = "00000000-0000-0000-0000-000000000000"


_WRITTEN = ("author_id", "uuid", "note_html", "created", "modified", "visibility")
_NAMED = ("author__username", "author__first_name", "author__last_name", "naming", "alias")
_HIDDEN = ("hidden_at", "hidden_reason")
_PROMISED = ("audience", "group_id")
_CARD = ("pk", "start", "end", "quote", "theme_ids", "anchor", "version", "question", "locked_at")
_CARD_COLUMNS = (*_WRITTEN, *_NAMED, *_HIDDEN, *_PROMISED, *_CARD)
_REPLY_COLUMNS = (
    *(*_WRITTEN, *_NAMED, *_HIDDEN, *_PROMISED),
    *("annotation_id", "reaches", "plain"),
)


def _alias(annotation_set: str) -> Subquery:
    names = Pseudonym.objects.order_by().filter(
        annotation_set=OuterRef(annotation_set), user=OuterRef("author")
    )
    return Subquery(names.values("name")[:1])


def _says(condition: Q) -> Case | Value:
    return Case(When(condition, then=Value(1)), default=Value(0)) if condition else Value(1)


@cache
def _card_rows(scope: Scope) -> PreparedIn:
    return PreparedIn(
        lambda pks, user: (
            Annotation.objects.filter(pk__in=pks)
            .within(scope, Viewer(user))
            .annotate(alias=_alias("annotation_set"))
            .values_list(*_CARD_COLUMNS)
        ),
        user=int,
    )


@cache
def _reply_rows(scope: Scope) -> PreparedIn:
    def build(pks: list[int], user: int = 0) -> Any:
        return (
            Reply.objects.alive()
            .filter(annotation__in=pks)
            .annotate(
                alias=_alias("annotation__annotation_set"),
                reaches=_says(replies_within(scope, user)),
                plain=_says(plain_within(scope)),
            )
            .in_order()
            .values_list(*_REPLY_COLUMNS)
        )

    return PreparedIn(build, **({} if scope.all else {"user": int}))


# Around what an author alone is shown of her own, and what everyone else is: what is kept serves
# every viewer, and for_viewer takes out what is not for her.
_OWN = re.compile("\x00(own|other) ([0-9]+)\x00(.*?)\x00end\x00", re.DOTALL)
_END = SafeString("\x00end\x00")


def for_viewer(html: str, user_id: int | None) -> str:
    """Cards made for anyone, with what this viewer alone has on her own annotations and replies."""
    me = str(user_id)
    return _OWN.sub(lambda match: match[3] if (match[1] == "own") == (match[2] == me) else "", html)


def cards_of(place: Place, pks: Sequence[int], *, for_anyone: bool = False) -> dict[int, Card]:
    """The cards of these annotations by primary key, as far as the viewer sees them; two queries
    however many they are.

    What is rendered of cards ``for_anyone`` must pass through ``for_viewer``, and those that are
    ``personal`` have replies that not everyone of the viewer's scope sees.
    """
    user = place.viewer.user_id or 0
    replies: defaultdict[int, list[Card]] = defaultdict(list)
    personal = set()
    found = _reply_rows(place.scope)(pks, **({} if place.scope.all else {"user": user}))
    for row in (dict(zip(_REPLY_COLUMNS, values, strict=True)) for values in found):
        if not row["plain"]:
            personal.add(row["annotation_id"])
        if row["reaches"]:
            replies[row["annotation_id"]].append(
                _reply(row, place)
                | _acts(place, row["author_id"], for_anyone)
                | _hers(row, place, for_anyone)
                | _moderating(place, row["author_id"], for_anyone)
            )
    cards = {}
    found = _card_rows(place.scope)(pks, user=user)
    rows = [dict(zip(_CARD_COLUMNS, values, strict=True)) for values in found]
    before = _coded_before(rows, place)
    for row in rows:
        pk = row["pk"]
        acts = _acts(place, row["author_id"], for_anyone)
        cards[pk] = _card(row, replies[pk], place) | acts | _settling(place, acts)
        cards[pk] |= _hers(row, place, for_anyone)
        cards[pk] |= _moderating(place, row["author_id"], for_anyone)
        cards[pk]["personal"] = pk in personal
        cards[pk]["before"] = before.get(pk, ())
    return cards


def _coded_before(rows: list[Row], place: Place) -> dict[int, set[int]]:
    """Of these annotations the themes that have another meaning since; one query where that is so
    of a theme that one of them carries, else none."""
    doubtful = place.palette.doubtful
    asked = [row["pk"] for row in rows if doubtful and doubtful & set(row["theme_ids"].split())]
    found: dict[int, set[int]] = {}
    if asked:
        links = AnnotationTheme.objects.order_by().filter(annotation__in=asked)
        links = links.filter(defined__lt=F("theme__defined"))
        for pk, theme in links.values_list("annotation", "theme"):
            found.setdefault(pk, set()).add(theme)
    return found


def _acts(place: Place, author: int, for_anyone: bool) -> Card:
    if for_anyone and place.may_annotate:
        return {"may_change": True, "own": SafeString(f"\x00own {author}\x00"), "own_end": _END}
    mine = place.may_annotate and author == place.viewer.user_id
    return {"may_change": mine, "own": "", "own_end": ""}


def _moderating(place: Place, author: int, for_anyone: bool) -> Card:
    """What members can do to what others wrote (``report``), and editors to all (``moderates``)."""
    report: dict[str, str] = {}
    if place.scope.member and not place.scope.all:
        if for_anyone:
            report = {"other": SafeString(f"\x00other {author}\x00"), "end": _END}
        elif author != place.viewer.user_id:
            report = {"other": "", "end": ""}
    return {"report": report, "moderates": place.may_moderate}


def _hers(row: Row, place: Place, for_anyone: bool) -> Card:
    """What tells an author her own where others see no name (``you``), and that it is shown to
    fewer than the set's rules say now (``narrower``); the editors are told that too."""
    own: dict[str, str] = {}
    if for_anyone:
        own = {"own": SafeString(f"\x00own {row['author_id']}\x00"), "end": _END}
    elif row["author_id"] == place.viewer.user_id:
        own = {"own": "", "end": ""}
    hers = {"you": own if place.naming < Naming.NAME and row["naming"] < Naming.EDITOR else {}}
    words = ""
    if place.current is not None and row["visibility"] == Sharing.SHARED:
        words = narrower(place.current, row["audience"], row["group_id"])
    everyone = {"own": "", "end": ""} if place.scope.all else own
    return hers | {"narrower": {"words": words, **everyone} if words and everyone else {}}


def _written(row: Row, place: Place) -> Card:
    """What annotations and replies show alike."""
    return {
        "uuid": row["uuid"],
        # Cleaned when it was written: annotations.notes.render_note.
        "note": SafeString(row["note_html"]),
        "author": called(row, place.naming),
        "created": row["created"],
        "edited": row["modified"] > row["created"],
        "private": row["visibility"] == "private",
        "hidden": row["hidden_at"] is not None,
        "hidden_reason": row["hidden_reason"],
    }


def called(row: Row, naming: int) -> str:
    """How the author of a row (with the columns of _NAMED) is called under a place's naming."""
    here = Naming.NAME if naming == Naming.EDITOR else naming_of(row["naming"], naming)
    if here == Naming.NAME:
        return full_name(*(row[f"author__{name}"] for name in ("username", *_NAME)))
    return row["alias"] or NOBODY.name if here == Naming.PSEUDONYM else NOBODY.name


def _card(row: Row, replies: list[Card], place: Place) -> Card:
    chips = place.palette.chosen(row["theme_ids"])
    return _written(row, place) | {
        "url": _url("annotations:annotation", row["uuid"]),
        "start": row["start"],
        "end": row["end"],
        "block": place.reading.block_at(row["start"]),
        "quote": shorten(row["quote"]),
        "colour": f"c{chips[0].colour}" if chips else "c0",
        "chips": chips,
        "anchor": row["anchor"],
        "version": row["version"],
        "question": row["question"],
        "locked": row["locked_at"] is not None,
        "replies": replies,
        "may_reply": place.may_annotate and row["locked_at"] is None,
    }


def _settling(place: Place, acts: Card) -> Card:
    """Whether the viewer may say that a question is answered: its author, and the editors."""
    if place.scope.all and place.may_annotate:
        return {"may_settle": True, "settle": "", "settle_end": ""}
    return {
        "may_settle": acts["may_change"],
        "settle": acts["own"],
        "settle_end": acts["own_end"],
    }


def _reply(row: Row, place: Place) -> Card:
    url = _url("annotations:reply_edit", row["uuid"]).removesuffix("edit/")
    return _written(row, place) | {"url": url}


_patterns: dict[str, str] = {}


def _url(name: str, uuid: object) -> str:
    # reverse() costs as much as the rest of a card.
    if name not in _patterns:
        _patterns[name] = reverse(name, args=[_NO_UUID])
    return _patterns[name].replace(_NO_UUID, str(uuid))
