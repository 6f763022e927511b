"""The set that a request is about: loaded, and found to be one that its viewer may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from annotations.models import AnnotationSet, Report
from annotations.permissions import Viewer, may_change_set, may_manage, viewer_of

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")


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
    def may_change(self) -> bool:
        """Whether she may change the set now; nobody may while it is frozen."""
        return may_change_set(self.annotation_set, self.role)

    @property
    def open_reports(self) -> int:
        """How many reports wait to be looked at."""
        return getattr(self.annotation_set, "open_reports", None) or 0

    @property
    def is_member(self) -> bool:
        return self.role is not None


def room_of(request: HttpRequest, slug: str) -> Room:
    """The set of this name, with owner and codebook: one query. Raises Http404 when unseen."""
    viewer = viewer_of(request)
    sets = (
        AnnotationSet.objects.visible_to(viewer).with_role(viewer).annotate(open_reports=_waiting())
    )
    annotation_set = get_object_or_404(sets.select_related("owner", "codebook"), slug=slug)
    return Room(viewer, annotation_set, annotation_set.role)  # type: ignore[attr-defined]


def _waiting() -> Subquery:
    waiting = Report.objects.order_by().filter(
        annotation_set=OuterRef("pk"), outcome=Report.Outcome.OPEN
    )
    return Subquery(waiting.values("annotation_set").annotate(n=Count("pk")).values("n"))


def managed_room(request: HttpRequest, slug: str, *, though_frozen: bool = False) -> Room:
    """As ``room_of``, for those who may change it. Raises PermissionDenied for other readers, and
    for whatever is sent to a frozen set, unless it may be done there, ``though_frozen``."""
    room = room_of(request, slug)
    if not room.may_manage:
        raise PermissionDenied("Only the owner and the editors of this set can do this.")
    if request.method not in SAFE and not though_frozen:
        _check_not_frozen(room)
    return room


def changing_room(request: HttpRequest, slug: str) -> Room:
    """As ``managed_room``, for pages that hold nothing but a form: a frozen set has none."""
    room = managed_room(request, slug)
    _check_not_frozen(room)
    return room


def _check_not_frozen(room: Room) -> None:
    if not room.may_change:
        raise PermissionDenied(
            "This set is frozen: nothing in it changes until its owner thaws it again."
        )


def page_of(request: HttpRequest, rows: QuerySet[Any], size: int, name: str = "page") -> Page[Any]:
    """The page of a long list that the address asks for: two queries."""
    return Paginator(rows, size).get_page(request.GET.get(name))


def key_of(given: str) -> int | None:
    """The primary key that an address or a form names; None for what no row can have."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None


def words_of(request: HttpRequest) -> str:
    """What is looked for in a list; without NUL, which PostgreSQL refuses to compare."""
    return request.GET.get("q", "")[:100].replace("\0", "")


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: nothing until it is sent, and then even an empty one."""
    return request.POST if request.method == "POST" else None
