"""A snapshot is of one moment, and nobody waits while it is made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from annotations import freezing
from annotations.actions.snapshots import Wish, order
from annotations.models import Annotation, Reach, Snapshot, Variant
from annotations.steady import one_sight
from tests.annotations.frozen import every_byte, folder_of_snapshots, plain
from tests.annotations.racing import database_of_its_own
from tests.annotations.worlds import world

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["folder_of_snapshots"]


@pytest.fixture(autouse=True)
def own_database(tmp_path: Path, transactional_db: None) -> Iterator[None]:
    with database_of_its_own(tmp_path):
        yield


def elsewhere(act: Callable[[], Any]) -> None:
    """Does something on a connection of its own; its fault is a fault here."""
    faults: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=30)
    assert not thread.is_alive(), "somebody had to wait"
    assert faults == []


def test_what_others_write_meanwhile_is_in_none_of_its_files(monkeypatch: pytest.MonkeyPatch):
    here = world(visibility="public")
    here.annotate(note="Before it.")
    ordered = order(here.set, Wish(Reach.EVERYONE, Variant.AS_IS), actor=here.owner)
    write = freezing._write

    def interrupted(snapshot: Snapshot, pieces: Any) -> Any:
        elsewhere(lambda: here.annotate("speak", note="Meanwhile."))
        first = next(pieces)
        elsewhere(lambda: Annotation.objects.filter(note="Before it.").update(note="After it."))
        return write(snapshot, (piece for part in ([first], pieces) for piece in part))

    monkeypatch.setattr(freezing, "_write", interrupted)
    freezing.make(ordered.pk)
    made = Snapshot.objects.get()
    assert made.state == "ready", made.fault
    assert [one["note"] for one in plain(made)["annotations"]] == ["Before it."]
    for name, data in every_byte(made.path.read_bytes()):
        assert b"Meanwhile." not in data, name
        assert b"After it." not in data, name
    assert Annotation.objects.filter(note="After it.").count() == 1
    assert made.counts["annotations"] == 1


def test_the_connection_is_as_it_was_afterwards():
    here = world()
    with pytest.raises(RuntimeError), one_sight():
        assert Annotation.objects.count() == 0
        raise RuntimeError
    here.annotate()
    assert Annotation.objects.count() == 1
