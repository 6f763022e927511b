"""``snapshot.json`` of a snapshot's ZIP file, read line by line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from annotations.formats.brought import FormatFault
from annotations.formats.unzipped import Unzipped
from annotations.snapshots.canonical import FORMAT, LISTS, VERSION
from annotations.snapshots.verify import OWN

_NAME = "/data/snapshot.json"
_HEAD = 4


class Reading:
    """What a snapshot says of itself (``head``), and its lists, to be read in their order once."""

    def __init__(self, path: Path) -> None:
        """Raises FormatFault when there is no snapshot that can be read."""
        with path.open("rb") as file:
            names = Unzipped(file, OWN).names
        name = next((one for one in names if one.endswith(_NAME) and one.count("/") == 2), None)
        if name is None:
            raise FormatFault("There is no snapshot.json in it.")
        self._lines = _lines(path, name)
        self.head: dict[str, Any] = self._read_head()

    def _read_head(self) -> dict[str, Any]:
        text = "".join(next(self._lines, "") for _ in range(_HEAD))
        try:
            head = json.loads(text.rstrip(",") + "}")
        except ValueError as error:
            raise FormatFault("snapshot.json cannot be read.") from error
        if (head.get("format"), head.get("version")) != (FORMAT, VERSION):
            raise FormatFault("snapshot.json was written by another version.")
        return dict(head)

    def items(self, name: str) -> Iterator[str]:
        """The items of the list, one line of JSON each, sorted by their ids."""
        assert name in LISTS
        for line in self._lines:
            if line == f'"{name}":[':
                break
        for line in self._lines:
            if line in ("],", "]}"):
                return
            if line:
                yield line.removesuffix(",")


def _lines(path: Path, name: str) -> Iterator[str]:
    rest = b""
    with path.open("rb") as file:
        for piece in Unzipped(file, OWN).pieces(name):
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                yield line.decode()
    if rest:
        yield rest.decode()
