"""What became of things, to be read: who did what, when, and what was other before.

What somebody wrote while it was private stays hers: others read neither that state nor what of it
came after, until the change by which she shared it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from annotations.actions.undoing import can_be_undone
from annotations.anchoring.shown import Piece, differences
from annotations.deeds import KINDS, deed, deed_on_it, named_in
from annotations.models import (
    Annotation,
    AnnotationSet,
    CodebookVersion,
    History,
    Reply,
    Sharing,
    Theme,
)
from annotations.models.visibility import anywhere, replies_anywhere
from annotations.naming import Names
from annotations.permissions import may_manage
from annotations.viewers import Viewer

A_PAGE = 50
YOU = "You"
# What is read of a state, by its name in it, in this order.
LABELS = {
    "quote": "Passage",
    "note": "Note",
    "theme_ids": "Themes",
    "visibility": "Seen by",
    "question": "Question",
    "reason": "Reason",
    "name": "Name",
    "definition": "Definition",
    "use_when": "When to use",
    "not_when": "When not to use",
    "example": "Example",
    "title": "Title",
    "description": "Description",
    "rights": "Rights",
    "state": "State",
    "role": "Role",
    "rule": "Seen when",
    "after_count": "After how many of one’s own",
    "naming": "Members are called",
    "groups_apart": "Groups apart",
    "leaving": "Who leaves",
}
_WORDS = {
    "shared": "the set",
    "private": "only its author",
    "open": "open",
    "after": "after one’s own work",
    "blind": "when the editors open the set",
    "editors": "only by the editors",
}
_WRITTEN = ("note", "theme_ids")
# Of these it is told which words differ, of the others what they were and are.
_TEXTS = {"quote", "note", "definition", "use_when", "not_when", "example", "description", "reason"}
_NAMING = {0: "not at all", 1: "by a pseudonym", 2: "by name"}


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was other before, in pieces that the other side has or has not."""

    label: str
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One act as it is read. ``what`` follows ``who``; ``about`` names the thing, ``href`` leads to
    it. ``many``: how many things it did something to. ``may_undo``: its reader can take it back."""

    pk: int
    at: datetime
    who: str
    what: str
    about: str
    href: str
    why: str
    changes: tuple[Change, ...]
    many: int = 0
    undone: bool = False
    may_undo: bool = False


def acts(
    annotation_set: AnnotationSet, user_id: int, *, managed: bool, kind: str = "", before: int = 0
) -> list[History]:
    """The latest acts in a set, at most one more than a page, before the row of that key: all that
    an editor may know of, or one's own. One query."""
    rows = History.objects.filter(annotation_set=annotation_set, part_of__isnull=True)
    own = Q(actor=user_id)
    rows = rows.filter(own | _shared()) if managed else rows.filter(own)
    if kind in KINDS:
        rows = rows.filter(kind__in=KINDS[kind][1])
    if before:
        rows = rows.filter(pk__lt=before)
    return list(rows.select_related("actor").order_by("-pk")[: A_PAGE + 1])


def _shared() -> Q:
    """What is no business of its author alone: what is private is, and what she deleted."""
    shared = Q(state__visibility=Sharing.SHARED.value) & ~Q(action="delete")
    # The same at once for many of one's own.
    quiet = ("delete", "restore", "unshare")
    many = Q(kind="many", action__in=quiet)
    # Of these alone the state says what they took back: what says nothing is not left out.
    back = Q(kind="many", action__in=("undo", "redo"), state__of__in=quiet)
    return (~Q(kind="annotation") | shared) & ~many & ~back


def acts_on(annotation: Annotation, user_id: int) -> list[History]:
    """All that was done to an annotation, the latest first, as far as this reader (its author, or
    an editor) may know of it. One query."""
    rows = History.objects.filter(kind="annotation", key=str(annotation.uuid))
    found: list[History] = []
    visibility, last = Sharing.SHARED.value, None
    for row in rows.select_related("actor", "part_of").order_by("pk"):
        if row.before is None and row.action != "create":
            # Rows of older databases have no state before.
            row.before = last
        visibility = row.state.get("visibility", visibility)
        if visibility == Sharing.SHARED or annotation.author_id == user_id:
            found.append(row)
        last = (last or {}) | row.state
    return found[::-1]


