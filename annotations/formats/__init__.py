"""Export formats: each one module with the same surface, given plain values, streaming text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from annotations.formats import csv, w3c
from annotations.formats.values import AnnotationValue, SetValue


class Format(Protocol):
    """A format's module: what it is called, what it carries, and the function that writes it."""

    NAME: str
    LABEL: str
    CARRIES: str
    CONTENT_TYPE: str
    SUFFIX: str

    def write(
        self, set_value: SetValue, annotations: Iterable[AnnotationValue], /
    ) -> Iterator[str]:
        """The set as pieces of text, in the order of ``annotations``."""


_MODULES: tuple[Format, ...] = (w3c, csv)
FORMATS: dict[str, Format] = {module.NAME: module for module in _MODULES}
