"""Generated TEI: nested, crossing, empty and unknown things in every kind of letters."""

from __future__ import annotations

import re
from itertools import count
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from tests.archive.tei import div

# Plain letters and white space, mark-up's own characters, combining marks, right-to-left, astral,
# a no-break space, a zero-width joiner, and spaces that XML does not know as white space.
WORDS = st.text(
    'ab  \n\t<&>"é\u0301\u200dאבسل\u00a0\u2003\u2028\u0085\U0001f4dc\U0001d54f—', max_size=12
)
INLINE = ["hi rend='italic'", "hi rend='strong smallcaps'", "persName corresp='#p'"]
INLINE += ["gloss target='#t'", "date when='1982'", "placeName", "ref target='#d166'"]
INLINE += ["ref target='#n1'", "spam", "quote", "q", "gap", "add", "del", "emph", "supplied"]
INLINE += ["unclear", "sic", "choice", "subst", "space", "figDesc"]
CONTAINERS = [
    "quote",
    "div",
    "frus:attachment",
    "opener",
    "closer",
    "postscript",
    "lg",
    "spam",
    "figure",
]
PARAGRAPHS = ["p", "p rend='center'", "head", "dateline", "signed", "salute", "l", "ab"]
POINTS = st.sampled_from(
    [
        "<ref target='#n1'/>",
        "<ptr target='#n2'/>",
        "<anchor/>",
        "<pb n='7'/>",
        "<pb n='8'/>",
        "<lb/>",
        "<!-- c -->",
        "<hi rend='italic'/>",
        "<?x?>",
    ]
)
KNOWN = {"p"}, {"t"}


def _in(name: str, inner: str) -> str:
    return f"<{name}>{inner}</{name.split()[0]}>"


def _join(parts: st.SearchStrategy[str], most: int = 4) -> st.SearchStrategy[str]:
    return st.lists(parts, max_size=most).map("".join)


def _lines(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    notes = inner.map(lambda i: _in("note n='1'", i))
    named = inner.map(lambda i: _in("note xml:id='n0'", i))
    inline_notes = inner.map(lambda i: _in("note rend='inline'", i))
    readings = st.builds(
        lambda a, b: f"<choice>\n{_in('sic', a)} {_in('corr', b)}</choice>", inner, inner
    )
    marked = st.builds(_in, st.sampled_from(INLINE), inner)
    called = st.one_of(notes, named, inline_notes)
    return _join(st.one_of(WORDS.map(escape), marked, called, readings, POINTS))


LINES = st.recursive(WORDS.map(escape), _lines, max_leaves=8)


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    item = st.builds(
        lambda label, i: _in("item", label + i), st.sampled_from(["", "<label>1.</label>"]), inner
    )
    beside = inner.map(lambda i: f"<label>2.</label>{_in('item', i)}")
    lists = _join(st.one_of(item, beside, st.just("<pb n='9'/>"))).map(lambda i: _in("list", i))
    cells = _join(inner.map(lambda i: _in("cell cols='2'", i)), 3)
    tables = _join(cells.map(lambda i: _in("row", i)), 2).map(lambda i: _in("table", i))
    return _join(
        st.one_of(
            st.builds(_in, st.sampled_from(PARAGRAPHS), inner),
            st.builds(_in, st.sampled_from(CONTAINERS), inner),
            inner.map(lambda i: _in("note n='2'", _in("p", i))),
            lists,
            tables,
            LINES,
        )
    )


def _numbered(inner: str) -> str:
    """Gives the notes that have an id one each, from ``n1``."""
    numbers = count(1)
    return re.sub("'n0'", lambda _: f"'n{next(numbers)}'", inner)


documents = st.recursive(LINES, _blocks, max_leaves=12).map(_numbered)
sources = documents.map(lambda inner: div(inner))
