"""Whether the history tells the truth: of annotations, replies, themes, and of codebooks.

The rows of a thing are a chain: each finds what the one before left, and the last one left what is
there now. What was emptied for good is not looked at, nor rows that are older than ``before``.
A thing without any row is older than the history, or was brought in past it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Length

from annotations.actions.changing import state_of
from annotations.actions.replies import state_of_reply
from annotations.actions.versions import COLUMNS, kept_theme, kept_themes
from annotations.models import (
    Annotation,
    AnnotationTheme,
    Codebook,
    CodebookVersion,
    History,
    ReadingPosition,
    Reply,
    SetDocument,
    Theme,
)

State = dict[str, Any]
# A row's action, what was before it, what is after it.
Link = tuple[str, State | None, State]
CHUNK = 500
BEGINS = ("create", "emptied")
# Stands in the words of whoever has left: of the same words not always in the same places.
LEFT = "former-member-"


def history_problems() -> Iterator[str]:
    """Every fault, one sentence each."""
    yield from _chains("annotation", _annotations)
    yield from _chains("reply", _replies)
    yield from _chains("theme", _themes)
    yield from _parts()
    yield from _undone()
    yield from _marks()
    for codebook in Codebook.objects.order_by("pk").values_list("pk", "revision").iterator():
        yield from _versions(*codebook)
    yield from _meanings()
    yield from _positions()


def _annotations(keys: list[str]) -> dict[str, State]:
    rows = Annotation.objects.filter(uuid__in=keys).order_by()
    rows = rows.defer("prefix", "suffix", "note_html")
    return {str(one.uuid): state_of(one) for one in rows}


def _replies(keys: list[str]) -> dict[str, State]:
    rows = Reply.objects.filter(uuid__in=keys).order_by().select_related("annotation")
    rows = rows.only(
        *("uuid", "note", "visibility", "deleted_at", "hidden_at", "hidden_reason"),
        "annotation__uuid",
    )
    return {str(one.uuid): state_of_reply(one) for one in rows}


def _themes(keys: list[str]) -> dict[str, State]:
    rows = Theme.objects.filter(pk__in=[int(key) for key in keys]).order_by()
    return {str(one.pk): kept_theme(one) | {"deleted": False} for one in rows}


def _chains(kind: str, now: Callable[[list[str]], dict[str, State]]) -> Iterator[str]:
    keys = History.objects.filter(kind=kind).order_by("key").values_list("key", flat=True)
    for some in _some(keys.distinct().iterator(chunk_size=CHUNK)):
        if wrong := dict(_broken(kind, some, now)):
            # While the app runs, something may have been written between two of our queries.
            wrong = dict(_broken(kind, list(wrong), now))
        for key, fault in wrong.items():
            yield f"history of {kind} {key}: {fault}."


def _some(keys: Iterable[str]) -> Iterator[list[str]]:
    some: list[str] = []
    for key in keys:
        some.append(key)
        if len(some) == CHUNK:
            yield some
            some = []
    if some:
        yield some


def _broken(
    kind: str, keys: list[str], now: Callable[[list[str]], dict[str, State]]
) -> Iterator[tuple[str, str]]:
    chains: dict[str, list[Link]] = {key: [] for key in keys}
    rows = History.objects.filter(kind=kind, key__in=keys).order_by("pk")
    for key, *link in rows.values_list("key", "action", "before", "state"):
        chains[key].append((link[0], link[1], link[2]))
    there = now(keys)
    for key, chain in chains.items():
        if fault := _fault(kind, chain, there.get(key)):
            yield key, fault


def _fault(kind: str, chain: list[Link], now: State | None) -> str:
    """What is wrong with the rows of a thing, the earliest first, that is ``now`` so."""
    known: State = {}
    sure = False
    for number, (action, before, state) in enumerate(chain, start=1):
        if before is None:
            # A row that is older than ``before`` tells less, under other names perhaps.
            sure = bool(state) and (action in BEGINS or kind == "theme")
            known = dict(state) if sure else {}
            continue
        if name := _differing(before, known):
            return f"row {number} did not find the {name} that the one before it left"
        sure = True
        known |= before
        known |= state
    if not sure:
        return ""
    if now is None:
        return "" if kind == "theme" and known.get("deleted") else "it is not there any more"
    name = _differing(now, known)
    return f"its {name} is not what its last row says" if name else ""


def _differing(one: State, other: State) -> str:
    """The first name under which both have another value."""
    for name in one.keys() & other.keys() - {"defined", "position", "version", "parent"}:
        if one[name] != other[name] and not _same(name, one[name], other[name]):
            return name
    if "version" in other and one.get("defined") != other.get("defined") and "defined" in one:
        return "defined"
    return ""


def _same(name: str, one: Any, other: Any) -> bool:
    if name == "theme_ids":
        # The codebook's order may have changed, which is no change of the annotation.
        return set(one.split()) == set(other.split())
    return LEFT in str(one) or LEFT in str(other)


def _parts() -> Iterator[str]:
    """Rows of an act on many things belong to one head, of their own set."""
    parts = History.objects.filter(part_of__isnull=False).order_by("pk")
    wrong = ~Q(part_of__annotation_set=F("annotation_set")) | Q(part_of__part_of__isnull=False)
    for pk in parts.filter(wrong).values_list("pk", flat=True).iterator():
        yield f"history, row {pk}: it is part of what is no act in its set."
    heads = History.objects.filter(kind="many", state__has_key="done").order_by("pk")
    for head in heads.iterator(chunk_size=CHUNK):
        count = History.objects.filter(part_of=head).count()
        if count != head.state["done"]:
            yield f"history, row {head.pk}: it has {count} parts and says {head.state['done']}."


def _undone() -> Iterator[str]:
    undoing = History.objects.order_by().filter(undoes=OuterRef("pk"))
    lost = History.objects.filter(~Exists(undoing), undone_at__isnull=False).order_by("pk")
    for pk in lost.values_list("pk", flat=True).iterator():
        yield f"history, row {pk}: it was taken back, and nothing says by what."
    rows = History.objects.filter(undoes__isnull=False).order_by("pk")
    strange = rows.exclude(undoes__annotation_set=F("annotation_set"))
    for pk in strange.values_list("pk", flat=True).iterator():
        yield f"history, row {pk}: it takes back what was done in another set."


def _marks() -> Iterator[str]:
    """No row of history has made a revision that its place has not reached."""
    later = History.objects.order_by().filter(
        place=OuterRef("pk"), revision__gt=OuterRef("revision")
    )
    places = SetDocument.objects.filter(Exists(later)).order_by("pk")
    for slug, document in places.values_list("annotation_set__slug", "document__slug"):
        yield f"set {slug}, {document}: its history is ahead of its revision."


def _versions(codebook: int, revision: int) -> Iterator[str]:
    """The versions of a codebook, walked back from what it is now."""
    where = f"codebook {codebook}"
    themes = kept_themes(codebook)
    # Read afterwards: what was changed meanwhile is above the revision that was read.
    rows = CodebookVersion.objects.filter(codebook=codebook).order_by("-number")
    expected, places = revision, list(themes)
    for number, changes, order in rows.values_list("number", "changes", "order").iterator():
        if number > revision:
            return
        if number != expected:
            yield f"{where}: version {expected} is not kept, though earlier ones are."
            return
        expected -= 1
        if order and order["after"] != places:
            yield f"{where}, version {number}: the order that it left is not what was there then."
            return
        for key, sides in changes.items():
            if fault := _walked(themes, int(key), sides):
                yield f"{where}, version {number}: {fault} of theme {key} is not what it left."
                return
        places = order["before"] if order else places


def _walked(themes: dict[int, State], pk: int, sides: dict[str, list[Any]]) -> str:
    """Takes a change back; the name of what is not as the change left it."""
    theme = themes.setdefault(pk, dict.fromkeys(COLUMNS))
    for name, (before, after) in sides.items():
        if theme.get(name) != after and not _same(name, theme.get(name), after):
            return name
        theme[name] = before
    return ""


def _meanings() -> Iterator[str]:
    ahead = AnnotationTheme.objects.filter(defined__gt=F("theme__defined")).order_by("pk")
    for uuid, slug in ahead.values_list("annotation__uuid", "theme__slug").iterator():
        yield f"annotation {uuid}: it was coded under a meaning that {slug} never had."
    merged = Theme.objects.filter(merged_into__isnull=False).order_by("pk")
    strange = merged.exclude(merged_into__codebook=F("codebook"))
    for pk, slug in strange.values_list("pk", "slug").iterator():
        yield f"theme {pk} ({slug}): it was merged into one of another codebook."


def _positions() -> Iterator[str]:
    rows = ReadingPosition.objects.order_by("pk")
    other = rows.exclude(edition__document=F("document"))
    for pk in other.values_list("pk", flat=True).iterator():
        yield f"reading position {pk}: its edition is of another document."
    long = rows.annotate(length=Length("edition__text"))
    long = long.filter(Q(offset__gt=F("length")) | Q(furthest__gt=F("length")))
    for pk in long.values_list("pk", flat=True).iterator():
        yield f"reading position {pk}: it lies after the text."
