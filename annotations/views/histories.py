"""What became of a set and of an annotation; taking back what one did, and doing it again."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRefresh

from annotations.actions.undoing import UndoFault, Undone, redo, redoable, undo, undoable
from annotations.changes import changed
from annotations.deeds import KINDS, deed
from annotations.histories import A_PAGE, Reading, acts, acts_on
from annotations.http import Request
from annotations.models import Annotation, History, Reply
from annotations.passages import PassageFault
from annotations.permissions import viewer_of
from annotations.place import place_of
from annotations.views.rooms import Room, key_of, room_of

HISTORY = "annotations/histories/set.html"
NOTHING = "There is nothing to take back."
NOTHING_AGAIN = "There is nothing to do again."


@login_required
@require_safe
def history(request: Request, slug: str) -> HttpResponse:
    """What was done in a set: all of it for its editors, one's own acts for other members."""
    room = _member_room(request, slug)
    kind = request.GET.get("kind", "")
    before = key_of(request.GET.get("before", "")) or 0
    managed = room.may_manage
    user = request.user.pk
    rows = acts(room.annotation_set, user, managed=managed, kind=kind, before=before)
    reading = Reading(room.annotation_set, rows[:A_PAGE], user, managed=managed)
    context = {
        "room": room,
        "set": room.annotation_set,
        "entries": [reading.entry(row) for row in rows[:A_PAGE]],
        "further": rows[A_PAGE - 1].pk if len(rows) > A_PAGE else 0,
        "kinds": [(name, words) for name, (words, _) in KINDS.items()],
        "kind": kind,
        "before": before,
    }
    return render(request, HISTORY, context)


def _member_room(request: Request, slug: str) -> Room:
    room = room_of(request, slug)
    if not room.is_member:
        raise PermissionDenied("Only members of this set can do this.")
    return room


@login_required
@require_safe
def annotation_history(request: Request, uuid: UUID) -> HttpResponse:
    """What became of one annotation, with what differs: for its author, and for editors."""
    viewer = viewer_of(request)
    seen = Annotation.objects.visible_to(viewer).with_place()
    # What she deleted herself has a history still.
    own = Annotation.objects.filter(author=request.user).with_place()
    found = seen.filter(uuid=uuid).first() or get_object_or_404(own, uuid=uuid)
    room = room_of(request, found.annotation_set.slug)
    if found.author_id != request.user.pk and not room.may_manage:
        raise PermissionDenied("Only its author and the editors of the set read its history.")
    rows = acts_on(found, request.user.pk)
    user, managed = request.user.pk, room.may_manage
    reading = Reading(found.annotation_set, rows, user, managed=managed, whole=True)
    entries = [reading.entry(row) for row in rows]
    context = {"room": room, "set": found.annotation_set, "annotation": found, "entries": entries}
    return render(request, "annotations/histories/annotation.html", context)


@login_required
@require_POST
def undo_last(request: Request, slug: str) -> HttpResponse:
    """Takes back one's last act in a set, or that of the row that is named."""
    return _turn(request, _member_room(request, slug), undo, undoable, NOTHING)


@login_required
@require_POST
def redo_last(request: Request, slug: str) -> HttpResponse:
    """Does again what one took back last."""
    return _turn(request, _member_room(request, slug), redo, redoable, NOTHING_AGAIN)


Turn = Callable[..., Undone]
Finds = Callable[..., History | None]


def _turn(request: Request, room: Room, turn: Turn, find: Finds, nothing: str) -> HttpResponse:
    row = _asked(request, room) or find(request.user, room.annotation_set)
    if row is None:
        return _back(request, room, nothing)
    try:
        done = turn(row, actor=request.user)
    except (UndoFault, PassageFault, PermissionDenied) as fault:
        return _back(request, room, str(fault))
    said = "Done again" if turn is redo else "Taken back"
    words = f"{said}: you {deed(row.kind, row.action)}{' this' if row.kind == 'reply' else ' …'}"
    if done.left:
        words += (
            f" {done.left} of {done.left + done.done} were changed since, and stay as they are."
        )
    if request.htmx and (answer := _in_reader(request, room, done.row)):
        return answer
    return _back(request, room, words)


def _asked(request: Request, room: Room) -> History | None:
    pk = key_of(request.POST.get("row", request.GET.get("row", "")))
    if pk is None:
        return None
    return get_object_or_404(History, pk=pk, annotation_set=room.annotation_set, actor=request.user)


def _in_reader(request: Request, room: Room, row: History) -> HttpResponse | None:
    """The changed place in the reader, where the page that asks shows it."""
    annotation = _annotation_of(row)
    if annotation is None:
        return None
    document = annotation.edition.document
    place = place_of(request, document.volume.slug, document.slug, room.annotation_set.slug)
    if urlsplit(request.htmx.current_url or "").path != place.address:
        return None
    before = row.before or {}
    ranges = [(annotation.start, annotation.end)]
    if "start" in before and "end" in before:
        ranges.append((before["start"], before["end"]))
    return changed(request, place, annotation, row.action, ranges)


def _annotation_of(row: History) -> Annotation | None:
    rows = Annotation.objects.with_place()
    if row.kind == "annotation":
        return rows.filter(uuid=row.key).first()
    if row.kind == "reply":
        under = Reply.objects.filter(uuid=row.key)
        return rows.filter(replies__in=under).first()
    return None


def _back(request: Request, room: Room, words: str) -> HttpResponse:
    messages.info(request, words)
    if request.htmx:
        return HttpResponseClientRefresh()
    to = request.POST.get("next", "")
    here = {request.get_host()}
    if not url_has_allowed_host_and_scheme(to, here, require_https=request.is_secure()):
        to = reverse("annotations:history", args=[room.annotation_set.slug])
    return redirect(to)
