"""The reader's address: which set, which themes and authors, with or without annotations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict


def _toggled(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return tuple(v for v in values if v != value) if value in values else (*values, value)


def _names(values: list[str]) -> tuple[str, ...]:
    # NUL marks the holes in what is kept of a page (annotations.page), and no name has it.
    return tuple(dict.fromkeys(v for v in values if v and "\0" not in v))


@dataclass(frozen=True, slots=True)
class ReaderQuery:
    """What stands behind the ``?`` of a reader's address; it can be shared as it is."""

    set_slug: str | None = None
    themes: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    hidden: bool = False
    # Only the questions that are still open.
    asked: bool = False

    @classmethod
    def of(cls, query: QueryDict) -> ReaderQuery:
        return cls(
            query.get("set"),
            _names(query.getlist("theme")),
            _names(query.getlist("author")),
            query.get("annotations") == "off",
            query.get("question") == "open",
        )

    @property
    def filtered(self) -> bool:
        return bool(self.themes or self.authors or self.asked)

    def toggle_theme(self, slug: str) -> ReaderQuery:
        return replace(self, themes=_toggled(self.themes, slug), hidden=False)

    def toggle_author(self, name: str) -> ReaderQuery:
        return replace(self, authors=_toggled(self.authors, name), hidden=False)

    def all_themes(self) -> ReaderQuery:
        return replace(self, themes=())

    def all_authors(self) -> ReaderQuery:
        return replace(self, authors=())

    def toggle_hidden(self) -> ReaderQuery:
        return replace(self, hidden=not self.hidden)

    def toggle_asked(self) -> ReaderQuery:
        return replace(self, asked=not self.asked, hidden=False)

    def in_set(self, slug: str) -> ReaderQuery:
        """The same view of another set: its themes are others, so only the switch stays."""
        return ReaderQuery(slug, hidden=self.hidden and bool(slug))

    def address(self, path: str) -> str:
        """``path`` with this query behind it."""
        parts: list[tuple[str, str]] = []
        if self.set_slug is not None:
            parts.append(("set", self.set_slug))
        parts += [("theme", slug) for slug in self.themes]
        parts += [("author", name) for name in self.authors]
        if self.asked:
            parts.append(("question", "open"))
        if self.hidden:
            parts.append(("annotations", "off"))
        return f"{path}?{urlencode(parts)}" if parts else path


def labelled(names: Mapping[str, str], chosen: tuple[str, ...]) -> str:
    """What a filter's button says: all, the one chosen, or how many."""
    if not chosen:
        return "all"
    return names.get(chosen[0], chosen[0]) if len(chosen) == 1 else f"{len(chosen)} chosen"
