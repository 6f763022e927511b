"""Annotation sets: the lists, a set's page, and what its owner and editors change."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.actions import sets as actions
from annotations.actions.templates import create_set_from_sample
from annotations.actions.wording import words_of_set
from annotations.conflicts import Conflict, conflict_of
from annotations.counts import by_document, by_set
from annotations.forms import SAMPLE, AddDocumentForm, NewSetForm, SetForm
from annotations.meaning import blind_now
from annotations.models import Anchoring, AnnotationSet, Role, SetDocument, Theme, Visibility
from annotations.permissions import LINK_KEYS, Viewer, viewer_of
from annotations.stale import Stale, mark_of
from annotations.telling import told
from annotations.upcoming import upcoming
from annotations.views.rooms import Room, changing_room, managed_room, page_of, posted, room_of
from annotations.views.safe import sent
from archive.models import Document

SETS_A_PAGE = 25
DOCUMENTS_A_PAGE = 50
SUGGESTED = 100
# What a session remembers of links; the oldest goes first.
MAX_LINKS = 50


@require_safe
def sets(request: HttpRequest) -> HttpResponse:
    """The viewer's own sets, and those that everyone can read."""
    viewer = viewer_of(request)
    seen = AnnotationSet.objects.visible_to(viewer).with_role(viewer).select_related("owner")
    hers = seen.filter(role__isnull=False)  # type: ignore[misc]
    rest = seen.filter(role__isnull=True)  # type: ignore[misc]
    mine = page_of(request, hers, SETS_A_PAGE, "mine")
    others = page_of(request, rest, SETS_A_PAGE, "others")
    counts = by_set(viewer, [*mine.object_list, *others.object_list])
    context = {
        "mine": [(one, counts.get(one.pk, 0)) for one in mine],
        "others": [(one, counts.get(one.pk, 0)) for one in others],
        "mine_page": mine,
        "others_page": others,
    }
    return render(request, "annotations/sets/list.html", context)


@require_safe
def one_set(request: HttpRequest, slug: str) -> HttpResponse:
    """A set: what it is for, its documents, members, codebook and exports."""
    return _set_page(request, room_of(request, slug))


def _set_page(
    request: HttpRequest, room: Room, form: AddDocumentForm | None = None, status: int = 200
) -> HttpResponse:
    one = room.annotation_set
    rows = one.set_documents.select_related("document__volume").order_by("position", "pk")
    page = page_of(request, rows, DOCUMENTS_A_PAGE)
    counts = by_document(room.viewer, one)
    context: dict[str, Any] = {
        "room": room,
        "set": one,
        "page": page,
        "documents": [(row.document, counts.get(row.document_id, 0)) for row in page],
        "total": sum(counts.values()),
        "waiting": Anchoring.objects.waiting().shown_in_set(one.pk, room.viewer).count(),
        "members": one.memberships.count(),
        "themes": Theme.objects.of_codebook(one.codebook_id)[:13],
        "upcoming": upcoming(room.viewer, one) if room.role == Role.ANNOTATOR else [],
    }
    context["told"] = told(one)
    if room.may_manage:
        context["blind"] = blind_now(one) if room.may_change else None
        context["form"] = form or AddDocumentForm()
        context["suggested"] = _suggested(room.viewer, one)
        context["link"] = _link(one) if one.visibility == Visibility.LINK else ""
    return render(request, "annotations/sets/set.html", context, status=status)


def _suggested(viewer: Viewer, annotation_set: AnnotationSet | None = None) -> list[Document]:
    """A few documents to choose from that the viewer finds and that are not in the set yet."""
    found = Q(volume__is_listed=True) | Q(volume__owner=viewer.user_id, volume__owner__isnull=False)
    documents = Document.objects.filter(found, current__isnull=False).select_related("volume")
    if annotation_set is not None:
        chosen = SetDocument.objects.filter(annotation_set=annotation_set).values("document")
        documents = documents.exclude(pk__in=chosen)
    return list(documents.in_reading_order()[:SUGGESTED])


def _link(annotation_set: AnnotationSet) -> str:
    path = reverse("annotations:set_link", args=[annotation_set.slug, annotation_set.link_key])
    return f"{settings.SITE_URL}{path}"


