"""Threads: whom one can mention, and whether a question is answered."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from annotations.actions.promises import promise_to
from annotations.actions.questions import settle_question
from annotations.changes import changed
from annotations.http import Request
from annotations.mentionable import suggestions
from annotations.models import Annotation
from annotations.permissions import viewer_of
from annotations.place import place_of
from annotations.threads import may_settle
from annotations.views.rooms import room_of


@never_cache
@login_required
@require_safe
def mention(request: Request, slug: str) -> JsonResponse:
    """Members whose name begins as what was typed (``q``): what to type, and who it is."""
    room = room_of(request, slug)
    if not room.is_member:
        raise PermissionDenied("Only the members of this set mention one another.")
    promise = promise_to(room.annotation_set, request.user)
    typed = request.GET.get("q", "")
    found = suggestions(room.annotation_set, promise.group_id, typed, request.user.pk)
    people = [{"typed": one.typed, "name": one.name} for one in found]
    return JsonResponse({"people": people})


@login_required
@require_http_methods(["GET", "POST"])
def question(request: Request, uuid: UUID) -> HttpResponse:
    """Marks a question as answered (``answered``), or opens it again."""
    seen = Annotation.objects.visible_to(viewer_of(request))
    annotation = get_object_or_404(seen.with_place(), uuid=uuid)
    document = annotation.edition.document
    slug = annotation.annotation_set.slug
    place = place_of(request, document.volume.slug, document.slug, slug)
    if not may_settle(annotation, place):
        raise PermissionDenied("Only its author and the editors say whether it is answered.")
    if not annotation.question:
        raise Http404("This annotation asks nothing.")
    if request.method == "GET":
        context = {"annotation": annotation, "place": place}
        return render(request, "annotations/threads/question.html", context)
    answered = bool(request.POST.get("answered"))
    settle_question(annotation, actor=request.user, answered=answered)
    undo = reverse("annotations:annotation_question", args=[uuid]) if answered else ""
    action = "answered" if answered else "asked again"
    where = [(annotation.start, annotation.end)]
    return changed(request, place, annotation, action, where, undo=undo)
