"""What is kept in the process: the least recently used go first, and threads do not disturb it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.kept import Kept, forget_all


def test_the_least_recently_used_goes_first() -> None:
    store: Kept[str] = Kept(2)
    store.put("a", "A")
    store.put("b", "B")
    assert store.get("a") == "A"
    store.put("c", "C")
    assert [store.get(key) for key in "abc"] == ["A", None, "C"]


def test_what_is_kept_is_made_once() -> None:
    store: Kept[list[int]] = Kept(4)
    made: list[str] = []

    def make() -> list[int]:
        made.append("once")
        return [1]

    assert store.made("key", make) is store.made("key", make)
    assert made == ["once"]


def test_what_could_not_be_made_is_not_kept() -> None:
    store: Kept[int] = Kept(4)
    with pytest.raises(ZeroDivisionError):
        store.made("key", lambda: 1 // 0)
    assert store.made("key", lambda: 7) == 7


def test_all_stores_forget_together() -> None:
    one: Kept[int] = Kept(2)
    other: Kept[int] = Kept(2)
    one.put("a", 1)
    other.put("a", 2)
    forget_all()
    assert one.get("a") is None
    assert other.get("a") is None


@given(st.integers(1, 5), st.lists(st.tuples(st.booleans(), st.integers(0, 8)), max_size=60))
def test_it_behaves_as_a_list_in_the_order_of_use(most: int, steps: list[tuple[bool, int]]) -> None:
    store: Kept[int] = Kept(most)
    used: list[int] = []
    for put, key in steps:
        if put:
            store.put(key, key + 100)
        else:
            assert store.get(key) == (key + 100 if key in used else None)
        if put or key in used:
            used = [k for k in used if k != key] + [key]
        used = used[-most:]


def test_threads_always_find_the_value_of_their_own_key() -> None:
    store: Kept[str] = Kept(8)
    together = Barrier(8)

    def work(seed: int) -> bool:
        together.wait(timeout=10)
        keys = [(seed * 31 + step * 7) % 40 for step in range(3000)]
        return all(
            store.made(key, lambda key=key: f"value {key}") == f"value {key}" for key in keys
        )

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))
    assert sum(store.get(key) is not None for key in range(40)) == 8
