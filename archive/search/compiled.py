"""A query's tree in the languages of the two databases. Words are letters a to z and digits, so
nothing in them needs to be escaped.
"""

from __future__ import annotations

import re

from archive.search.query import All, Either, Node, Term, Without
from archive.search.words import EVERY

_DIGIT_FIRST = re.compile(r"\b(?=[0-9])")


def to_match(node: Node) -> str:
    """The expression for FTS5's MATCH."""
    if isinstance(node, Term):
        return f'"{" ".join(node.words)}"{" *" if node.prefix else ""}'
    if isinstance(node, Either):
        return f"({' OR '.join(map(to_match, node.parts))})"
    parts = node.parts if isinstance(node, All) else (node,)
    wanted = [to_match(part) for part in parts if not isinstance(part, Without)]
    barred = [to_match(part.part) for part in parts if isinstance(part, Without)]
    # FTS5 knows absence only from something that is there.
    found = " AND ".join(wanted) or f'"{EVERY}"'
    return f"(({found}) NOT ({' OR '.join(barred)}))" if barred else f"({found})"


def for_postgres(text: str) -> str:
    """Words as PostgreSQL's parser leaves them whole: it takes 12e5x for a number and a letter."""
    return _DIGIT_FIRST.sub("q", text)


def to_tsquery(node: Node) -> str:
    """The expression for a tsquery: what matches the tree matches it, too.

    It asks for a phrase's words alone. A tsvector keeps 256 places of a word and 16,383 in all, so
    phrases of long documents are not to be found in it: ``to_condition`` tells them apart.
    """
    if isinstance(node, Term):
        words = [for_postgres(word) for word in node.words]
        return f"({' & '.join(words)}{':*' if node.prefix else ''})"
    if isinstance(node, Without):
        return EVERY if has_phrase(node) else f"({EVERY} & !{to_tsquery(node.part)})"
    sign = " | " if isinstance(node, Either) else " & "
    return f"({sign.join(map(to_tsquery, node.parts))})"


def has_phrase(node: Node) -> bool:
    if isinstance(node, Term):
        return len(node.words) > 1
    return any(map(has_phrase, (node.part,) if isinstance(node, Without) else node.parts))


def to_condition(node: Node, column: str) -> tuple[str, list[str]]:
    """The tree as SQL over a column of words, each with a space on either side, and its values."""
    if isinstance(node, Term):
        sought = " ".join(for_postgres(word) for word in node.words)
        return f"strpos({column}, %s) > 0", [f" {sought}" if node.prefix else f" {sought} "]
    if isinstance(node, Without):
        sql, values = to_condition(node.part, column)
        return f"NOT {sql}", values
    sign = " OR " if isinstance(node, Either) else " AND "
    parts = [to_condition(part, column) for part in node.parts]
    return f"({sign.join(sql for sql, _ in parts)})", [v for _, values in parts for v in values]
