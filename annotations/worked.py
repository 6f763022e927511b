"""One student's work on an assignment as a page shows it: passages in their text, and notes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.safestring import SafeString

from annotations.assigned import Counted
from annotations.models import Annotation, AnnotationSet, Reply
from annotations.naming import Names
from annotations.palettes import Palette, palette_of
from annotations.readings import in_context
from annotations.stretches import texts_of
from annotations.viewers import Viewer
from archive.text import Text

Shown = dict[str, Any]
# Whether it is a reply, and its key → whether it came late.
Lateness = dict[tuple[bool, int], bool]


def passages_of(
    viewer: Viewer, annotation_set: AnnotationSet, found: Sequence[Counted], *, manages: bool
) -> dict[int, list[Shown]]:
    """Document → what counts of one student's work there, as far as the viewer sees it, in the
    order of the text: her annotations with the replies to them, and her replies to others.

    Five queries, fewer when texts and themes are kept.
    """
    late: Lateness = {(item.is_reply, item.pk): is_late for _, item, is_late in found}
    annotations = list(
        Annotation.objects.visible_to(viewer)
        .filter(pk__in=[pk for is_reply, pk in late if not is_reply])
        .with_place()
    )
    own = {a.pk for a in annotations}
    hers = Q(pk__in=[pk for is_reply, pk in late if is_reply])
    replies = Reply.objects.visible_to(viewer).filter(Q(annotation__in=own) | hers)
    replies = replies.with_place().in_order()
    names = Names([annotation_set], [annotation_set.pk] if manages else [])
    places = {a.edition_id for a in annotations} | {r.annotation.edition_id for r in replies}
    texts = texts_of(places)
    shown: defaultdict[int, list[Shown]] = defaultdict(list)
    under: defaultdict[int, list[Shown]] = defaultdict(list)
    for reply in replies:
        card = _reply(reply, names, annotation_set.pk, late)
        if reply.annotation_id in own:
            under[reply.annotation_id].append(card)
        else:
            to = names.author(reply.annotation, annotation_set.pk).name
            place = _place(reply.annotation, texts)
            shown[reply.annotation.edition.document_id].append(card | place | {"to": to})
    palette = palette_of(annotation_set.codebook_id, annotation_set.codebook.revision)
    for a in annotations:
        card = _annotation(a, palette, late) | _place(a, texts) | {"replies": under[a.pk]}
        shown[a.edition.document_id].append(card)
    for passages in shown.values():
        passages.sort(key=lambda one: (one["start"], one["end"]))
    return shown


def _reply(reply: Reply, names: Names, annotation_set: int, late: Lateness) -> Shown:
    return {
        "reply": reply,
        "author": names.author(reply, annotation_set).name,
        # Cleaned when it was written: annotations.notes.render_note.
        "note": SafeString(reply.note_html),
        "late": late.get((True, reply.pk), False),
    }


def _annotation(annotation: Annotation, palette: Palette, late: Lateness) -> Shown:
    return {
        "annotation": annotation,
        "note": SafeString(annotation.note_html),
        "chips": palette.chosen(annotation.theme_ids),
        "late": late[False, annotation.pk],
    }


def _place(annotation: Annotation, texts: dict[int, Text]) -> Shown:
    text = texts[annotation.edition_id]
    before, quote, after = in_context(text, annotation.start, annotation.end)
    block = next((i for i, b in enumerate(text.blocks) if b.end > annotation.start), 0)
    return {
        "before": before,
        "quote": quote,
        "after": after,
        "block": block,
        "start": annotation.start,
        "end": annotation.end,
    }
