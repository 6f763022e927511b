"""Cards as plain values for the templates: annotations with their chips, replies and acts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from annotations.models import Annotation, Reply
from annotations.passages import shorten
from annotations.place import Place
from annotations.sight import full_name
from archive.prepared import PreparedIn

Card = dict[str, Any]
_NO_UUID = "00000000-0000-0000-0000-000000000000"


_PERSON = ("author_id", "author__username", "author__first_name", "author__last_name")
_CARD = ("pk", "uuid", "start", "end", "quote", "theme_ids", "note_html", "visibility")
_STATE = ("anchor", "version", "deleted_at", "created", "modified")
_REPLY = ("annotation_id", "uuid", "note_html", "created", "modified", *_PERSON)
_COLUMNS = (*_CARD, *_STATE, *_PERSON)
_AUTHOR, _DELETED = _COLUMNS.index("author_id"), _COLUMNS.index("deleted_at")
_VISIBILITY = _COLUMNS.index("visibility")
_card_rows = PreparedIn(lambda pks: Annotation.objects.filter(pk__in=pks).values_list(*_COLUMNS))
_reply_rows = PreparedIn(
    lambda pks: Reply.objects.alive().filter(annotation__in=pks).in_order().values_list(*_REPLY)
)


# Around the acts that only an author has: what is kept serves every viewer, and for_viewer takes
# out what is not hers.
_OWN = re.compile("\x00own ([0-9]+)\x00(.*?)\x00end\x00", re.DOTALL)
_END = SafeString("\x00end\x00")


def for_viewer(html: str, user_id: int | None) -> str:
    """Cards made for anyone, with the acts of this viewer's own annotations and replies alone."""
    me = str(user_id)
    return _OWN.sub(lambda match: match[2] if match[1] == me else "", html)


def cards_of(place: Place, pks: Sequence[int], *, for_anyone: bool = False) -> dict[int, Card]:
    """The cards of these annotations by primary key; two queries however many they are.

    What is rendered of cards ``for_anyone`` must pass through ``for_viewer``.
    """
    replies: defaultdict[int, list[Card]] = defaultdict(list)
    for annotation, *row in _reply_rows(pks):
        replies[annotation].append(_reply(row, place) | _acts(place, row[4], for_anyone))
    return {
        row[0]: _card(row, replies[row[0]], place) | _acts(place, row[_AUTHOR], for_anyone)
        for row in _card_rows(pks)
        if _is_still_seen(row, place)
    }


def _is_still_seen(row: tuple[Any, ...], place: Place) -> bool:
    """False for what its author deleted or made private after its key had been found."""
    if row[_DELETED] is not None:
        return False
    return row[_VISIBILITY] == "shared" or row[_AUTHOR] == place.viewer.user_id


def _acts(place: Place, author: int, for_anyone: bool) -> Card:
    if for_anyone and place.may_annotate:
        return {"may_change": True, "own": SafeString(f"\x00own {author}\x00"), "own_end": _END}
    mine = place.may_annotate and author == place.viewer.user_id
    return {"may_change": mine, "own": "", "own_end": ""}


def _card(row: tuple[Any, ...], replies: list[Card], place: Place) -> Card:
    _, uuid, start, end, quote, theme_ids, note, visibility, *more = row
    anchor, version, _, created, modified, _, *name = more
    chips = place.palette.chosen(theme_ids)
    return {
        "uuid": uuid,
        "url": _url("annotations:annotation", uuid),
        "start": start,
        "end": end,
        "block": place.reading.block_at(start),
        "quote": shorten(quote),
        "colour": f"c{chips[0].colour}" if chips else "c0",
        "chips": chips,
        # Cleaned when it was written: annotations.notes.render_note.
        "note": SafeString(note),
        "author": full_name(*name),
        "created": created,
        "edited": modified > created,
        "anchor": anchor,
        "private": visibility == "private",
        "version": version,
        "replies": replies,
        "may_reply": place.may_annotate,
    }


def _reply(row: Sequence[Any], place: Place) -> Card:
    uuid, note, created, modified, _, *name = row
    return {
        "uuid": uuid,
        "url": _url("annotations:reply_edit", uuid).removesuffix("edit/"),
        "note": SafeString(note),
        "author": full_name(*name),
        "created": created,
        "edited": modified > created,
    }


_patterns: dict[str, str] = {}


def _url(name: str, uuid: object) -> str:
    # reverse() costs as much as the rest of a card.
    if name not in _patterns:
        _patterns[name] = reverse(name, args=[_NO_UUID])
    return _patterns[name].replace(_NO_UUID, str(uuid))
