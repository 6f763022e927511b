"""Taking a set out: what each format carries, and the files themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from annotations.export import Taker, private_of, set_value, shared_of, stream
from annotations.formats import FORMATS
from annotations.views.rooms import room_of

PORTION = 64 * 1024


@require_safe
def exports(request: HttpRequest, slug: str) -> HttpResponse:
    """The formats, and what they would hold."""
    room = room_of(request, slug)
    shared = shared_of(room.annotation_set, Taker(room.viewer)).count()
    context = {
        "room": room,
        "set": room.annotation_set,
        "formats": FORMATS.values(),
        "shared": shared,
        "private": private_of(room.annotation_set, room.viewer).count(),
    }
    return render(request, "annotations/exports.html", context)


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
    taker = Taker(room.viewer, names=room.may_manage and request.GET.get("names") == "1")
    annotations = shared_of(one, taker)
    if request.GET.get("private") == "1":
        annotations = annotations | private_of(one, room.viewer)
    pieces = form.write(set_value(one, annotations, taker), stream(annotations, taker))
    response = StreamingHttpResponse(_gathered(pieces), content_type=form.CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{one.slug}{form.SUFFIX}"'
    return response


def _gathered(pieces: Iterable[str]) -> Iterator[bytes]:
    """The pieces in portions worth a write of their own: an annotation is a few hundred bytes."""
    buffer, size = [], 0
    for piece in pieces:
        buffer.append(piece.encode())
        size += len(buffer[-1])
        if size >= PORTION:
            yield b"".join(buffer)
            buffer, size = [], 0
    yield b"".join(buffer)
