"""Snapshots made for tests, and what is in their files."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotations.actions.snapshots import Wish, order
from annotations.freezing import make
from annotations.models import AnnotationSet, Reach, Snapshot, Variant

Json = dict[str, Any]


def freeze(
    one: AnnotationSet,
    reach: str = Reach.EVERYONE,
    variant: str = Variant.AS_IS,
    **more: Any,
) -> Snapshot:
    """A snapshot that is ready."""
    ordered = order(one, Wish(reach, variant, **more), actor=one.owner)
    make(ordered.pk)
    made = Snapshot.objects.get(pk=ordered.pk)
    assert made.state == "ready", made.fault
    return made


def folder(tmp: Path, made: Snapshot) -> Path:
    """The file unpacked."""
    with zipfile.ZipFile(made.path) as archive:
        archive.extractall(tmp)
    return tmp / made.name


def plain(made: Snapshot) -> Json:
    """Its snapshot.json, read as any program reads it."""
    with zipfile.ZipFile(made.path) as archive:
        found: Json = json.loads(archive.read(f"{made.name}/data/snapshot.json"))
    return found


def every_byte(data: bytes, name: str = "") -> Iterator[tuple[str, bytes]]:
    """The names and contents of all files, of archives within archives too."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        yield name, data
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for info in archive.infolist():
            yield name, f"{info.filename} {info.comment!r}".encode()
            yield from every_byte(archive.read(info), f"{name}/{info.filename}")


@pytest.fixture(autouse=True)
def folder_of_snapshots(tmp_path: Path, settings: Any) -> None:
    """Each test has a folder of its own; import this into the module of the tests."""
    settings.SNAPSHOTS = tmp_path / "snapshots"
