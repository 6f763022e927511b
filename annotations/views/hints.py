"""The first hint in the reader, for whoever has just joined a set."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string

from annotations.models import AnnotationSet
from annotations.place import Place

WELCOME = "welcome"


def welcome(request: HttpRequest, annotation_set: AnnotationSet, *, new: bool = False) -> None:
    """Remembers to show the hint in this set until it is read; with the user name if it is new."""
    request.session[WELCOME] = {"set": annotation_set.pk, "new": new}


def hint_of(request: HttpRequest, place: Place) -> str:
    """The hint as HTML; empty for whoever has read it, and on other sets' pages."""
    if not request.user.is_authenticated:
        return ""
    due = request.session.get(WELCOME)
    if not due or place.current is None or due["set"] != place.current.pk:
        return ""
    context = {"place": place, "new": due["new"], "here": request.get_full_path()}
    return render_to_string("annotations/joining/hint.html", context, request)


def hint_read(request: HttpRequest) -> None:
    """Forgets the hint."""
    request.session.pop(WELCOME, None)
