"""A codebook as its pages show it: its themes as a tree, the retired ones apart, and where each of
them can go from where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from annotations.actions.planting import words_of_theme
from annotations.actions.tree import Order, lineage
from annotations.counts import Counts
from annotations.models import AnnotationSet, Theme
from annotations.stale import mark_of

SIGNS = ("name", "colour", "line")


@dataclass(slots=True)
class Node:
    """A theme in the tree as a template walks it: whether a list opens below, how many close.

    ``before`` is how many passages, of those that the viewer may decide about, were coded before
    it got its present meaning.
    """

    theme: Theme
    count: int
    opens: bool = False
    closes: range = range(0)
    first: bool = False
    last: bool = False
    before: int = 0

    @property
    def base(self) -> str:
        """The mark of what its row shows, for what is changed in the row."""
        return mark_of(words_of_theme(self.theme, SIGNS))


def tree(themes: list[Theme], counts: Counts) -> list[Node]:
    """The themes, given in their order, as nodes."""
    order: Order = {one.pk: (one.parent_id, one.position) for one in themes}
    depths = [len(lineage(order, one.pk)) for one in themes]
    siblings: dict[int | None, list[int]] = {}
    for one in themes:
        siblings.setdefault(one.parent_id, []).append(one.pk)
    nodes = []
    for one, depth, following in zip(themes, depths, [*depths[1:], 1], strict=False):
        row = siblings[one.parent_id]
        nodes.append(
            Node(
                one,
                counts.get(one.pk, 0),
                opens=following > depth,
                closes=range(max(0, depth - following)),
                first=one.pk == row[0],
                last=one.pk == row[-1],
            )
        )
    return nodes


def themes_of(annotation_set: AnnotationSet) -> list[Theme]:
    """The themes of a set's codebook in the order of the tree: one query."""
    return list(Theme.objects.of_codebook(annotation_set.codebook_id))


def parted(themes: list[Theme]) -> tuple[list[Theme], list[Theme]]:
    """Those that stand in the tree, and those that stand apart: what is retired and has nothing
    below it that is in use."""
    order: Order = {one.pk: (one.parent_id, one.position) for one in themes}
    shown = {pk for one in themes if one.retired_at is None for pk in lineage(order, one.pk)}
    return [one for one in themes if one.pk in shown], [
        one for one in themes if one.pk not in shown
    ]


class Step(ValueError):
    """Why a theme cannot go where it is sent; its message says it in one sentence."""


def step(themes: Iterable[Theme], theme: Theme, to: str) -> dict[str, Any]:
    """What ``move_theme`` takes to bring a theme ``up``, ``down``, ``in`` (under the one above it)
    or ``out`` (behind the one that it stands under) among the themes that are shown."""
    rows = list(themes)
    row = [one for one in rows if one.parent_id == theme.parent_id]
    here = next((at for at, one in enumerate(row) if one.pk == theme.pk), None)
    if here is None:
        raise Step(f"“{theme.name}” is retired and stands apart: bring it back first.")
    if to == "out":
        above = next((one for one in rows if one.pk == theme.parent_id), None)
        if above is None:
            raise Step(f"“{theme.name}” stands at the top level already.")
        return {"after": above}
    if to == "down":
        if here + 1 == len(row):
            raise Step(f"“{theme.name}” is the last of its level already.")
        return {"after": row[here + 1]}
    if here == 0:
        tail = "has no theme above it to go under" if to == "in" else "is the first already"
        raise Step(f"“{theme.name}” {tail}.")
    return {"before": row[here - 1]} if to == "up" else {"parent": row[here - 1]}
