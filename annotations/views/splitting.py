"""Splitting a theme: what it becomes, then its passages one by one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from annotations.actions import splitting as actions
from annotations.actions.merging import carrying
from annotations.actions.splitting import Piece, left_as_they_are, open_split
from annotations.actions.versions import ThemeFault
from annotations.forms_themes import why_field
from annotations.gathered import in_order_of_text, passages_of
from annotations.http import Request
from annotations.models import AnnotationTheme, History, Sharing, Theme
from annotations.models.annotations import AnnotationQuerySet
from annotations.views.listing import sight_of
from annotations.views.rooms import Room, changing_room, key_of, posted
from annotations.views.theme import theme_of

PAGE = "annotations/themes/split.html"
PIECES = 4


class SplitForm(forms.Form):
    """What a theme becomes: for each piece a theme that is there, or a name for a new one."""

    why = why_field()

    def __init__(self, *args: Any, themes: list[Theme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.themes = {one.pk: one for one in themes}
        choices = [("", "a new theme"), *((one.pk, one.name) for one in themes)]
        for number in range(PIECES):
            self.fields[f"theme{number}"] = forms.TypedChoiceField(
                choices=choices, coerce=int, empty_value=None, required=False, label="Which"
            )
            self.fields[f"name{number}"] = forms.CharField(
                max_length=80, required=False, label="Its name"
            )
            self.fields[f"definition{number}"] = forms.CharField(
                max_length=5000, required=False, label="Its definition"
            )

    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The fields of each piece."""
        names = ("theme", "name", "definition")
        return [tuple(self[f"{name}{n}"] for name in names) for n in range(PIECES)]  # type: ignore[misc]

    def pieces(self) -> list[Piece]:
        given = self.cleaned_data
        found = []
        for number in range(PIECES):
            theme, name = given[f"theme{number}"], given[f"name{number}"]
            if theme is not None:
                found.append(Piece(self.themes[theme]))
            elif name:
                found.append(Piece(None, name, given[f"definition{number}"]))
        return found


@require_http_methods(["GET", "POST"])
def split(request: Request, slug: str, theme: str) -> HttpResponse:
    """Begins a split, or goes on with the one that has begun; POST decides about a passage."""
    room = changing_room(request, slug)
    one = theme_of(room, theme)
    head = open_split(room.annotation_set, one)
    if head is None:
        return _begin(request, room, one)
    if request.method == "POST":
        return _act(request, room, one, head)
    return _walk(request, room, one, head)


def _begin(request: Request, room: Room, theme: Theme) -> HttpResponse:
    themes = Theme.objects.of_codebook(room.annotation_set.codebook_id).in_use()
    others = [one for one in themes if one.pk != theme.pk]
    form = SplitForm(posted(request), themes=others)
    if form.is_valid():
        try:
            actions.begin_split(
                room.annotation_set,
                theme,
                form.pieces(),
                actor=request.user,
                why=form.cleaned_data["why"],
            )
            return _on(room, theme)
        except ThemeFault as fault:
            form.add_error(None, str(fault))
    many = _shared(room, theme).count()
    context = {
        "room": room,
        "set": room.annotation_set,
        "theme": theme,
        "form": form,
        "many": many,
        "unseen": carrying(room.annotation_set, [theme]).count() - many,
    }
    return render(request, PAGE, context, status=422 if form.is_bound else 200)


def _on(room: Room, theme: Theme, skipped: str = "") -> HttpResponse:
    where = reverse("annotations:theme_split", args=[room.annotation_set.slug, theme.slug])
    return redirect(f"{where}?{urlencode({'skipped': skipped})}" if skipped else where)


def _shared(room: Room, theme: Theme) -> AnnotationQuerySet:
    """What carries the theme and is shared. What is private is its author's business: it keeps the
    theme."""
    links = AnnotationTheme.objects.order_by().filter(theme=theme)
    rows = sight_of(room).rows().filter(pk__in=links.values("annotation"))
    return rows.filter(visibility=Sharing.SHARED)


def _undecided(room: Room, theme: Theme, head: History) -> AnnotationQuerySet:
    """Of that, what has not been left as it is."""
    return _shared(room, theme).exclude(pk__in=left_as_they_are(head))


def _walk(request: Request, room: Room, theme: Theme, head: History) -> HttpResponse:
    sight = sight_of(room)
    spots = in_order_of_text(room.annotation_set, _undecided(room, theme, head))
    pks = [spot.pk for spot in spots]
    skipped = set(_skipped(request))
    if skipped.issuperset(pks):
        # All were put off: they come again from the first.
        skipped = set()
    pk = next((one for one in pks if one not in skipped), None)
    into = {one.pk: one for one in Theme.objects.filter(pk__in=head.state["into"])}
    moved = head.parts.filter(kind="annotation", undone_at__isnull=True).count()
    context: dict[str, Any] = {
        "room": room,
        "set": room.annotation_set,
        "theme": theme,
        "head": head,
        "into": [(n, into[pk]) for n, pk in enumerate(head.state["into"], 1) if pk in into],
        "decided": moved + len(head.state["left"]),
        "left": len(pks),
        "left_out": len(head.state["left"]),
        "skipped": "".join(f"{one}," for one in sorted(skipped)),
    }
    if head.actor is not None and head.actor_id != request.user.pk:
        began = sight.names.member(head.actor, room.annotation_set.pk, manages=sight.manages)
        context["began"] = began.name
    if pk is not None:
        ((document, passage),) = passages_of(sight, theme, [pk])
        context |= {"document": document, "passage": passage}
    return render(request, PAGE, context)


def _skipped(request: Request) -> list[int]:
    """What is to be decided about later, as the address says."""
    given = request.GET.get("skipped", "").split(",")
    return [pk for one in given[:500] if (pk := key_of(one)) is not None]


def _act(request: Request, room: Room, theme: Theme, head: History) -> HttpResponse:
    one, user = room.annotation_set, request.user
    act = request.POST.get("act", "")
    skipped = ",".join(map(str, _skipped(request)))
    if act == "back":
        if not actions.take_back_last(one, head, actor=user):
            messages.info(request, "There is nothing of yours to take back.")
        return _on(room, theme, skipped)
    if act == "finish":
        actions.finish_split(one, head, actor=user, retire=request.POST.get("retire") == "1")
        messages.success(request, f"“{theme.name}” is split.")
        where = reverse("annotations:theme", args=[one.slug, theme.slug])
        return redirect(f"{where}?merged={head.pk}")
    pk = key_of(request.POST.get("one", "")) or 0
    found = _undecided(room, theme, head).filter(pk=pk).first()
    if found is None:
        messages.info(request, "Somebody has decided about that passage meanwhile.")
        return _on(room, theme, skipped)
    chosen = {key_of(given) for given in request.POST.getlist("into")}
    into = [pk for pk in head.state["into"] if act == "all" or pk in chosen]
    themes = Theme.objects.filter(pk__in=into)
    if act == "leave" or themes:
        actions.decide(one, head, found, [] if act == "leave" else list(themes), actor=user)
    else:
        messages.info(request, "Choose one of the themes, or leave the passage as it is.")
    return _on(room, theme, skipped)
