"""Taking a set out: what goes out, what each format leaves out of it, and the files themselves."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.export import Taker, private_of
from annotations.filters import Asked
from annotations.formats import FORMATS, READERS, Format, in_bytes
from annotations.formats.citations import Form, SetCitation, forms
from annotations.formats.features import Counts, Feature, lost
from annotations.http import Request
from annotations.listed import Filter, documents_of, narrowings
from annotations.models import Naming, Rule
from annotations.naming import person
from annotations.outgoing import Outgoing, outgoing
from annotations.palettes import palette_of
from annotations.sights import Sight
from annotations.views.listing import asked_in, sight_of
from annotations.views.rooms import Room, room_of

PAGE = "annotations/exports.html"
KINDS = {
    "reading": ("To read and to print", "The text with its annotations, for a class or a paper."),
    "table": ("Tables and statistics", "Rows and columns, for a spreadsheet or a script."),
    "data": ("For other tools", "By the standards of the field; some of it comes back in here."),
}
# So many phrases of what is left out are read at a glance; the others are folded away.
AT_A_GLANCE = 3


class Wanted(NamedTuple):
    """What an address of the page, or of a file, asks for."""

    asked: Asked
    private: bool
    names: bool

    def query(self, **changes: bool) -> str:
        """The end of such an address, with its question mark where there is one."""
        more = {"private": self.private, "names": self.names} | changes
        pairs = [*self.asked.pairs(), *((name, "1") for name, on in more.items() if on)]
        return f"?{urlencode(pairs)}" if pairs else ""


class Offer(NamedTuple):
    """A format on the page: where its file is, what is left out of it, and whether it comes back.
    ``more`` is what does not fit at a glance."""

    form: Format
    address: str
    glance: list[str]
    more: list[str]
    comes_back: bool


class Shelf(NamedTuple):
    """The formats of a kind."""

    kind: str
    title: str
    says: str
    offers: list[Offer]


@require_safe
def exports(request: Request, slug: str) -> HttpResponse:
    """What would go out, and the formats. What is asked for stands in the address, as in the list
    of annotations: ``?document=V/D&theme=SLUG…&private=1&names=1``."""
    room = room_of(request, slug)
    wanted, sight = _wanted(request, room), sight_of(room)
    out = _outgoing(room, sight, wanted)
    context = _found(room, out, wanted)
    part = "#out" if request.htmx and request.htmx.target == "out" else ""
    if not part:
        context |= _offered(room, sight, wanted)
    response = render(request, PAGE + part, context)
    # With and without htmx the same address answers otherwise.
    response["Vary"] = "HX-Request, Cookie"
    if part:
        response["HX-Push-Url"] = request.path + wanted.query()
    return response


@never_cache
@require_safe
def export(request: Request, slug: str, name: str) -> StreamingHttpResponse:
    """The set, or what is asked for of it, in a format: what the viewer sees of what is shared;
    with ``?private=1`` her private ones too. Editors may ask for ``?names=1`` where the set does
    not name its members."""
    room = room_of(request, slug)
    form = FORMATS.get(name)
    if form is None:
        raise Http404("There is no such format.")
    out = _outgoing(room, sight_of(room), _wanted(request, room))
    response = StreamingHttpResponse(
        in_bytes(form.write(out.package())), content_type=form.CONTENT_TYPE
    )
    response["Content-Disposition"] = f'attachment; filename="{out.name}{form.SUFFIX}"'
    return response


@require_safe
def cite(request: Request, slug: str, suffix: str) -> HttpResponse:
    """The set's citation for a bibliography: ``cite.bib``, ``.ris``, ``.csl.json``, ``.txt``."""
    found = {form.suffix: form for form in _citations(room_of(request, slug))}.get(suffix)
    if found is None:
        raise Http404("There is no citation of this form.")
    response = HttpResponse(found.text, content_type=f"{found.media_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}.{found.suffix}"'
    response["Cache-Control"] = "no-cache"
    return response


def _citations(room: Room) -> list[Form]:
    """The set as it stands today, in all forms, under the name of whoever opened it."""
    one = room.annotation_set
    cited = SetCitation(
        key=one.slug,
        title=one.title,
        address=settings.SITE_URL + one.get_absolute_url(),
        people=(person(one.owner).name,),
        date=timezone.localdate().isoformat(),
        rights=one.rights,
    )
    return forms(cited)


def _wanted(request: Request, room: Room) -> Wanted:
    asked = asked_in(request.GET).without("sort")
    private = request.GET.get("private") == "1" or asked.sharing == "private"
    veiled = room.annotation_set.naming != Naming.NAME
    names = veiled and room.may_manage and request.GET.get("names") == "1"
    return Wanted(asked, private, names)


def _outgoing(room: Room, sight: Sight, wanted: Wanted) -> Outgoing:
    taker = Taker(room.viewer, names=wanted.names)
    return outgoing(sight, wanted.asked, taker, private=wanted.private)


def _found(room: Room, out: Outgoing, wanted: Wanted) -> dict[str, Any]:
    """What the page and its part are rendered with."""
    counts = out.counts()
    one = room.annotation_set
    return {
        "room": room,
        "set": one,
        "wanted": wanted,
        "narrowed": wanted.asked.narrowed,
        "many": counts.get(Feature.AUTHORS, 0),
        "replies": counts.get(Feature.REPLIES, 0),
        "private": counts.get(Feature.PRIVATE, 0),
        "shelves": _shelves(one.slug, counts, wanted.query()),
        "may_name": one.naming != Naming.NAME and room.may_manage,
        "plain": wanted.query(names=False) or "?",
        "named": wanted.query(names=True),
        "holds": _holds(room, names=wanted.names),
    }


def _shelves(slug: str, counts: Counts, query: str) -> list[Shelf]:
    shelves = []
    for kind, (title, says) in KINDS.items():
        forms = [form for form in FORMATS.values() if kind == form.KIND]
        if forms:
            offers = [_offer(form, slug, counts, query) for form in forms]
            shelves.append(Shelf(kind, title, says, offers))
    return shelves


def _offer(form: Format, slug: str, counts: Counts, query: str) -> Offer:
    left = lost(form.LOSES, counts)
    # One more on the line is better than a fold with one in it.
    seen = left if len(left) <= AT_A_GLANCE + 1 else left[:AT_A_GLANCE]
    address = reverse("annotations:export", args=[slug, form.NAME]) + query
    return Offer(form, address, seen, left[len(seen) :], form.NAME in READERS)


def _offered(room: Room, sight: Sight, wanted: Wanted) -> dict[str, Any]:
    """What can be chosen: three queries, and those that the names of filters need."""
    asked, one = wanted.asked, room.annotation_set
    documents = documents_of(sight)
    choices = [(key, words, key == asked.document) for key, words in documents]
    selects = [Filter("document", "Documents", "all documents", choices)]
    chosen = ["document", "sort", "theme"]
    if len(asked.theme) < 2:
        selects.append(_themes(sight, asked))
    else:
        chosen.remove("theme")
    rest = asked.without(*chosen)
    return {
        "selects": [each for each in selects if each.choices],
        "carried": rest.pairs(),
        "narrowings": [
            (each, wanted._replace(asked=each.without.without("sort")).query() or "?")
            for each in narrowings(sight, asked)
            if each.label != "in" and (each.label != "theme" or "theme" not in chosen)
        ],
        "has_private": wanted.private or private_of(one, room.viewer).exists(),
        "documents": choices,
        "handout": _handout(),
        "citations": _citations(room),
        "snapshots": _address("snapshots", one.slug),
        "bringing": _address("import", one.slug) if room.may_manage else "",
    }


def _themes(sight: Sight, asked: Asked) -> Filter:
    codebook = sight.annotation_set.codebook
    themes = palette_of(codebook.pk, codebook.revision).themes
    choices = [
        (one.slug, "\u2003" * one.depth + one.name, one.slug in asked.theme) for one in themes
    ]
    return Filter("theme", "Themes", "all themes", choices)


def _handout() -> Format | None:
    """The format that a teacher prints."""
    reading = (form for form in FORMATS.values() if form.KIND == "reading")
    return FORMATS.get("html") or next(reading, None)


def _address(name: str, slug: str) -> str:
    """The address of a set's page, where there is such a page."""
    try:
        return reverse(f"annotations:{name}", args=[slug])
    except NoReverseMatch:
        return ""


def _holds(room: Room, *, names: bool) -> str:
    """Who is in a file, and under what name."""
    one = room.annotation_set
    if names:
        return "Everyone is named in these files: they are for those who may know who wrote what."
    said = {
        Naming.NAME: "",
        Naming.PSEUDONYM: "Members stand in these files under their pseudonyms, editors by name.",
        Naming.NOBODY: "Members are not named in these files, editors are.",
    }[Naming(one.naming)]
    if room.may_manage or one.rule == Rule.OPEN:
        return said
    return f"A file holds what you see now, not all that was written. {said}".strip()
