"""Persons and terms: the indexes of a volume and of all, and the page of one."""

from __future__ import annotations

from collections.abc import Callable
from string import ascii_lowercase
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from archive.models import Volume
from archive.reads import entries, volume_at
from archive.views.volumes import words_of

LETTERS = (*ascii_lowercase, "0")


@require_safe
def volume_persons(request: HttpRequest, volume: str) -> HttpResponse:
    """The persons of a volume's list, with the number of documents that mention each."""
    return _of_volume(request, volume, entries.persons_of, "persons")


@require_safe
def volume_terms(request: HttpRequest, volume: str) -> HttpResponse:
    """The abbreviations and terms of a volume's list."""
    return _of_volume(request, volume, entries.terms_of, "terms")


def _of_volume(
    request: HttpRequest, slug: str, read: Callable[[Volume], Any], what: str
) -> HttpResponse:
    volume = volume_at(slug)
    if volume is None:
        raise Http404("There is no such volume.")
    is_found = volume.is_found_by(request.user)
    context = {"volume": volume, "entries": read(volume), "what": what, "is_found": is_found}
    return render(request, "archive/volume_entries.html", context)


@require_safe
def persons(request: HttpRequest) -> HttpResponse:
    """All persons by name: of a letter, with these words, page by page."""
    return _index(request, entries.persons_page, "persons")


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """All abbreviations and terms by name."""
    return _index(request, entries.terms_page, "terms")


def _index(request: HttpRequest, read: Callable[..., entries.Index], what: str) -> HttpResponse:
    letter, words = letter_of(request), words_of(request)
    page, rows = read(request.user, letter, words, request.GET.get("page"))
    context = {
        "page": page,
        "rows": rows,
        "what": what,
        "letters": LETTERS,
        "letter": letter,
        "words": words,
    }
    return render(request, "archive/entries.html", context)


@require_safe
def person(request: HttpRequest, entry: str) -> HttpResponse:
    """One person in all volumes that name her, and the documents that mention her."""
    return _entry(request, entries.person_entries(request.user, _key(entry)), "persons")


@require_safe
def term(request: HttpRequest, entry: str) -> HttpResponse:
    """One term in all volumes that explain it so, and the documents that use it."""
    return _entry(request, entries.term_entries(request.user, _key(entry)), "terms")


def _entry(request: HttpRequest, found: list[Any], what: str) -> HttpResponse:
    if not found:
        raise Http404("There is no such entry that you can see.")
    if request.path != (address := found[0].get_absolute_url()):
        query = request.META["QUERY_STRING"]
        return redirect(f"{address}?{query}" if query else address)
    page = entries.entry_page(found, request.GET.get("page"))
    context = {"entry": page.first, "found": page, "page": page.page, "what": what}
    return render(request, "archive/entry.html", context)


def _key(entry: str) -> int:
    """The key in the address of an entry: what follows it is for people."""
    key = entry.partition("-")[0]
    if not (key.isascii() and key.isdigit() and len(key) < 10):
        raise Http404("An entry's address begins with its key.")
    return int(key)


def letter_of(request: HttpRequest) -> str:
    """The letter that is asked for: a to z, ``0`` for what begins with none of them, or none."""
    letter = request.GET.get("letter", "")[:1].lower()
    return letter if letter in LETTERS else ""
