"""Annotations that were carried to a new edition: a set's list, one of them, what an import did."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from annotations.actions.anchoring import DecisionFault, confirm, undo_decision, undoable
from annotations.actions.annotations import change_passage
from annotations.anchorings import (
    SHOWN,
    anchoring_summary,
    asked,
    counts_of,
    documents_of,
    in_order,
    latest_of,
    lines_of,
    next_open,
    people_of,
    sides_of,
)
from annotations.changes import anchor
from annotations.forms_annotations import PassageForm
from annotations.http import Request
from annotations.models import Anchor, Anchoring, Annotation
from annotations.models.anchoring import AnchoringQuerySet
from annotations.naming import Names
from annotations.passages import PassageFault
from annotations.permissions import may_decide, viewer_of
from annotations.place import Place, place_of
from annotations.views.rooms import page_of, room_of
from archive.models import Import

LINES_A_PAGE = 25


@require_safe
def anchorings(request: Request, slug: str) -> HttpResponse:
    """A set's annotations whose texts have changed; ``?show=`` one of SHOWN, ``?document=V/D``."""
    room = room_of(request, slug)
    seen = Anchoring.objects.shown_in_set(room.annotation_set.pk, room.viewer)
    chosen = request.GET.get("document", "")
    listed = _of_document(seen, chosen)
    context = _listing(request, listed) | {
        "room": room,
        "set": room.annotation_set,
        "documents": [(f"{v}/{d}", heading) for v, d, heading in documents_of(seen)],
        "document": chosen,
    }
    return render(request, "annotations/anchoring/set.html", context)


def _of_document(rows: AnchoringQuerySet, chosen: str) -> AnchoringQuerySet:
    if not chosen:
        return rows
    if "\0" in chosen:
        # PostgreSQL takes no such text, and no document is called so.
        return rows.none()
    volume, _, slug = chosen.partition("/")
    return rows.filter(to_edition__document__volume__slug=volume, to_edition__document__slug=slug)


def _listing(request: Request, rows: AnchoringQuerySet) -> dict[str, Any]:
    """The page of a list that the address asks for; three queries."""
    counts = counts_of(rows)
    shown = request.GET.get("show", "")
    if shown not in SHOWN:
        shown = "open" if counts["open"] else "settled"
    page = page_of(request, in_order(asked(rows, shown)), LINES_A_PAGE)
    kept = QueryDict(mutable=True)
    kept.update({k: v for k in ("document",) if (v := request.GET.get(k, ""))})
    return {
        "shown": shown,
        "tabs": [(name, title, counts[name]) for name, title in SHOWN.items()],
        "page": page,
        "lines": lines_of(page, viewer_of(request)),
        "kept": f"&{kept.urlencode()}" if kept else "",
    }


@require_safe
def import_anchoring(request: Request, pk: int) -> HttpResponse:
    """What an import did to annotations, for staff; of those that they may see, each."""
    if not request.user.is_staff:
        raise Http404("There is no such page.")
    # Documents of someone's own are hers alone, their imports too.
    runs = Import.objects.filter(volume__owner__isnull=True).select_related("volume")
    run = get_object_or_404(runs, pk=pk)
    rows = Anchoring.objects.filter(run=run).visible_to(viewer_of(request))
    summary = anchoring_summary(run.pk)
    context = _listing(request, rows) | {"run": run, "summary": summary}
    context["hidden"] = summary.total - rows.count()
    return render(request, "annotations/anchoring/import.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def annotation_anchoring(request: Request, uuid: UUID) -> HttpResponse:
    """One annotation's old and new place side by side, and what can be decided about it."""
    viewer = viewer_of(request)
    seen = Annotation.objects.visible_to(viewer).with_place()
    annotation = get_object_or_404(seen, uuid=uuid)
    document = annotation.edition.document
    place = place_of(request, document.volume.slug, document.slug, annotation.annotation_set.slug)
    if request.method == "POST":
        return _decide(request, annotation, place)
    return _page(request, annotation, place)


@login_required
def _decide(request: Request, annotation: Annotation, place: Place) -> HttpResponse:
    if not may_decide(annotation, place.viewer, place.role):
        raise PermissionDenied(
            "Its author decides where an annotation stands, and who manages the set."
        )
    decision = request.POST.get("decision")
    try:
        if decision == "confirm":
            confirm(annotation, actor=request.user, seen=_seen(request))
            messages.success(request, "It stands right. You can still take that back.")
        elif decision == "undo":
            undo_decision(annotation, actor=request.user, seen=_seen(request))
            messages.success(request, "Taken back: its place is open again.")
        elif decision == "attach":
            _attach(request, annotation, place)
            messages.success(request, "It stands there now. You can still take that back.")
        else:
            return _page(request, annotation, place, "Choose what to do.", status=422)
    except (DecisionFault, PassageFault) as fault:
        # What was loaded may be half changed.
        annotation.refresh_from_db()
        return _page(request, annotation, place, str(fault), status=409)
    return redirect("annotations:annotation_anchoring", annotation.uuid)


def _seen(request: Request) -> int:
    """The row that the page showed; 0, which is none, where it does not say."""
    given = request.POST.get("row", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0


def _attach(request: Request, annotation: Annotation, place: Place) -> None:
    form = PassageForm(request.POST)
    if not form.is_valid():
        raise PassageFault("Choose one of the places first.")
    change_passage(
        annotation,
        actor=request.user,
        text=place.reading.text,
        edition=place.edition,
        **form.cleaned_data,
    )


def _page(
    request: Request, annotation: Annotation, place: Place, fault: str = "", status: int = 200
) -> HttpResponse:
    row = latest_of(annotation)
    if row is None:
        raise Http404("This annotation stands where it was made.")
    row.annotation = annotation
    decides = may_decide(annotation, place.viewer, place.role)
    is_open = bool(annotation.anchor)
    assert place.current is not None
    names = Names([place.current], [place.current.pk] if place.scope.all else [])
    author, decider = people_of(row, annotation, names)
    context = {
        "place": place,
        "author": author,
        "decider": decider,
        "set": place.current,
        "annotation": annotation,
        "row": row,
        "sides": sides_of(row, place.reading.text, candidates=is_open and decides),
        "is_open": is_open,
        "is_orphan": annotation.anchor == Anchor.ORPHAN,
        "may_decide": decides,
        "undoable": decides and undoable(row),
        "fault": fault,
        "back": "" if annotation.anchor == Anchor.ORPHAN else anchor(place, annotation.start),
        "next": next_open(place.current.pk, place.viewer, row),
    }
    return render(request, "annotations/anchoring/one.html", context, status=status)
