"""Annotations with all that was answered to them, at whatever depth, in the order of the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from annotations.formats.brought import FormatFault
from annotations.formats.w3c_given import Item, Told


class Threads:
    def __init__(self, told: Told) -> None:
        self._told = told
        self._items: list[Item] = []
        self._named: dict[str, Item] = {}
        self._roots: dict[int, Item | None] = {}

    def add(self, item: Item) -> None:
        """One more. Raises FormatFault when another has its id."""
        others = [one for name in item.names if (one := self._named.get(name))]
        if any(replace(one, place=item.place) != item for one in others):
            raise FormatFault(
                f"The id {item.id[:80]} is that of another annotation, too: see {others[0].place}.",
                item.place,
            )
        if others:
            self._told.drop(f"It stands in the file twice, see {others[0].place}.", item.place)
            return
        self._items.append(item)
        self._named.update((name, item) for name in item.names)

    def found(self) -> Iterator[tuple[Item, list[Item]]]:
        """Each annotation with its replies; replies to what is not there are told."""
        replies: dict[int, list[Item]] = {}
        for item in self._items:
            if not item.is_reply:
                continue
            root = self._root(item)
            if root is None:
                message = "It answers something that is not in the file, and is not taken."
                self._told.drop(message, item.place)
            elif item.private and not root.private:
                # A reply is read by all who read what it answers.
                message = "It is private and what it answers is not: it is not taken."
                self._told.drop(message, item.place)
            else:
                replies.setdefault(id(root), []).append(item)
        for item in self._items:
            if not item.is_reply:
                yield item, replies.get(id(item), [])

    def _root(self, item: Item) -> Item | None:
        """What its thread begins with; each reply is walked over once, however long a chain is."""
        path: dict[int, None] = {}
        at: Item | None = item
        while at is not None and at.is_reply and id(at) not in self._roots:
            if id(at) in path:
                at = None
                break
            path[id(at)] = None
            at = next((one for name in at.answers if (one := self._named.get(name))), None)
        found = self._roots[id(at)] if at is not None and at.is_reply else at
        self._roots.update((key, found) for key in path)
        return found