@login_required
@require_http_methods(["GET", "POST"])
def set_new(request: HttpRequest) -> HttpResponse:
    """Opens a set."""
    viewer = viewer_of(request)
    initial = {"document": request.GET.get("document", "")}
    form = NewSetForm(posted(request), viewer=viewer, initial=initial)
    if form.is_valid():
        given = dict(form.cleaned_data)
        source = given.pop("codebook")
        if source == SAMPLE:
            made = create_set_from_sample(owner=request.user, **given)  # type: ignore[arg-type]
        else:
            book = source.codebook if source else None
            made = actions.create_set(owner=request.user, codebook=book, **given)  # type: ignore[arg-type]
        messages.success(request, f"“{made.title}” is open.")
        return redirect(made)
    context = {"form": form, "suggested": _suggested(viewer)}
    status = 422 if form.is_bound else 200
    return render(request, "annotations/sets/new.html", context, status=status)


@require_http_methods(["GET", "POST"])
def set_edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Another title, description, visibility, licence."""
    room = changing_room(request, slug)
    one = room.annotation_set
    initial = words_of_set(one)
    once = sent(request, mark_of(initial))
    form = SetForm(posted(request), initial=initial)
    context = {"room": room, "set": one, "form": form, "sent": once}
    status = 422 if form.is_bound else 200
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.edit_set(one, actor=request.user, base=once.base, **given)  # type: ignore[arg-type]
        except Stale:
            now = words_of_set(one)
            if now != given:
                context |= {"conflict": _conflict(room, form, now)}
                context["sent"] = once._replace(base=mark_of(now))
                return render(request, "annotations/sets/edit.html", context, status=409)
        messages.success(request, "Saved.")
        return redirect(one)
    return render(request, "annotations/sets/edit.html", context, status=status)


def _conflict(room: Room, form: SetForm, now: dict[str, str]) -> Conflict:
    one = room.annotation_set
    labels = {name: str(form[name].label) for name in now}
    said = dict(Visibility.choices)

    def in_words(words: dict[str, str]) -> dict[str, str]:
        shown = words | {"visibility": str(said[Visibility(words["visibility"])])}
        return {labels[name]: shown[name] for name in labels}

    return conflict_of(
        ("annotationset", one.pk),
        in_words(now),
        in_words(form.cleaned_data),
        annotation_set=one,
        viewer_id=room.viewer.user_id or 0,
        manages=room.may_manage,
        keep=one.get_absolute_url(),
    )


@require_POST
def document_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Puts a document on the set's list."""
    room = managed_room(request, slug)
    form = AddDocumentForm(request.POST)
    if not form.is_valid():
        return _set_page(request, room, form, status=422)
    document = form.cleaned_data["document"]
    actions.add_document(room.annotation_set, document, actor=request.user)  # type: ignore[arg-type]
    messages.success(request, f"“{document.heading}” is in this set.")
    return redirect(room.annotation_set)


@require_POST
def document_remove(request: HttpRequest, slug: str, volume: str, document: str) -> HttpResponse:
    """Takes a document off the set's list, if no annotation stands on it."""
    room = managed_room(request, slug)
    listed = room.annotation_set.documents.filter(volume__slug=volume, slug=document)
    found = get_object_or_404(listed.select_related("volume"))
    try:
        actions.remove_document(room.annotation_set, found, actor=request.user)  # type: ignore[arg-type]
    except actions.SetFault as fault:
        messages.error(request, str(fault))
        return _set_page(request, room, status=422)
    messages.success(request, f"“{found.heading}” is no longer in this set.")
    return redirect(room.annotation_set)


@require_POST
def link_renew(request: HttpRequest, slug: str) -> HttpResponse:
    """Makes a new secret link; the old one opens the set no longer."""
    room = managed_room(request, slug, though_frozen=True)
    actions.renew_link(room.annotation_set, actor=request.user)  # type: ignore[arg-type]
    messages.success(request, "There is a new link. The old one opens this set no longer.")
    return redirect(room.annotation_set)


@never_cache
@require_safe
def set_link(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Opens a set that is visible by link, for this session."""
    found = AnnotationSet.objects.exclude(visibility=Visibility.PRIVATE)
    annotation_set = get_object_or_404(found, slug=slug)
    if not constant_time_compare(annotation_set.link_key, key):
        raise Http404("This link opens no set.")
    if annotation_set.visibility == Visibility.LINK:
        others = [known for known in request.session.get(LINK_KEYS, ()) if known != key]
        request.session[LINK_KEYS] = [*others[1 - MAX_LINKS :], key]
    return redirect(annotation_set)
