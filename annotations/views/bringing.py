"""Bringing themes into a codebook, from the sample, another set or a table: first it is shown what
each would do, then what was ticked is done. And the codebook as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from annotations.actions.codebook import ThemeFault
from annotations.actions.templates import bring_in, of_sample, of_set, plan, sample_codebook
from annotations.actions.versions import kept_themes
from annotations.formats import READERS
from annotations.formats.brought import BroughtTheme, FormatFault
from annotations.formats.guessing import guessed
from annotations.formats.sound import sound
from annotations.forms_themes import WHY
from annotations.incoming import DIFFERS, NEW, SAME, Item
from annotations.models import AnnotationSet
from annotations.sheet_rows import SheetFault
from annotations.sheets import CONTENT_TYPE, MAX_BYTES, decoded, read, write
from annotations.staged import drop, keep, staged
from annotations.stale import Stale
from annotations.views.codebook import actor
from annotations.views.rooms import Room, changing_room, room_of

SETS_SHOWN = 200
TOO_LARGE = f"The table is too large: at most {MAX_BYTES // 1000} kB can be read."


@dataclass(slots=True)
class Source:
    """Where themes come from: ``carried`` are the fields by which a form names it again."""

    title: str
    themes: list[BroughtTheme]
    carried: dict[str, str]
    action: str
    notes: tuple[str, ...] = ()


@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest, slug: str) -> HttpResponse:
    """What can be brought in; with ``?sample=1``, ``?set=SLUG`` or ``?staged=KEY`` (a file that
    waits), or a table that is sent, what it would do; and with ``seen`` it is done."""
    room = changing_room(request, slug)
    given = request.POST if request.method == "POST" else request.GET
    try:
        source = _source(request, room, given)
    except SheetFault as fault:
        return _start(request, room, fault=str(fault), text=given.get("text", ""))
    if source is None:
        if request.method == "POST":
            return _start(request, room, fault="Choose a file, or write the table into the field.")
        return _start(request, room)
    if request.method == "POST" and "seen" in given:
        return _done(request, room, source)
    return _shown(request, room, source)


def _source(request: HttpRequest, room: Room, given: Any) -> Source | None:
    if given.get("sample"):
        return Source("the sample", of_sample(), {"sample": "1"}, "copy")
    if key := given.get("staged", ""):
        return _waiting(request, room, key)
    if slug := given.get("set", ""):
        seen = AnnotationSet.objects.visible_to(room.viewer)
        other = seen.filter(slug=slug).exclude(pk=room.annotation_set.pk).first()
        if other is None:
            raise Http404("There is no such set, or you do not see it.")
        return Source(f"“{other.title}”", of_set(other), {"set": slug}, "copy")
    file = request.FILES.get("file")
    if file is not None and (form := _form_of(file)):
        made = keep(request.session, room.annotation_set.slug, file, form)
        return _waiting(request, room, made.key)
    if file is not None and (file.size or 0) > MAX_BYTES:
        raise SheetFault(TOO_LARGE)
    data = file.read() if file is not None else given.get("text", "").encode()
    if request.method != "POST" or not data.strip():
        return None
    sheet = read(data, kept_themes(room.annotation_set.codebook_id))
    notes = sheet.notes
    text = decoded(data)[0] if file is not None else given.get("text", "")
    return Source("the table", list(sheet.themes), {"text": text}, "import", notes)


def _form_of(file: UploadedFile) -> str:
    """The format of a file that is no table; its reader has limits of its own."""
    form = guessed(file, file.name or "")  # type: ignore[arg-type]
    if form not in READERS or form == "csv":
        return ""
    if (file.size or 0) > settings.BRING_MAX_BYTES:
        limit = filesizeformat(settings.BRING_MAX_BYTES)
        raise SheetFault(f"{file.name} is larger than the limit of {limit}.")
    return form


def _waiting(request: HttpRequest, room: Room, key: str) -> Source:
    """The themes of a file that waits in this session."""
    waiting = staged(request.session, room.annotation_set.slug, key)
    if waiting is None:
        raise SheetFault("The file does not wait here any more: choose it again.")
    try:
        with waiting.path.open("rb") as file:
            brought = sound(READERS[waiting.form].read(file))
    except FormatFault as fault:
        raise SheetFault(f"{waiting.name} cannot be read: {fault}") from None
    if not brought.themes:
        raise SheetFault(f"There are no themes in {waiting.name}.")
    notes = tuple(str(doubt) for doubt in brought.lost)
    return Source(f"“{waiting.name}”", list(brought.themes), {"staged": key}, "import", notes)


def _start(request: HttpRequest, room: Room, *, fault: str = "", text: str = "") -> HttpResponse:
    one = room.annotation_set
    sets = AnnotationSet.objects.visible_to(room.viewer).exclude(pk=one.pk)
    counted = sets.annotate(themes=Count("codebook__themes", distinct=True)).filter(themes__gt=0)
    context = {
        "room": room,
        "set": one,
        "sample": sample_codebook(),
        "sets": counted.order_by("title", "pk")[:SETS_SHOWN],
        "fault": fault,
        "text": text,
        "limit": MAX_BYTES // 1000,
    }
    status = 422 if fault else 200
    return render(request, "annotations/codebook/bring.html", context, status=status)


def _shown(
    request: HttpRequest,
    room: Room,
    source: Source,
    *,
    status: int = 200,
    fault: str = "",
    ticked: frozenset[int] | None = None,
) -> HttpResponse:
    """What each theme would do here, to be ticked."""
    one = room.annotation_set
    items = plan(one, source.themes)
    rows = [(item, item.number in ticked if ticked is not None else item.ticked) for item in items]
    context = {
        "room": room,
        "set": one,
        "source": source,
        "rows": rows,
        "counts": _counts(items),
        "seen": one.codebook.revision,
        "fault": fault,
    }
    return render(request, "annotations/codebook/bring_plan.html", context, status=status)


def _counts(items: list[Item]) -> dict[str, int]:
    whats = [item.what for item in items]
    found = {name: whats.count(name) for name in (NEW, SAME, DIFFERS)}
    return found | {"doubtful": sum(bool(item.theme.doubts) for item in items)}


def _done(request: HttpRequest, room: Room, source: Source) -> HttpResponse:
    one = room.annotation_set
    take = frozenset(int(n) for n in request.POST.getlist("take") if n.isdecimal() and len(n) < 6)
    seen = request.POST.get("seen", "")
    if not take:
        return _shown(request, room, source, status=422, fault="Nothing is ticked.", ticked=take)
    try:
        done = bring_in(
            one,
            source.themes,
            take,
            seen=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
            actor=actor(request),
            action=source.action,
            why=request.POST.get("why", "").strip()[:WHY],
        )
    except Stale:
        one.codebook.refresh_from_db()
        fault = "Somebody changed the codebook meanwhile: look at it again. Nothing was changed."
        return _shown(request, room, source, status=409, fault=fault, ticked=take)
    except ThemeFault as problem:
        fault = f"{problem} Nothing was changed."
        return _shown(request, room, source, status=422, fault=fault, ticked=take)
    if "staged" in source.carried:
        drop(request.session, one.slug)
    added = f"{done.added} theme{'s' * (done.added != 1)} added"
    changed = f", {done.changed} changed" if done.changed else ""
    messages.success(request, f"From {source.title}: {added}{changed}.")
    return redirect(reverse("annotations:codebook_edit", args=[one.slug]))


@require_safe
def table(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The codebook as a CSV table that can be brought in again."""
    room = room_of(request, slug)
    themes = kept_themes(room.annotation_set.codebook_id)
    response = StreamingHttpResponse(write(themes), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{slug}-codebook.csv"'
    return response