class Reading:
    """Rows of history of one set made ready for one reader; a few queries for all of them.

    ``whole``: what was written first is read too.
    """

    def __init__(
        self,
        annotation_set: AnnotationSet,
        rows: Sequence[History],
        user_id: int,
        *,
        managed: bool,
        whole: bool = False,
    ) -> None:
        self._whole = whole
        self._set = annotation_set
        self._user = user_id
        self._managed = managed
        self._names = Names([annotation_set], [annotation_set.pk] if managed else [])
        roles = annotation_set.memberships.filter(user__in={row.actor_id for row in rows})
        self._roles = dict(roles.values_list("user", "role"))
        self._themes = theme_names(annotation_set)
        self._hrefs = _hrefs(annotation_set, rows, user_id)
        heads = [row.pk for row in rows if row.kind in ("many", "codebook")]
        self._sizes = _sizes(heads) if heads else {}

    def entry(self, row: History) -> Entry:
        own = row.actor_id == self._user
        quote, href = self._hrefs.get((row.kind, row.key), ("", ""))
        # What others deleted or took back to themselves shows no words here, as on its own page.
        open_to = own or bool(href) or row.kind not in ("annotation", "reply")
        return Entry(
            row.pk,
            row.at,
            self._who(row),
            deed_on_it(row.action) if self._whole else deed(row.kind, row.action),
            (_quoted(row) or quote) if open_to else "",
            href,
            row.why or (row.part_of.why if row.part_of else ""),
            self._changes(row) if open_to else (),
            self._sizes.get(row.pk, 0),
            row.undone_at is not None,
            own and row.undone_at is None and can_be_undone(row),
        )

    def _who(self, row: History) -> str:
        if row.actor is None:
            return "The archive" if row.action == "reanchor" else "Somebody who has left"
        if row.actor_id == self._user:
            return YOU
        leads = may_manage(self._roles.get(row.actor_id or 0))
        return self._names.member(row.actor, self._set.pk, manages=leads).name

    def _changes(self, row: History) -> tuple[Change, ...]:
        before, state = row.before, row.state
        if before is None:
            if not self._whole or row.action != "create":
                return ()
            before = dict.fromkeys(_WRITTEN, "")
        private = before.get("visibility") == Sharing.PRIVATE
        if private and row.kind == "annotation" and row.actor_id != self._user:
            before = dict.fromkeys(_WRITTEN, "") | {"visibility": before["visibility"]}
        found = []
        for name, label in LABELS.items():
            if name in before and name in state and before[name] != state[name]:
                old, new = (self._words(name, side[name]) for side in (before, state))
                if old != new:
                    found.append(Change(label, *_pieces(old, new, in_words=name in _TEXTS)))
        return tuple(found)

    def _words(self, name: str, value: Any) -> str:
        if name == "theme_ids":
            themes = (self._themes.get(int(pk), "a theme deleted since") for pk in value.split())
            return ", ".join(sorted(themes))
        if name == "naming":
            return _NAMING.get(value, "")
        if isinstance(value, bool):
            return "yes" if value else "no"
        return _WORDS.get(value, str(value)) if value is not None else ""


def _quoted(row: History) -> str:
    """What a row is about, by its own words."""
    name = named_in(row.state)
    return f"“{name}”" if name and row.kind == "annotation" else name


def _pieces(old: str, new: str, *, in_words: bool) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    if old and new and in_words:
        return differences(old, new)
    # All of it is other: it needs no marks.
    left, right = ((Piece(text, False),) if text else () for text in (old, new))
    return left, right


def theme_names(annotation_set: AnnotationSet) -> dict[int, str]:
    """The names of the themes of a set's codebook, by their keys: one query, and one more where
    themes were deleted."""
    names = Theme.objects.of_codebook(annotation_set.codebook_id).values_list("pk", "name")
    found = dict(names)
    versions = CodebookVersion.objects.filter(codebook=annotation_set.codebook_id, action="delete")
    for changes in versions.values_list("changes", flat=True):
        for pk, sides in changes.items():
            if "name" in sides:
                found.setdefault(int(pk), sides["name"][0])
    return found


def _hrefs(
    annotation_set: AnnotationSet, rows: Iterable[History], user_id: int
) -> dict[tuple[str, str], tuple[str, str]]:
    """What rows are about, and where it is, as far as the reader sees it now or wrote it herself:
    two queries at most."""
    wanted: dict[str, set[str]] = {"annotation": set(), "reply": set()}
    for row in rows:
        if row.kind in wanted:
            wanted[row.kind].add(row.key)
    found = {}
    alive = Q(deleted_at__isnull=True)
    if keys := wanted["annotation"]:
        here = Annotation.objects.in_set(annotation_set.pk).filter(uuid__in=keys)
        here = here.filter(Q(author=user_id) | alive & anywhere(user_id))
        for uuid, quote in here.order_by().values_list("uuid", "quote"):
            found["annotation", str(uuid)] = f"“{quote}”", f"/annotations/{uuid}/history/"
    if keys := wanted["reply"]:
        replies = Reply.objects.filter(uuid__in=keys, annotation__annotation_set=annotation_set)
        replies = replies.filter(Q(author=user_id) | alive & replies_anywhere(user_id))
        seen = Annotation.objects.order_by().shown_in_set(Viewer(user_id))
        replies = replies.filter(Q(annotation__author=user_id) | Q(annotation__in=seen))
        columns = ("uuid", "annotation__uuid", "annotation__quote")
        for uuid, under, quote in replies.order_by().values_list(*columns):
            found["reply", str(uuid)] = f"to “{quote}”", f"/annotations/{under}/#r-{uuid}"
    return found


def _sizes(heads: list[int]) -> dict[int, int]:
    """Of how many annotations and replies these acts changed something: one query."""
    parts = History.objects.filter(part_of__in=heads, kind__in=("annotation", "reply"))
    return dict(parts.order_by().values_list("part_of").annotate(Count("pk")))
