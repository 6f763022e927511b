"""Annotations in an HTML handout: the numbered cards, and the highlights over the text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from html import escape

from annotations.formats.laid import Laid, shortened, standing
from annotations.formats.times import iso
from annotations.formats.values import (
    AnnotationValue,
    CodebookValue,
    PersonValue,
    ReplyValue,
    ThemeValue,
)
from annotations.notes import render_note
from archive.render import Segment

DEEPEST = 4
_rendered = lru_cache(256)(render_note)


class Themes:
    """The codebook's themes with their signs, which those of an annotation do not carry."""

    def __init__(self, codebook: CodebookValue) -> None:
        self._known = {theme.slug: theme for theme in codebook.themes}
        self._ranks = {slug: rank for rank, slug in enumerate(self._known)}
        self.of = lru_cache(512)(self._of)

    def _of(self, themes: tuple[ThemeValue, ...]) -> tuple[ThemeValue, ...]:
        return tuple(self._known.get(theme.slug, theme) for theme in themes)

    def rank(self, slug: str) -> int:
        return self._ranks.get(slug, len(self._ranks))


def card(
    number: int, one: AnnotationValue, prefix: str, page: str, themes: tuple[ThemeValue, ...]
) -> str:
    """An annotation as a card; ``prefix`` goes before its ids, ``page`` is the printed one,
    ``themes`` are its own with their signs."""
    said = [f'<span class="said">{words}</span>' for words in standing(one)]
    if not themes and not one.note:
        said.append("Highlight")
    head = " ".join(part for part in (_chips(themes), *said) if part)
    where = f" · p. {escape(page)}" if page else ""
    day = _time(one.created)
    if one.address.startswith(("https://", "http://")):
        day = f'<a href="{escape(one.address)}">{day}</a>'
    return (
        f'<div class="card" id="{prefix}a{number}">'
        f'<a class="n" href="#{prefix}m{number}" aria-label="Annotation {number}, to its passage">'
        f"{number}</a>{f'<p>{head}</p>' if head else ''}"
        f'<p class="q">{escape(shortened(one.quote), quote=False)}</p>'
        f"{_note(one.note)}"
        f'<p class="meta">{_who(one.author)} · {day}{where}</p>'
        f"{''.join(map(_reply, one.replies))}</div>\n"
    )


def _reply(one: ReplyValue) -> str:
    return (
        f'<div class="reply">{_rendered(one.note)}'
        f'<p class="meta">{_who(one.author)}, in reply · {_time(one.created)}</p></div>'
    )


def _note(note: str) -> str:
    return f'<div class="note">{_rendered(note)}</div>' if note else ""


@lru_cache(512)
def _chips(themes: tuple[ThemeValue, ...]) -> str:
    return " ".join(chip(theme) for theme in themes)


def chip(theme: ThemeValue) -> str:
    """A theme's name under its signs."""
    return f'<span class="theme c{theme.colour} f{theme.line}">{escape(theme.name)}</span>'


@lru_cache(512)
def _who(person: PersonValue) -> str:
    return escape(person.name or person.username, quote=False)


def _time(at: datetime) -> str:
    return f'<time datetime="{iso(at)}">{day(at)}</time>'


def day(at: datetime) -> str:
    """``2 January 2026``."""
    return f"{at.day} {_MONTHS[at.month]} {at.year}"


_MONTHS = (
    *("", "January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


def segments(laid: Sequence[Laid], themes: Themes) -> list[Segment]:
    """Disjoint ranges with their classes, cut at the boundaries."""
    changes: dict[int, list[tuple[int, tuple[ThemeValue, ...]]]] = {}
    for _, start, end, own in laid:
        changes.setdefault(start, []).append((1, themes.of(own)))
        changes.setdefault(end, []).append((-1, themes.of(own)))
    live: dict[ThemeValue, int] = {}
    depth = before = 0
    found: list[Segment] = []
    for place in sorted(changes):
        if depth and before < place:
            found.append((before, place, _classes(live, themes, depth)))
        for step, own in changes[place]:
            depth += step
            for theme in own:
                live[theme] = live.get(theme, 0) + step
                if not live[theme]:
                    del live[theme]
        before = place
    return found


def _classes(live: dict[ThemeValue, int], themes: Themes, depth: int) -> str:
    first = sorted(live, key=lambda theme: themes.rank(theme.slug))
    names = []
    for theme, (colour, line) in zip(first, (("c", "f"), ("s", "g")), strict=False):
        names += [f"{colour}{theme.colour}", f"{line}{theme.line}"]
    return " ".join([*names, *["m"][: len(first) > 2], f"d{min(depth, DEEPEST)}"])
