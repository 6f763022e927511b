"""The reader's page out of its parts, each made when what it depends on has changed."""

from __future__ import annotations

import re
from collections.abc import Hashable
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from annotations.margins import laid_out
from annotations.naming import Person
from annotations.news import is_told, since_now
from annotations.overlays import ALL_CARDS, Filters, Row, count_authors, count_themes
from annotations.place import Place
from annotations.query import ReaderQuery, labelled
from annotations.sight import earlier_here, open_questions, people_of, rows_of
from annotations.standing import empty_words, may_finish
from annotations.writers import key_of
from archive.citations import chicago, citation_of
from archive.kept import Kept
from archive.metadata import Described
from archive.models import Document
from archive.reads import neighbours

TEMPLATE = "annotations/reader.html"
# Stand in what is kept for what differs from one view to the next.
TOKEN_HOLE = SafeString("\x00token\x00")
FILTERS_HOLE = SafeString("\x00filters\x00")
READING_HOLE = SafeString("\x00reading\x00")
WELCOME_HOLE = SafeString("\x00welcome\x00")
STANDING_HOLE = SafeString("\x00standing\x00")
TOAST_HOLE = SafeString("\x00toast\x00")
_kept: Kept[Any] = Kept(400)
_COUNT = re.compile("\x00([ta][0-9]+)\x00")
BODY_HOLE = SafeString("\x00body\x00")
NOTES_HOLE = SafeString("\x00notes\x00")
MARGIN_HOLE = SafeString("\x00margin\x00")
SINCE_HOLE = SafeString("\x00since\x00")


def parts_of(place: Place, query: ReaderQuery) -> dict[str, str]:
    """``reading`` (the text and its margin), ``filters`` and ``filters_swap``: kept by revision."""
    names = tuple((one.slug, one.title) for one in place.sets)
    key = ("parts", place.revision, names, query, place.address)
    parts = _kept.get(key)
    if parts is None:
        parts = _make_parts(place, query)
        _keep(query, key, parts)
    # Made for each view: a token that were kept would tell, by being another one, that something
    # was done here that its reader may not see.
    since = since_now(place).token if is_told(place) else ""
    return parts | {"reading": parts["reading"].replace(SINCE_HOLE, since, 1)}


def _keep(query: ReaderQuery, key: Hashable, value: Any) -> None:
    # A filter can be anything that an address can say; the blocks of a filtered page are kept.
    if not query.filtered:
        _kept.put(key, value)


def _turns(place: Place) -> tuple[Document | None, Document | None]:
    """The documents before and after this one; kept, so that a page costs no query for them."""
    return _kept.made(("turns", place.edition_key), lambda: neighbours(place.document))


def _described(place: Place) -> Described:
    """What the page's head tells machines of the document."""
    document = place.document
    return Described(
        citation_of(document),
        settings.SITE_URL + place.address,
        settings.SITE_URL + document.volume.get_absolute_url(),
        document.place,
        document.date_min,
        document.date_max,
        document.volume.licence,
        is_tei=place.edition.source_format == "tei",
    )


def shell_of(place: Place, user: AbstractBaseUser | AnonymousUser) -> str:
    """The page around the parts, with holes for them and for the CSRF token."""
    key = ("shell", place.edition_key, user.pk, user.get_username())
    shell = _kept.get(key)
    if shell is None:
        context = {
            "place": place,
            "user": user,
            "writer": key_of(user),
            "csrf_token": TOKEN_HOLE,
            "filters": FILTERS_HOLE,
            "reading": READING_HOLE,
            "welcome": WELCOME_HOLE,
            "standing": STANDING_HOLE,
            "toast": TOAST_HOLE,
            "described": _described(place),
            "turns": _turns(place),
        }
        shell = render_to_string(TEMPLATE, context)
        _kept.put(key, shell)
    return shell


class Personal(NamedTuple):
    """What of a page is made for each view: the CSRF token, and HTML of this viewer's own."""

    token: str
    welcome: str = ""
    standing: str = ""
    toast: str = ""


def whole_page(shell: str, parts: dict[str, str], own: Personal) -> str:
    return (
        shell.replace(TOKEN_HOLE, own.token, 1)
        .replace(WELCOME_HOLE, own.welcome, 1)
        .replace(STANDING_HOLE, own.standing, 1)
        .replace(TOAST_HOLE, own.toast, 1)
        .replace(FILTERS_HOLE, parts["filters"], 1)
        .replace(READING_HOLE, parts["reading"], 1)
    )


def _make_parts(place: Place, query: ReaderQuery) -> dict[str, str]:
    rows = [] if query.hidden else rows_of(place)
    counts = count_authors(rows)
    people = people_of(place, set(counts))
    kept = filters_of(place, query, people).keep(rows, place.palette) if query.filtered else rows
    menus = _menus(place, query, rows, people, counts)
    return {
        "reading": _reading(place, query, kept, len(rows)),
        "filters": menus,
        "filters_swap": menus.replace(
            '<div id="filters"', '<div id="filters" hx-swap-oob="true"', 1
        ),
    }


