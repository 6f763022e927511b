"""For staff: which persons of several volumes are one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from archive import actions
from archive.models import Person
from archive.reads.merging import merge_groups, persons_named
from archive.views.entries import LETTERS, letter_of
from archive.views.volumes import words_of

GROUPS_A_PAGE = 25
MAX_NAME = 300
MOST_BY_HAND = 50


@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest) -> HttpResponse:
    """Groups of entries that may be one person, and the form that says that they are."""
    staff = _staff(request)
    fault = ""
    if request.method == "POST":
        try:
            made = actions.merge_persons(
                _numbers(request), staff, request.POST.get("name", "")[:MAX_NAME]
            )
        except actions.MergeFault as error:
            fault = str(error)
        else:
            messages.success(request, f"{made.persons.count()} entries are {made.name} now.")
            return redirect(request.get_full_path())
    letter, words = letter_of(request), words_of(request)
    if not letter and not words:
        letter = "a"
    groups = merge_groups(request.user, letter, words)
    page = Paginator(groups, GROUPS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "letters": LETTERS,
        "letter": letter,
        "words": words,
        "fault": fault,
        # Whoever knows better than names tell can merge any that she finds.
        "all": persons_named(request.user, "", words)[:MOST_BY_HAND] if words else (),
    }
    return render(request, "archive/merge.html", context, status=422 if fault else 200)


@require_POST
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes an entry out of the person that it was merged with, or, ``all``, takes all apart."""
    _staff(request)
    person = get_object_or_404(Person.objects.select_related("authority"), pk=pk)
    if person.authority is None:
        messages.info(request, f"{person.name} is merged with no other entry.")
    elif "all" in request.POST:
        actions.unmerge(person.authority)
        messages.success(request, "The merge is taken back: each entry is a person of its own.")
    else:
        actions.split_person(person)
        messages.success(request, f"{person.name} is a person of its own again.")
    return redirect(person.get_absolute_url())


def _numbers(request: HttpRequest) -> list[int]:
    return [int(value) for value in request.POST.getlist("person") if _is_key(value)][:200]


def _is_key(value: str) -> bool:
    """Whether it is a number that a database can look for."""
    return value.isascii() and value.isdigit() and len(value) < 19


def _staff(request: HttpRequest) -> User:
    """The user, who must be staff; to all others there is no such page."""
    if not isinstance(request.user, User) or not request.user.is_staff:
        raise Http404("There is no such page.")
    return request.user
