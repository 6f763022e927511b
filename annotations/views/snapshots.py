"""Snapshots to look at: a set's, one of them, its file, and what differs between two."""

from __future__ import annotations

from typing import Any
from uuid import UUID
from zipfile import BadZipFile, ZipFile

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from annotations.formats.brought import FormatFault
from annotations.http import Request
from annotations.models import Snapshot, Variant
from annotations.permissions import viewer_of
from annotations.snapshots.compare import Comparison, compare
from annotations.views.rooms import Room, key_of, room_of
from archive.worker import is_working

CITED = (("Chicago", "txt"), ("BibTeX", "bib"), ("RIS", "ris"), ("CSL-JSON", "csl.json"))


def seen(request: Request, uuid: UUID) -> Snapshot:
    """The snapshot, with its set and ``managed``: one query. Raises Http404 when unseen."""
    rows = Snapshot.objects.visible_to(viewer_of(request)).select_related("annotation_set")
    return get_object_or_404(rows.defer("held"), uuid=uuid)


def of_room(room: Room) -> list[Snapshot]:
    """The set's snapshots that its visitor sees, the latest first: one query."""
    rows = Snapshot.objects.visible_to(room.viewer).filter(annotation_set=room.annotation_set)
    return list(rows.defer("held").order_by("-number"))


@require_safe
def snapshots(request: Request, slug: str) -> HttpResponse:
    """All of a set, and two of them to compare."""
    room = room_of(request, slug)
    found = of_room(room)
    context = {
        "room": room,
        "set": room.annotation_set,
        "snapshots": found,
        "comparable": _comparable(found),
        "waiting": any(one.state == "making" for one in found) and not is_working(),
    }
    return render(request, "annotations/snapshots/list.html", context)


def _comparable(found: list[Snapshot]) -> list[Snapshot]:
    """Those with pseudonyms bear other identifiers each time."""
    return [one for one in found if one.can_be_had and one.variant == Variant.AS_IS]


@require_safe
def numbered(request: Request, slug: str, number: int) -> HttpResponse:
    """The way from a set's own number to the lasting address."""
    room = room_of(request, slug)
    rows = Snapshot.objects.visible_to(room.viewer).filter(annotation_set=room.annotation_set)
    return redirect(get_object_or_404(rows.defer("held"), number=number))


@require_safe
def snapshot(request: Request, uuid: UUID) -> HttpResponse:
    """What it is, its file, how to cite it; or how far it is, or why it was withdrawn."""
    one = seen(request, uuid)
    part = "#state" if request.htmx else ""
    status = 410 if one.withdrawn_at else 200
    return render(request, f"annotations/snapshots/snapshot.html{part}", shown(one), status=status)


def shown(one: Snapshot, **more: Any) -> dict[str, Any]:
    """What the page of a snapshot is given."""
    making = one.state == "making"
    context = {
        "snapshot": one,
        "managed": one.managed,  # type: ignore[attr-defined]
        "counts": one.counts,
        "written": one.part.stat().st_size if making and one.part.exists() else 0,
        "waiting": making and not is_working(),
    }
    return context | said_by(one) | more


@require_safe
def download(request: Request, uuid: UUID) -> HttpResponseBase:
    """The ZIP file."""
    one = seen(request, uuid)
    if one.withdrawn_at:
        return render(request, "annotations/snapshots/snapshot.html", shown(one), status=410)
    if not one.can_be_had or not one.path.exists():
        raise Http404("There is no such file.")
    response = FileResponse(
        one.path.open("rb"),
        as_attachment=True,
        filename=f"{one.name}.zip",
        content_type="application/zip",
    )
    response["ETag"] = f'"{one.digest}"'
    return response


@require_safe
def compared(request: Request, slug: str) -> HttpResponse:
    """What was added, changed and removed from one snapshot of a set to another."""
    room = room_of(request, slug)
    comparable = _comparable(of_room(room))
    chosen = [_chosen(request, comparable, name) for name in ("from", "to")]
    context: dict[str, Any] = {"room": room, "set": room.annotation_set, "comparable": comparable}
    if not any(chosen) and len(comparable) > 1:
        chosen = [comparable[1], comparable[0]]
    context["old"], context["new"] = chosen
    if chosen[0] and chosen[1]:
        context |= _differences(chosen[0], chosen[1])
    return render(request, "annotations/snapshots/compare.html", context)


def _chosen(request: Request, comparable: list[Snapshot], name: str) -> Snapshot | None:
    """The snapshot of the number that the address gives; Http404 for one that is not there."""
    number = key_of(request.GET.get(name, ""))
    if number is None:
        return None
    found = next((one for one in comparable if one.number == number), None)
    if found is None:
        raise Http404("There is no such snapshot to compare.")
    return found


def _differences(old: Snapshot, new: Snapshot) -> dict[str, Any]:
    try:
        found = compare(old.path, new.path)
    except (FormatFault, OSError) as fault:
        return {"fault": f"They cannot be compared: {fault}"}
    return {"found": found, "kinds": _kinds(found), "other_reach": old.reach != new.reach}


def _kinds(found: Comparison) -> list[dict[str, Any]]:
    """What is told of, by kind and by what became of it, for the page to walk through."""
    named = (("annotations", "Annotations"), ("themes", "Themes"), ("editions", "Texts"))
    kinds = []
    for key, title in named:
        kind = getattr(found, key)
        acts = [
            {"what": what, "count": getattr(kind, what), "told": kind.lists[what]}
            for what in ("added", "changed", "removed")
        ]
        kinds.append({"key": key, "title": title, "kind": kind, "acts": acts})
    return kinds


def said_by(one: Snapshot) -> dict[str, Any]:
    """Its licence, and how it is cited, form by form: as they stand in the file itself."""
    if not one.can_be_had:
        return {}
    try:
        with ZipFile(one.path) as archive:
            data = f"{one.name}/data"
            licence = archive.read(f"{data}/LICENSE.txt").decode()
            cited = f"{data}/citations/citation."
            forms = [(name, archive.read(cited + ending).decode()) for name, ending in CITED]
    except (OSError, KeyError, BadZipFile):
        return {}
    return {"licence": licence.partition("\n")[0], "citations": forms}
