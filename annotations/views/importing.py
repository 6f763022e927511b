"""Bringing annotations in from a file: it is uploaded and waits, what would become of each of them
is shown, and only then it is done."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from annotations.actions.bringing import carry_out, plan
from annotations.actions.codebook import ThemeFault
from annotations.formats import READERS
from annotations.formats.brought import Brought, FormatFault
from annotations.forms_importing import BringForm
from annotations.http import Request
from annotations.models import History
from annotations.staged import Staged, drop, keep, staged
from annotations.stale import Stale
from annotations.views.plans import button, differing, groups_of, told
from annotations.views.rooms import Room, key_of, managed_room
from archive.upload_handler import VolumeUploadHandler

START = "annotations/importing/start.html"
PLAN = "annotations/importing/plan.html"
GONE = "The file does not wait here any more: choose it again. Nothing was changed."
NOTHING = "Nothing was changed."
# What a session remembers of the last import: its row, and what was left out.
LEFT, MOST_LEFT = "left_out", 50


@csrf_exempt  # The handler of uploads must be set before the form's token is read; see _bring.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: Request, slug: str) -> HttpResponse:
    """The form; with ``?file=KEY`` what would become of the file that waits under this key."""
    handler = VolumeUploadHandler(request)
    if (request.content_type or "").startswith("multipart/"):
        request.upload_handlers = [handler]
    room = managed_room(request, slug)
    return _bring(request, room, handler)


@csrf_protect
def _bring(request: Request, room: Room, handler: VolumeUploadHandler) -> HttpResponse:
    key = request.GET.get("file", "")
    if not key:
        if request.method == "POST":
            return _taken(request, room, handler)
        return _start(request, room, BringForm())
    waiting = staged(request.session, room.annotation_set.slug, key)
    if waiting is None:
        return _start(request, room, BringForm(), fault=GONE, status=410)
    if request.method == "POST" and request.POST.get("do") == "leave":
        drop(request.session, room.annotation_set.slug)
        return redirect(room.annotation_set)
    try:
        with waiting.path.open("rb") as file:
            brought = READERS[waiting.form].read(file)
    except FormatFault as fault:
        drop(request.session, room.annotation_set.slug)
        said = f"{waiting.name} cannot be read as {READERS[waiting.form].LABEL}: {fault}"
        return _start(request, room, BringForm(), fault=f"{said} {NOTHING}", status=422)
    if request.method == "POST":
        return _done(request, room, waiting, brought)
    if not brought.annotations and brought.themes:
        where = reverse("annotations:codebook_bring", args=[room.annotation_set.slug])
        return redirect(f"{where}?staged={waiting.key}")
    return _shown(request, room, waiting, brought)


def _taken(request: Request, room: Room, handler: VolumeUploadHandler) -> HttpResponse:
    """Lets the file wait, and leads to what would become of it."""
    form = BringForm(request.POST, request.FILES, too_large=handler.too_large)
    if not form.is_valid():
        return _start(request, room, form, status=422)
    slug = room.annotation_set.slug
    given = form.cleaned_data
    made = keep(request.session, slug, given["file"], given["format"])
    return redirect(f"{_address(room)}?file={made.key}")


def _shown(
    request: Request,
    room: Room,
    waiting: Staged,
    brought: Brought,
    *,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    """What would become of it."""
    try:
        made = plan(room.annotation_set, brought, actor=request.user)
    except FormatFault as problem:
        drop(request.session, room.annotation_set.slug)
        said = f"{waiting.name}: {problem} {NOTHING}"
        return _start(request, room, BringForm(), fault=said, status=422)
    others = differing(made)
    context = {
        "room": room,
        "set": room.annotation_set,
        "name": waiting.name,
        "label": READERS[waiting.form].LABEL,
        "groups": groups_of(made),
        "replies": made.replies,
        "makes": room.may_change and (made.changes or bool(others)),
        "button": button(made) if made.changes else "Take the words of the themes",
        "changes": made.changes,
        "others": others,
        "seen": made.mark,
        "fault": fault,
    }
    return render(request, PLAN, context, status=status)


def _done(request: Request, room: Room, waiting: Staged, brought: Brought) -> HttpResponse:
    """Does what was shown."""
    one = room.annotation_set
    try:
        done = carry_out(
            one,
            brought,
            seen=request.POST.get("seen", ""),
            actor=request.user,
            take_words=request.POST.get("words") == "1",
            name=waiting.name,
        )
    except Stale:
        one.codebook.refresh_from_db()
        fault = f"The set was changed meanwhile: look at it again. {NOTHING}"
        return _shown(request, room, waiting, brought, fault=fault, status=409)
    except (FormatFault, ThemeFault) as problem:
        said = f"{problem} {NOTHING}"
        return _shown(request, room, waiting, brought, fault=said, status=422)
    drop(request.session, one.slug)
    if done.head is None:
        return redirect(_address(room))
    lost = [
        str(line.says or line.quote)
        for group in groups_of(done.plan)
        if group.kind == "lost"
        for line in group.lines
    ]
    request.session[LEFT] = [done.head.pk, lost[:MOST_LEFT]]
    return redirect(f"{_address(room)}?done={done.head.pk}")


def _just_done(request: Request, room: Room) -> dict[str, Any]:
    """What one has just brought in here, which can be taken back, and what of it was left out."""
    pk = key_of(request.GET.get("done", ""))
    if pk is None:
        return {}
    rows = History.objects.filter(
        annotation_set=room.annotation_set, actor=request.user, kind="many", action="bring"
    )
    row = rows.filter(pk=pk).first()
    if row is None:
        return {}
    kept, left = request.session.get(LEFT) or (0, [])
    return {"done": row, "told": told(row.state or {}), "left": left if kept == row.pk else []}


def _start(
    request: Request, room: Room, form: BringForm, *, fault: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "room": room,
        "set": room.annotation_set,
        "form": form,
        "fault": fault,
        "readers": READERS.values(),
    }
    context |= _just_done(request, room)
    return render(request, START, context, status=status)


def _address(room: Room) -> str:
    return reverse("annotations:import", args=[room.annotation_set.slug])
