"""Cards as plain values for the templates: annotations with their chips, replies and acts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import mark_safe

from annotations.models import Annotation, Reply
from annotations.overlays import Group, Palette, Row
from annotations.passages import shorten
from annotations.permissions import may_annotate
from annotations.place import Place

Card = dict[str, Any]
_NO_UUID = "00000000-0000-0000-0000-000000000000"


def rows_of(place: Place, start: int | None = None, end: int | None = None) -> list[Row]:
    """The annotations that the viewer sees here, in the text's order, as rows; one query.

    With ``start`` and ``end`` (code points) only those that touch this range.
    """
    if place.current is None:
        return []
    seen = seen_at(place)
    if start is not None and end is not None:
        seen = seen.overlapping(start, end)
    fields = ("pk", "start", "end", "author_id", "theme_ids")
    return [Row(*row) for row in seen.in_text_order().values_list(*fields)]


def seen_at(place: Place) -> Any:
    """The annotations of the place's set and edition that the viewer sees."""
    assert place.current is not None
    return (
        Annotation.objects.in_set(place.current.pk)
        .on_edition(place.edition.pk)
        .shown_in_set(place.viewer)
    )


def cards_of(place: Place, pks: Iterable[int]) -> dict[int, Card]:
    """The cards of these annotations by primary key; two queries however many they are."""
    wanted = list(pks)
    if not wanted:
        return {}
    items = Annotation.objects.filter(pk__in=wanted).select_related("author")
    return {card["pk"]: card for card in make_cards(items, place)}


def make_cards(items: QuerySet[Annotation] | Sequence[Annotation], place: Place) -> list[Card]:
    """Cards of annotations whose authors are loaded; one query for all replies."""
    annotations = list(items)
    replies: defaultdict[int, list[Reply]] = defaultdict(list)
    for reply in (
        Reply.objects.alive()
        .filter(annotation__in=[a.pk for a in annotations])
        .select_related("author")
        .in_order()
    ):
        replies[reply.annotation_id].append(reply)
    open_to_me = place.current is not None and may_annotate(place.current, place.role)
    return [_card(a, replies[a.pk], place, open_to_me) for a in annotations]


def _card(annotation: Annotation, replies: list[Reply], place: Place, open_to_me: bool) -> Card:
    viewer, palette = place.viewer, place.palette
    chips = palette.chosen(annotation.theme_ids)
    return {
        "pk": annotation.pk,
        "uuid": str(annotation.uuid),
        "url": _url("annotations:annotation", annotation.uuid),
        "start": annotation.start,
        "end": annotation.end,
        "quote": shorten(annotation.quote),
        "colour": f"c{chips[0].colour}" if chips else "c0",
        "chips": chips,
        # Cleaned when it was written: annotations.notes.render_note.
        "note": mark_safe(annotation.note_html),  # noqa: S308
        "author": author_name(annotation.author),
        "created": annotation.created,
        "edited": annotation.modified > annotation.created,
        "private": annotation.visibility == "private",
        "replies": [_reply(reply, viewer.user_id, open_to_me) for reply in replies],
        "may_reply": open_to_me,
        "may_change": open_to_me and annotation.author_id == viewer.user_id,
    }


def _reply(reply: Reply, user_id: int | None, open_to_me: bool) -> Card:
    return {
        "uuid": str(reply.uuid),
        "url": _url("annotations:reply_edit", reply.uuid).removesuffix("edit/"),
        "note": mark_safe(reply.note_html),  # noqa: S308
        "author": author_name(reply.author),
        "created": reply.created,
        "edited": reply.modified > reply.created,
        "may_change": open_to_me and reply.author_id == user_id,
    }


_patterns: dict[str, str] = {}


def _url(name: str, uuid: object) -> str:
    # reverse() costs as much as the rest of a card.
    if name not in _patterns:
        _patterns[name] = reverse(name, args=[_NO_UUID])
    return _patterns[name].replace(_NO_UUID, str(uuid))


def author_name(user: Any) -> str:
    """How a person is called on a page."""
    return user.get_full_name() or user.get_username()


def filled(found: Iterable[Group], cards: dict[int, Card], place: Place) -> list[dict[str, Any]]:
    """Groups with their cards and the address of those folded away."""
    more = f"{place.address}at/?set={place.current.slug if place.current else ''}"
    return [
        {
            "block": group.block,
            "cards": [cards[pk] for pk in group.shown if pk in cards],
            "folded": group.folded,
            "more": f"{more}&start={group.start}&end={group.end}" if group.folded else "",
        }
        for group in found
    ]


def palette_counts(palette: Palette, counts: dict[int, int]) -> list[dict[str, Any]]:
    """The themes of a codebook with how many annotations each has here."""
    return [{"theme": theme, "count": counts.get(theme.pk, 0)} for theme in palette.themes]
