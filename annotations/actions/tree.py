"""A tree of themes as plain numbers: what stands below what, and in which order."""

from __future__ import annotations

from collections import defaultdict

# Theme → (the theme above it or None, its position).
Order = dict[int, tuple[int | None, int]]


def in_tree_order(order: Order) -> list[int]:
    """The themes as the tree is read from top to bottom; siblings by position.

    What hangs in a loop, which no action makes, comes last rather than getting lost.
    """
    below: defaultdict[int | None, list[tuple[int, int]]] = defaultdict(list)
    for pk, (above, position) in order.items():
        below[above if above in order else None].append((position, pk))
    found: list[int] = []
    waiting = [pk for _, pk in sorted(below[None], reverse=True)]
    while waiting:
        pk = waiting.pop()
        found.append(pk)
        waiting += [child for _, child in sorted(below[pk], reverse=True)]
    return found + sorted(order.keys() - set(found))


def lineage(order: Order, pk: int) -> list[int]:
    """The theme and all above it, from below to the top."""
    found: list[int] = []
    here: int | None = pk
    while here is not None and here in order and here not in found:
        found.append(here)
        here = order[here][0]
    return found


def levels(order: Order, pk: int) -> int:
    """How many levels the theme and what is below it take: 1 for one with nothing below."""
    return max(len(lineage(order, one)) for one in order if pk in lineage(order, one)) - (
        len(lineage(order, pk)) - 1
    )
