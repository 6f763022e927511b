"""A handout as one HTML file that stands alone: the text with numbered annotations beside it.

Nothing in it runs and nothing is fetched: its policy allows its own style sheet alone. It is read
by people on a screen and on paper, and does not come back.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from annotations.formats.citations import chicago as set_chicago
from annotations.formats.citations import of_package
from annotations.formats.features import Feature
from annotations.formats.html_cards import Themes, chip, day
from annotations.formats.html_style import POLICY, STYLE
from annotations.formats.html_text import TextOf
from annotations.formats.laid import cited, heading_of, legend_of, passages_alone, what_it_is
from annotations.formats.package import Package
from annotations.formats.values import PartValue, ThemeValue

NAME = "html"
LABEL = "Handout (HTML)"
KIND = "reading"
CARRIES = (
    "To read and to print: the text with its annotations numbered beside it, footnotes, a key to "
    "the themes, and how to cite it. One file that needs no server."
)
CONTENT_TYPE = "text/html; charset=utf-8"
SUFFIX = ".html"
LOSES: frozenset[Feature] = frozenset()

_LINES = {1: "solid", 2: "dashed", 3: "dotted", 4: "double", 5: "wavy"}
_DEEPEST = 3


def write(package: Package, /) -> Iterator[str]:
    """The page as pieces; of the annotations only those of one paragraph are held."""
    alone = passages_alone(package)
    themes = Themes(package.codebook)
    yield from _head(package)
    yield from _key(package)
    for number, part in enumerate(package.parts(), 1):
        yield from _part(part, f"p{number}-", themes, alone=alone)
    yield from _legend(package)
    yield "</main>\n</body>\n</html>\n"


def _head(package: Package) -> Iterator[str]:
    one = package.set
    title = escape(one.title)
    yield (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="generator" content="Apparatus">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<header class="sheet-head"><h1>{title}</h1>\n'
    )
    if one.description:
        yield f'<p class="description">{escape(one.description)}</p>\n'
    facts = [
        ("What it is", escape(what_it_is(package))),
        ("Made", f"{day(package.made)}"),
        ("Licence", _link(one.rights) if one.rights else "none is stated for the annotations"),
        ("How to cite", escape(set_chicago(of_package(package)))),
    ]
    yield "<dl>" + "".join(f"<dt>{name}</dt><dd>{said}</dd>" for name, said in facts) + "</dl>"
    yield "</header>\n<main>\n"


def _link(address: str) -> str:
    shown = escape(address)
    if address.startswith(("https://", "http://")):
        return f'<a href="{shown}" rel="nofollow noopener">{shown}</a>'
    return shown


def _key(package: Package) -> Iterator[str]:
    """The themes by name alone: reading comes first, what they mean stands behind it."""
    themes = legend_of(package)
    if themes:
        chips = " ".join(chip(theme) for _, theme in themes)
        yield f'<p class="key">{chips} <a href="#themes">What they mean</a></p>\n'


def _legend(package: Package) -> Iterator[str]:
    themes = legend_of(package)
    if not themes:
        return
    # A handout is to be short: it says what a theme is, the whole set how it is applied, too.
    whole = not package.scope
    yield '<section class="legend" aria-labelledby="themes"><h2 id="themes">Themes</h2><ul>\n'
    for depth, theme in themes:
        level = min(depth, _DEEPEST)
        kind = f' class="l{level}"' if level else ""
        yield f"<li{kind}>{chip(theme)} {_said_of(theme, whole=whole)}</li>\n"
    yield "</ul></section>\n"


def _said_of(theme: ThemeValue, *, whole: bool) -> str:
    sign = _LINES.get(theme.line, "solid") + (", retired" if theme.retired else "")
    words = [("", theme.definition)]
    if whole:
        words += [("Use when: ", theme.use_when), ("Not when: ", theme.not_when)]
        words += [("Example: ", theme.example)]
    said = [f"{label}{escape(text, quote=False)}" for label, text in words if text]
    return " ".join([f'<span class="dim">({sign})</span>', *said])


def _part(part: PartValue, prefix: str, themes: Themes, *, alone: bool) -> Iterator[str]:
    document = part.document
    label = f'aria-label="{escape(heading_of(document))}"'
    yield f'<article class="doc" {label}>\n'
    if alone:
        yield f"<h2>{escape(heading_of(document))}</h2>\n"
    edition = "" if part.edition.latest else f", edition {part.edition.number}, not the latest"
    of = f"{escape(document.volume)}/{escape(document.slug)}{edition}"
    if document.licence:
        of += f" · Licence of the text: {escape(document.licence)}"
    yield f'<p class="of">{of}</p>\n'
    if alone:
        yield f'<p class="cite">{escape(cited(document))}</p>\n'
    yield from TextOf(part, prefix, themes, alone=alone).rows()
    if not alone:
        yield f'<p class="cite">{escape(cited(document))}</p>\n'
    yield "</article>\n"
