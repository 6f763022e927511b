"""What is typed into a search field, read as Lucene's syntax: words, "phrases", AND, OR, NOT, -, *.

No input is an error. What does not fit together is read as plain words, and a notice says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from luqum import tree as luqum
from luqum.exceptions import ParseError
from luqum.thread import parse as parse_lucene

from archive.search.words import words_of

MAX_LENGTH, MAX_TERMS, MAX_DEPTH = 400, 40, 12
PLAIN = "Quotation marks, brackets or operators do not fit together: all is read as plain words."
CUT = f"Only the first {MAX_LENGTH} characters are searched for."
MANY = f"Only the first {MAX_TERMS} words are searched for."
INSIDE = "A * stands for the rest of a word, so it is read at a word's end alone."
OTHER = "The signs ~, ^, /, [ ], { }, < and > have no meaning here."
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_OPERATORS = {"AND", "OR", "NOT"}
# "Reagan - Brezhnev" is a dash; only a sign at a word's beginning means anything.
_LONE_SIGNS = re.compile(r"(?:(?<=\s)|^)[-+]+(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow each other; ``prefix`` says that the last is the beginning of one."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    part: Node


Node = Term | All | Either | Without


@dataclass(frozen=True, slots=True)
class Query:
    """``tree`` is None where there is no word to look for."""

    tree: Node | None = None
    notices: tuple[str, ...] = ()

    def sought(self) -> tuple[Term, ...]:
        """The terms that a hit may have, each once, in their order: what is marked in the text."""
        found = _sought(self.tree) if self.tree else ()
        return tuple(dict.fromkeys(found))


def parse(typed: str) -> Query:
    """Reads what was typed; never fails."""
    notices: dict[str, None] = {}
    text = typed.translate(_QUOTES).replace("\0", " ")
    text = _LONE_SIGNS.sub(" ", text).strip()
    if len(text) > MAX_LENGTH:
        text, notices[CUT] = text[:MAX_LENGTH], None
    if not text:
        return Query()
    try:
        node = _Reader(notices).read(parse_lucene(text), 0)
        if node and len(list(_terms(node))) > MAX_TERMS:
            raise _Unfit
    except (ParseError, _Unfit):
        node = _plain(text, notices)
    return Query(node, tuple(notices))


class _Unfit(Exception):
    """What was typed is well formed, and more than the databases take."""


class _Reader:
    def __init__(self, notices: dict[str, None]) -> None:
        self.notices = notices

    def read(self, item: luqum.Item, depth: int) -> Node | None:
        if depth > MAX_DEPTH:
            raise _Unfit
        if isinstance(item, luqum.Word | luqum.Phrase | luqum.Range | luqum.Regex | luqum.From):
            return self._leaf(item)
        if isinstance(item, luqum.Not | luqum.Prohibit):
            part = self.read(item.a, depth + 1)
            if isinstance(part, Without):
                return part.part
            return Without(part) if part else None
        if isinstance(item, luqum.SearchField):
            # A colon is no sign of this syntax: "SUBJECT: Linkage" is what documents have.
            parts = [_term(item.name, False), self.read(item.expr, depth + 1)]
            return _joined(All, [part for part in parts if part])
        if isinstance(item, luqum.Fuzzy | luqum.Proximity | luqum.Boost):
            self.notices[OTHER] = None
        if len(item.children) == 1:
            # Brackets around brackets cost the databases nothing: they are gone after this.
            return self.read(item.children[0], depth + (len(item.children[0].children) > 1))
        kind = Either if isinstance(item, luqum.OrOperation) else All
        return _joined(kind, self._children(item, depth))

    def _leaf(self, item: luqum.Item) -> Node | None:
        if isinstance(item, luqum.Word):
            return self._word(item.value)
        if isinstance(item, luqum.Phrase):
            inner = item.value[1:-1].rstrip()
            return _term(inner, inner.endswith("*") and not inner.endswith("\\*"))
        self.notices[OTHER] = None
        return _term(str(item), False)

    def _children(self, item: luqum.Item, depth: int) -> list[Node]:
        found = (self.read(child, depth + 1) for child in item.children)
        return [part for part in found if part]

    def _word(self, value: str) -> Node | None:
        prefix = value.endswith("*") and not value.endswith("\\*")
        if "*" in value.rstrip("*").replace("\\*", "") or "?" in value.rstrip("?"):
            self.notices[INSIDE] = None
        return _term(value, prefix)


def _term(text: str, prefix: bool) -> Term | None:
    words = tuple(words_of(text))
    return Term(words, prefix) if words else None


def _joined(kind: type[All] | type[Either], parts: list[Node]) -> Node | None:
    """One node of these parts; a part of the same kind gives its own parts."""
    flat: list[Node] = []
    for part in parts:
        flat += part.parts if isinstance(part, kind) else (part,)
    return kind(tuple(flat)) if len(flat) > 1 else flat[0] if flat else None


def _plain(text: str, notices: dict[str, None]) -> Node | None:
    notices[PLAIN] = None
    found: list[Node] = []
    for piece in text.split():
        bare = re.sub(r'["()\[\]{}]+$', "", piece)
        if bare not in _OPERATORS and (term := _term(piece, bare.endswith("*"))):
            found.append(term)
    if len(found) > MAX_TERMS:
        notices[MANY] = None
    return _joined(All, found[:MAX_TERMS])


def _terms(node: Node) -> Iterator[Term]:
    """All terms of a tree, those that a hit must not have among them."""
    if isinstance(node, Term):
        yield node
        return
    for part in (node.part,) if isinstance(node, Without) else node.parts:
        yield from _terms(part)


def _sought(node: Node) -> Iterator[Term]:
    if isinstance(node, Term):
        yield node
    elif not isinstance(node, Without):
        for part in node.parts:
            yield from _sought(part)
