"""An annotation that was changed while somebody wrote in its form: both are shown, to choose."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from annotations.actions.changing import words_of
from annotations.conflicts import conflict_of
from annotations.forms_annotations import AnnotationForm
from annotations.http import Request
from annotations.models import Annotation, Naming
from annotations.place import Place
from annotations.stale import mark_of
from annotations.views.safe import sent


def has_words(annotation: Annotation, form: AnnotationForm) -> bool:
    """Whether the annotation has the form's words already."""
    given = form.cleaned_data
    return words_of(annotation) == {
        "themes": sorted(given["themes"]),
        "note": given["note"],
        "visibility": given["visibility"],
        "question": given["question"],
    }


def _in_words(words: dict[str, Any], form: AnnotationForm) -> dict[str, str]:
    """What a form on an annotation shows, as texts to compare."""
    names = [name for pk, name in form.theme_names() if pk in words["themes"]]
    shared = dict(form.fields["visibility"].choices)  # type: ignore[attr-defined]
    return {
        "Themes": ", ".join(names),
        "Note": words["note"],
        "Who sees it": str(shared.get(words["visibility"], "")),
        "Question": "It is a question" if words["question"] else "",
    }


def both_shown(
    request: Request, annotation: Annotation, place: Place, form: AnnotationForm
) -> HttpResponse:
    """What is there now beside what was sent, which becomes the form's; nothing is saved."""
    now = words_of(annotation)
    context = {
        "place": place,
        "form": form,
        "annotation": annotation,
        "sent": sent(request)._replace(base=mark_of(now)),
        "conflict": conflict_of(
            ("annotation", annotation.uuid),
            _in_words(now, form),
            _in_words(form.cleaned_data, form),
            annotation_set=annotation.annotation_set,
            viewer_id=request.user.pk,
            manages=place.naming == Naming.EDITOR,
            keep=annotation.get_absolute_url(),
            gone=annotation.deleted_at is not None,
        ),
    }
    template = "annotations/edit.html" + ("#form" if request.htmx else "")
    return render(request, template, context, status=409)
