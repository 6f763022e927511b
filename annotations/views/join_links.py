"""The join links of a set, for its editors."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations.actions import joining as actions
from annotations.forms_joining import OPEN_FOR, LinkForm, TermsForm, last_day
from annotations.http import Request
from annotations.joining import address_of, code_page, spaced
from annotations.models import JoinLink
from annotations.qr import svg
from annotations.views.rooms import Room, managed_room, page_of, posted

LINKS_A_PAGE = 20


@require_http_methods(["GET", "HEAD", "POST"])
def join_links(request: Request, slug: str) -> HttpResponse:
    """All links of a set, the newest first and revoked ones last, and the form that makes one."""
    room = managed_room(request, slug)
    form = LinkForm(posted(request), annotation_set=room.annotation_set)
    if form.is_valid():
        actions.make_link(room.annotation_set, actor=request.user, **form.terms())
        messages.success(request, "Here is your link. Show it to your class, or send it.")
        return redirect("annotations:join_links", slug)
    return _page(request, room, form, 422 if form.is_bound else 200)


def _page(
    request: Request, room: Room, form: LinkForm, status: int = 200, wrong: TermsForm | None = None
) -> HttpResponse:
    newest = (F("revoked_at").desc(nulls_first=True), "-pk")
    rows = room.annotation_set.join_links.select_related("group").order_by(*newest)
    page = page_of(request, rows, LINKS_A_PAGE)
    context = {
        "room": room,
        "set": room.annotation_set,
        "page": page,
        "links": [_shown(link, wrong) for link in page],
        "form": form,
        "has_groups": len(form.fields["group"].choices) > 1,  # type: ignore[attr-defined]
    }
    return render(request, "annotations/joining/links.html", context, status=status)


def _shown(link: JoinLink, wrong: TermsForm | None = None) -> dict[str, Any]:
    prefix = f"l{link.pk}"
    # As long again as a new link is open, where it was to end at all.
    last = link.ends_at and timezone.localdate() + OPEN_FOR
    initial = {"limit": link.limit, "last": last}
    form = TermsForm(prefix=prefix, initial=initial)
    if wrong is not None and wrong.prefix == prefix:
        form = wrong
    return {
        "link": link,
        "address": address_of(link),
        "code": spaced(link.code),
        "last": last_day(link.ends_at),
        "form": form,
        "open": form is wrong,
    }


@require_POST
def join_link_renew(request: Request, slug: str, pk: int) -> HttpResponse:
    """Gives a link a new address and code."""
    room = managed_room(request, slug)
    link = _of(room, pk)
    form = TermsForm(request.POST, prefix=f"l{pk}")
    if not form.is_valid():
        return _page(request, room, LinkForm(annotation_set=room.annotation_set), 422, form)
    actions.renew_link(link, actor=request.user, **form.terms())
    messages.success(request, "This link has a new address and code. The old ones open nothing.")
    return redirect("annotations:join_links", slug)


@require_POST
def join_link_revoke(request: Request, slug: str, pk: int) -> HttpResponse:
    """Closes a link."""
    room = managed_room(request, slug, though_frozen=True)
    actions.revoke_link(_of(room, pk), actor=request.user)
    messages.success(request, "The link lets nobody in any more. Who came by it stays.")
    return redirect("annotations:join_links", slug)


@require_safe
def join_link_show(request: Request, slug: str, pk: int) -> HttpResponse:
    """A link for the wall of a classroom: address, code and QR code, large."""
    room = managed_room(request, slug)
    link = _of(room, pk)
    context = _shown(link) | {
        "set": room.annotation_set,
        "where": code_page().partition("://")[2].rstrip("/"),
    }
    return render(request, "annotations/joining/show.html", context)


@require_safe
def join_link_qr(request: Request, slug: str, pk: int) -> HttpResponse:
    """A link's QR code as an image."""
    image = svg(address_of(_of(managed_room(request, slug), pk)))
    return HttpResponse(image, content_type="image/svg+xml")


def _of(room: Room, pk: int) -> JoinLink:
    links = room.annotation_set.join_links.select_related("group", "annotation_set")
    return get_object_or_404(links, pk=pk)