def filters_of(place: Place, query: ReaderQuery, people: dict[int, Person]) -> Filters:
    """The filters of an address; a name that fits nobody finds nothing. One query, for questions,
    where they are asked for."""
    themes = place.palette.by_slug
    authors = {person.username: pk for pk, person in people.items()}
    return Filters(
        frozenset(themes.get(slug, 0) for slug in query.themes),
        frozenset(authors.get(name) for name in query.authors),
        open_questions(place) if query.asked else None,
    )


def _reading(place: Place, query: ReaderQuery, rows: list[Row], total: int) -> str:
    layout = place.reading.layout
    texts, groups = laid_out(place, rows, range(len(layout.blocks)), crowded=len(rows) > ALL_CARDS)
    shown = (len(rows), total) if query.filtered else ()
    frame = _frame(place, query, shown, not rows, earlier_here(place))
    return (
        frame.replace(BODY_HOLE, layout.body_html(texts), 1)
        .replace(NOTES_HOLE, layout.notes_html(texts), 1)
        .replace(MARGIN_HOLE, "\n".join(groups), 1)
    )


def _frame(
    place: Place, query: ReaderQuery, shown: tuple[int, ...], empty: bool, earlier: int
) -> str:
    """What stands around text and cards: it is the same after most changes."""
    current = place.current
    basis = (place.edition_key, place.address, place.may_annotate, is_told(place), empty)
    rules = (place.scope, current and (current.rule, current.after_count)) if empty else ()
    finish = may_finish(place)
    key = ("frame", basis, rules, finish, current and current.slug, query, shown, earlier)
    frame = _kept.get(key)
    if frame is None:
        context = {
            "place": place,
            "query": query,
            "shown": shown,
            "empty": empty_words(place) if empty else "",
            "earlier": earlier,
            "finish": finish,
            "document": place.document,
            "volume": place.document.volume,
            "entries": place.reading.entries,
            "turns": _turns(place),
            "citation": chicago(citation_of(place.document)),
            "toggle_hidden": query.toggle_hidden().address(place.address),
            "body": BODY_HOLE,
            "notes": NOTES_HOLE if place.reading.text.notes else "",
            "since": SINCE_HOLE if is_told(place) and not query.hidden else "",
            "groups": MARGIN_HOLE,
        }
        frame = render_to_string(f"{TEMPLATE}#reading", context)
        _keep(query, key, frame)
    return frame


def _menus(
    place: Place,
    query: ReaderQuery,
    rows: list[Row],
    people: dict[int, Person],
    author_counts: dict[int, int],
) -> str:
    counts = count_themes(rows, place.palette)
    present = sorted((people[pk] for pk in author_counts if pk in people), key=lambda p: p.name)
    names = tuple((one.slug, one.title) for one in place.sets)
    where = (place.address, place.current and place.current.pk, place.may_annotate)
    key = ("menus", where, place.codebook_key, names, query, tuple(present))
    menus = _kept.get(key)
    if menus is None:
        menus = _make_menus(place, query, present)
        _keep(query, key, menus)
    numbers = {f"t{pk}": n for pk, n in counts.items()} | {
        f"a{number}": author_counts[person.pk] for number, person in enumerate(present)
    }
    return _COUNT.sub(lambda match: str(numbers.get(match[1], 0)), menus)


def _make_menus(place: Place, query: ReaderQuery, present: list[Person]) -> str:
    path = place.address
    themes = [
        {
            "name": theme.name,
            "classes": f"chip c{theme.colour} f{theme.line}",
            "depth": theme.depth,
            "count": f"\x00t{theme.pk}\x00",
            "on": theme.slug in query.themes,
            "href": query.toggle_theme(theme.slug).address(path),
        }
        for theme in place.palette.themes
    ]
    authors = [
        {
            "name": person.name,
            "count": f"\x00a{number}\x00",
            "on": person.username in query.authors,
            "href": query.toggle_author(person.username).address(path),
        }
        for number, person in enumerate(present)
    ]
    called = {person.username: person.name for person in present}
    context: dict[str, Any] = {
        "place": place,
        "query": query,
        "here": query.address(path),
        "set_links": [(one, query.in_set(one.slug).address(path)) for one in place.sets],
        "no_set_link": query.in_set("").address(path),
        "themes": themes,
        "themes_label": labelled(place.palette.names, query.themes),
        "all_themes": query.all_themes().address(path),
        "authors": authors,
        "authors_label": labelled(called, query.authors),
        "all_authors": query.all_authors().address(path),
        "toggle_hidden": query.toggle_hidden().address(path),
        "toggle_asked": query.toggle_asked().address(path),
    }
    return render_to_string(f"{TEMPLATE}#filters", context)
