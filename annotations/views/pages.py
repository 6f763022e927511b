"""The pages around the reader: the start, an annotation's own page, health."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.cards import cards_of
from annotations.changes import anchor
from annotations.export import Taker, annotation_values
from annotations.formats import w3c
from annotations.forms_annotations import ReplyForm
from annotations.http import Request
from annotations.models import Annotation, AnnotationSet
from annotations.permissions import may_manage, viewer_of
from annotations.place import Place, place_of
from annotations.threads import privately
from annotations.upcoming import upcoming
from annotations.views.recent import waiting
from annotations.views.safe import sent
from archive.models import Document

JSON_LD = 'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"'


@require_safe
def home(request: Request) -> HttpResponse:
    """What can be read here, and in which sets."""
    viewer = viewer_of(request)
    context: dict[str, Any] = {
        "documents": Document.objects.filter(current__isnull=False, volume__is_listed=True)
        .select_related("volume")
        .in_reading_order()[:12],
        "sets": AnnotationSet.objects.visible_to(viewer).with_role(viewer)[:12],
        "upcoming": upcoming(viewer),
    }
    if viewer.signed_in:
        context |= waiting(request)
    return render(request, "annotations/home.html", context)


@require_safe
def annotation(request: Request, uuid: UUID) -> HttpResponse:
    """An annotation: a page for a browser, JSON-LD for a client that asks for it."""
    viewer = viewer_of(request)
    found = Annotation.objects.visible_to(viewer).with_place().filter(uuid=uuid).first()
    if found is None:
        return _deleted(request, uuid)
    if _wants_json(request):
        response = HttpResponse(
            w3c.one(annotation_values([found], Taker(viewer))[0]), content_type=JSON_LD
        )
    else:
        document = found.edition.document
        place = place_of(request, document.volume.slug, document.slug, found.annotation_set.slug)
        card = cards_of(place, [found.pk]).get(found.pk)
        if card is None:
            return _deleted(request, uuid)
        words, chosen = privately(found, place) if card["may_reply"] else ("", False)
        context = {
            "place": place,
            "card": card,
            "annotation": found,
            "sent": sent(request),
            "reply_form": ReplyForm(initial={"private": chosen}) if card["may_reply"] else None,
            "privately": words,
            "history": _history_of(found, place),
            "back": anchor(place, found.start) if found.edition_id == place.edition.pk else "",
        }
        template = "annotations/card.html#card" if request.htmx else "annotations/annotation.html"
        response = render(request, template, context)
    patch_vary_headers(response, ["Accept", "HX-Request"])
    return response


def _history_of(found: Annotation, place: Place) -> str:
    """The address of its history, for those who may read it."""
    if found.author_id != place.viewer.user_id and not may_manage(place.role):
        return ""
    return reverse("annotations:annotation_history", args=[found.uuid])


def _deleted(request: Request, uuid: UUID) -> HttpResponse:
    """Its author still finds a deleted annotation here, with the way to undo it."""
    own = Annotation.objects.filter(author_id=viewer_of(request).user_id, deleted_at__isnull=False)
    found = get_object_or_404(own.with_place(), uuid=uuid)
    return render(request, "annotations/deleted.html", {"annotation": found}, status=410)


def _wants_json(request: Request) -> bool:
    best = request.get_preferred_type(["text/html", "application/ld+json", "application/json"])
    return best in ("application/ld+json", "application/json")


@never_cache
@require_safe
def healthz(request: Request) -> JsonResponse:
    """200 when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
