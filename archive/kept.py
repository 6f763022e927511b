"""Values kept in the process because what they were made from never changes.

A key must name everything that its value depends on (digests, revisions): nothing here expires by
time, the least recently used go first.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

V = TypeVar("V")
_all: list[Kept[Any]] = []


class Kept(Generic[V]):
    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self._lock = threading.Lock()
        _all.append(self)

    def get(self, key: Hashable) -> V | None:
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: Hashable, value: V) -> V:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value

    def made(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value of ``key``; made outside of the lock, so two threads may both make it."""
        value = self.get(key)
        return self.put(key, make()) if value is None else value

    def forget(self) -> None:
        with self._lock:
            self._values.clear()


def forget_all() -> None:
    """Empties every store, as a new process finds them: for benchmarks and tests."""
    for store in _all:
        store.forget()
