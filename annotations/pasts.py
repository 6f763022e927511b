"""What was done to a codebook, version by version, as its pages tell it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from annotations.actions.past import first_known, state_at, turns_after
from annotations.actions.versions import COLUMNS, kept_themes
from annotations.deeds import deed
from annotations.differing import GONE, Differences, differing, displaced
from annotations.models import (
    AnnotationSet,
    AnnotationTheme,
    CodebookVersion,
    Colour,
    History,
    Line,
    Theme,
)
from annotations.naming import person
from annotations.trees import Node, tree
from annotations.walking import Kept, walked_back

SIGNS = {"colour": dict(Colour.choices), "line": dict(Line.choices)}
NAMED = 4
# Acts that have their words as acts on one theme; the rest are acts on the codebook.
OF_ONE = ("create", "edit", "move", "delete", "restore", "retire", "unretire")


@dataclass(frozen=True, slots=True)
class Version:
    """One version as a list tells it; ``more`` themes are not named."""

    number: int
    at: datetime
    who: str
    deed: str
    names: list[str]
    more: int
    why: str


def versions_of(annotation_set: AnnotationSet) -> QuerySet[CodebookVersion]:
    """The versions of a set's codebook, the latest first."""
    rows = CodebookVersion.objects.filter(codebook=annotation_set.codebook_id)
    return rows.select_related("actor").order_by("-number")


def told(
    annotation_set: AnnotationSet,
    rows: Iterable[CodebookVersion],
    *,
    viewer_id: int | None,
    manages: bool,
) -> list[Version]:
    """These versions in words: two queries. Only those who manage the set are told by whom."""
    found = list(rows)
    touched = {row.pk: _touched(row) for row in found}
    names = _names(annotation_set, {pk for pks in touched.values() for pk in pks})
    made = []
    for row in found:
        here = [_then(row, pk) or names.get(pk, "a theme that is gone") for pk in touched[row.pk]]
        made.append(
            Version(
                row.number,
                row.at,
                _who(row, viewer_id, manages=manages),
                deed(_kind(row, here), row.action),
                here[:NAMED],
                len(here[NAMED:]),
                row.why,
            )
        )
    return made


def _kind(row: CodebookVersion, names: list[str]) -> str:
    one = row.action in OF_ONE or (row.action in ("undo", "redo") and len(names) == 1)
    return "theme" if one else "codebook"


def _who(row: CodebookVersion, viewer_id: int | None, *, manages: bool) -> str:
    if row.actor is None:
        return "Somebody"
    if row.actor_id == viewer_id:
        return "You"
    return person(row.actor).name if manages else "An editor"


def _touched(row: CodebookVersion) -> list[int]:
    if row.changes:
        return [int(pk) for pk in row.changes]
    if moved := row.order.get("moved"):
        return [moved]
    return displaced(row.order.get("before", []), row.order.get("after", []))


def _then(row: CodebookVersion, pk: int) -> str:
    """What the theme was called by this change, where it says so."""
    sides = row.changes.get(str(pk), {}).get("name", [None, None])
    return sides[1] or sides[0] or ""


def _names(annotation_set: AnnotationSet, themes: set[int]) -> dict[int, str]:
    """What themes are called now, or were when they were deleted."""
    here = Theme.objects.of_codebook(annotation_set.codebook_id).order_by()
    names = dict(here.values_list("pk", "name"))
    gone = [str(pk) for pk in themes - names.keys()]
    if gone:
        rows = History.objects.filter(annotation_set=annotation_set, kind="theme", key__in=gone)
        for key, state in rows.order_by("pk").values_list("key", "state"):
            names[int(key)] = state.get("name", "")
    return names


def earliest(annotation_set: AnnotationSet) -> int:
    """The number of the earliest state that is known; that of now where nothing was recorded."""
    first = first_known(annotation_set.codebook_id)
    return annotation_set.codebook.revision if first is None else first


def between(annotation_set: AnnotationSet, old: int, new: int) -> tuple[Kept, Kept, Differences]:
    """The codebook at two versions, ``new`` not before ``old``, and what differs: two queries."""
    book = annotation_set.codebook_id
    now, turns = kept_themes(book), turns_after(book, old)
    after = walked_back(now, [turn for turn in turns if turn.number > new], COLUMNS)
    before = walked_back(after, [turn for turn in turns if turn.number <= new], COLUMNS)
    return before, after, differing(before, after, SIGNS)


def since(annotation_set: AnnotationSet, number: int) -> Differences:
    """What going back to a version would change."""
    book = annotation_set.codebook_id
    found = differing(kept_themes(book), state_at(book, number), SIGNS)
    going = [one for one in found.themes if one.what == [GONE]]
    carried = AnnotationTheme.objects.filter(theme__in=[one.pk for one in going])
    stay = set(carried.order_by().values_list("theme", flat=True))
    for one in going:
        if one.pk in stay:
            one.what = ["retired: it was made since, and annotations carry it"]
    return found


def nodes_of(themes: Kept) -> list[Node]:
    """A codebook as it was, as nodes that a template walks."""
    rows = [
        Theme(pk=pk, position=at, **{k: v for k, v in one.items() if k != "merged_into_id"})
        for at, (pk, one) in enumerate(themes.items())
    ]
    return tree(rows, {})
