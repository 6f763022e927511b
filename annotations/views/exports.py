"""Taking a set out: what each format carries, and the files themselves."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.export import Taker, private_of, shared_of
from annotations.formats import FORMATS, in_bytes
from annotations.models import Naming, Rule
from annotations.packing import package
from annotations.views.rooms import Room, room_of


@require_safe
def exports(request: HttpRequest, slug: str) -> HttpResponse:
    """The formats, and what they would hold."""
    room = room_of(request, slug)
    one = room.annotation_set
    veiled = one.naming != Naming.NAME
    names = veiled and _with_names(request, room)
    shared = shared_of(one, Taker(room.viewer)).count()
    context = {
        "room": room,
        "set": one,
        "formats": FORMATS.values(),
        "shared": shared,
        "private": private_of(one, room.viewer).count(),
        "may_name": veiled and room.may_manage,
        "names": names,
        "holds": _holds(room, names=names),
        "tail": "?names=1" if names else "",
    }
    return render(request, "annotations/exports.html", context)


def _with_names(request: HttpRequest, room: Room) -> bool:
    return room.may_manage and request.GET.get("names") == "1"


def _holds(room: Room, *, names: bool) -> str:
    """Who is in a file, and under what name."""
    one = room.annotation_set
    if names:
        return "Everyone is named in these files: they are for those who may know who wrote what."
    said = {
        Naming.NAME: "",
        Naming.PSEUDONYM: "Members stand in these files under their pseudonyms, editors by name.",
        Naming.NOBODY: "Members are not named in these files, editors are.",
    }[Naming(one.naming)]
    if room.may_manage or one.rule == Rule.OPEN:
        return said
    return f"A file holds what you see now, not all that was written. {said}".strip()


@never_cache
@require_safe
def export(request: HttpRequest, slug: str, name: str) -> StreamingHttpResponse:
    """The set in a format: what the viewer sees of what is shared; with ``?private=1`` her private
    ones too. Editors may ask for ``?names=1`` where the set does not name its members."""
    room = room_of(request, slug)
    form = FORMATS.get(name)
    if form is None:
        raise Http404("There is no such format.")
    one = room.annotation_set
    taker = Taker(room.viewer, names=_with_names(request, room))
    annotations = shared_of(one, taker)
    if request.GET.get("private") == "1":
        annotations = annotations | private_of(one, room.viewer)
    pieces = form.write(package(one, annotations, taker))
    response = StreamingHttpResponse(in_bytes(pieces), content_type=form.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{one.slug}{form.SUFFIX}"'
    return response
