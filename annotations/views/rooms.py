"""The set that a request is about: loaded, and found to be one that its viewer may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from annotations.models import AnnotationSet
from annotations.permissions import Viewer, may_manage, viewer_of


@dataclass(frozen=True, slots=True)
class Room:
    """A set as one viewer sees it: ``role`` is hers in it, None for a mere visitor."""

    viewer: Viewer
    annotation_set: AnnotationSet
    role: str | None

    @property
    def may_manage(self) -> bool:
        return may_manage(self.role)

    @property
    def is_member(self) -> bool:
        return self.role is not None


def room_of(request: HttpRequest, slug: str) -> Room:
    """The set of this name, with owner and codebook: one query. Raises Http404 when unseen."""
    viewer = viewer_of(request)
    sets = AnnotationSet.objects.visible_to(viewer).with_role(viewer)
    annotation_set = get_object_or_404(sets.select_related("owner", "codebook"), slug=slug)
    return Room(viewer, annotation_set, annotation_set.role)  # type: ignore[attr-defined]


def managed_room(request: HttpRequest, slug: str) -> Room:
    """As ``room_of``, for those who may change it. Raises PermissionDenied for other readers."""
    room = room_of(request, slug)
    if not room.may_manage:
        raise PermissionDenied("Only the owner and the editors of this set can do this.")
    return room


def page_of(request: HttpRequest, rows: QuerySet[Any], size: int, name: str = "page") -> Page[Any]:
    """The page of a long list that the address asks for: two queries."""
    return Paginator(rows, size).get_page(request.GET.get(name))


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: nothing until it is sent, and then even an empty one."""
    return request.POST if request.method == "POST" else None
