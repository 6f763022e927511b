"""Merging themes: what it would do, and doing it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from annotations.actions.merging import merge_themes, weigh
from annotations.actions.planting import words_of_theme
from annotations.actions.versions import ThemeFault
from annotations.forms import long_text
from annotations.forms_themes import why_field
from annotations.http import Request
from annotations.models import AnnotationSet, Theme
from annotations.stale import mark_of
from annotations.views.rooms import Room, changing_room, posted
from annotations.views.theme import theme_of

PAGE = "annotations/themes/merge.html"
WORDS = ("name", "definition", "use_when", "not_when", "example")


class MergeForm(forms.Form):
    """Which theme another one becomes, and the words that it has from then on."""

    into = forms.TypedChoiceField(label="Merge it into", coerce=int, empty_value=None)
    review = forms.BooleanField(
        label="Mark the passages that move, to be looked at one by one", required=False
    )
    why = why_field()
    name = forms.CharField(max_length=80)
    definition = long_text("Definition")
    use_when = long_text("When to use it")
    not_when = long_text("When not")
    example = long_text("Example")

    def __init__(self, *args: Any, themes: list[Theme], chosen: Theme | None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        into = self.fields["into"]
        assert isinstance(into, forms.TypedChoiceField)
        into.choices = [("", "Choose a theme"), *((one.pk, one.name) for one in themes)]
        if chosen is None:
            for name in (*WORDS, "review", "why"):
                del self.fields[name]


@require_http_methods(["GET", "POST"])
def merge(request: Request, slug: str, theme: str) -> HttpResponse:
    """First the other theme is chosen (``?into=``; ``also``: more to be merged into it), then they
    stand side by side; POST merges."""
    room = changing_room(request, slug)
    one = theme_of(room, theme)
    themes = list(Theme.objects.of_codebook(room.annotation_set.codebook_id).in_use())
    others = [other for other in themes if other.pk != one.pk]
    given = request.POST if request.method == "POST" else request.GET
    into = next((other for other in others if str(other.pk) == given.get("into")), None)
    also = set(given.getlist("also")) - {given.get("into")}
    sources = [one, *(other for other in others if str(other.pk) in also)]
    initial: dict[str, Any] = {"into": into.pk if into else ""}
    if into is not None:
        initial |= {name: getattr(into, name) for name in WORDS}
    form = MergeForm(posted(request), themes=others, chosen=into, initial=initial)
    context: dict[str, Any] = {
        "room": room,
        "set": room.annotation_set,
        "theme": one,
        "others": [other for other in others if other != into],
        "sources": sources,
        "names": named(sources),
        "form": form,
    }
    if into is not None:
        base = mark_of({str(theme.pk): words_of_theme(theme) for theme in (into, *sources)})
        weight = weigh(room.annotation_set, sources, into)
        context |= {"into": into, "weight": weight, "base": base}
        context["elsewhere"] = other_sets(room)
        if form.is_valid():
            if request.POST.get("base") != base:
                form.add_error(None, "One of them was changed meanwhile: look at all again.")
                return render(request, PAGE, context, status=409)
            return _merged(request, context)
    return render(request, PAGE, context, status=422 if form.is_bound else 200)


def named(themes: list[Theme]) -> str:
    """These themes in a sentence."""
    names = [f"“{one.name}”" for one in themes]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def other_sets(room: Room) -> int:
    """How many other sets use the same codebook; one query."""
    sets = AnnotationSet.objects.filter(codebook=room.annotation_set.codebook_id)
    return sets.exclude(pk=room.annotation_set.pk).count()


def _merged(request: Request, context: dict[str, Any]) -> HttpResponse:
    room, form, into = context["room"], context["form"], context["into"]
    given = form.cleaned_data
    words = {name: given[name] for name in WORDS}
    changed = {name: value for name, value in words.items() if value != getattr(into, name)}
    try:
        row = merge_themes(
            room.annotation_set,
            context["sources"],
            into,
            actor=request.user,
            why=given["why"],
            review=given["review"],
            words=changed or None,
        )
    except ThemeFault as fault:
        form.add_error("into", str(fault))
        return render(request, PAGE, context, status=422)
    moved = row.state["passages"]
    many = "1 passage" if moved == 1 else f"{moved} passages"
    verb = "is" if len(context["sources"]) == 1 else "are"
    said = f"{context['names']} {verb} merged into “{into.name}”: {many} moved."
    messages.success(request, said)
    where = reverse("annotations:theme", args=[room.annotation_set.slug, into.slug])
    return redirect(f"{where}?merged={row.pk}")
