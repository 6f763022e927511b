"""What is one's own in a set: to look at, to take out, to show to more readers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from annotations.actions.promises import release
from annotations.holdings import Holding, narrower_of, written_by
from annotations.http import Request
from annotations.models import State
from annotations.takeout import write_zip
from annotations.viewers import viewer_of
from annotations.views.rooms import Room, page_of

A_PAGE = 25
IN_MEMORY = 4 * 1024 * 1024
PORTION = 64 * 1024


def held(request: Request, slug: str) -> Holding:
    """One's part in a set, though one may have left it. Raises Http404 where there is none."""
    holding = written_by(request.user, slug)
    if holding is None:
        raise Http404("Nothing of yours is in such a set.")
    return holding


@login_required
@require_safe
def mine(request: Request, slug: str) -> HttpResponse:
    """All that is one's own in this set."""
    holding = held(request, slug)
    one, membership = holding.annotation_set, holding.membership
    written = holding.annotations().alive().with_place()
    replies = holding.replies().alive().with_place()
    context = {
        "set": one,
        "room": Room(viewer_of(request), one, membership.role if membership else None),
        "mine": holding,
        "pseudonym": holding.pseudonym(),
        "groups": holding.groups(),
        "marks": holding.marks(),
        "progress": holding.progress(),
        "page": page_of(request, written, A_PAGE),
        "replies": page_of(request, replies, A_PAGE, "replies"),
        "narrower": narrower_of(holding) if one.state != State.FROZEN else None,
    }
    return render(request, "annotations/mine/mine.html", context)


@never_cache
@login_required
@require_safe
def mine_download(request: Request, slug: str) -> StreamingHttpResponse:
    """All that is one's own in this set, as a ZIP file."""
    return zipped(held(request, slug))


def zipped(*holdings: Holding, account: User | None = None) -> StreamingHttpResponse:
    """The answer with a ZIP of these sets, and of the account if one is given."""
    pieces = _pieces(holdings, account)
    # Whole before the answer begins: a fault is a page of its own, not half a file.
    next(pieces)
    name = account.get_username() if account else f"{holdings[0].annotation_set.slug}-mine"
    response = StreamingHttpResponse(pieces, content_type="application/zip")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.zip") or ""
    return response


def _pieces(holdings: Iterable[Holding], account: User | None) -> Iterator[bytes]:
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        write_zip(file, holdings, account)
        file.seek(0)
        yield b""
        while piece := file.read(PORTION):
            yield piece


@login_required
@require_POST
def mine_release(request: Request, slug: str) -> HttpResponse:
    """Shows what one wrote under an earlier, narrower promise as the set's rules say now."""
    holding = held(request, slug)
    if holding.membership is None:
        raise Http404("You are no member of such a set.")
    if holding.annotation_set.state == State.FROZEN:
        raise PermissionDenied("This set is frozen: nothing in it changes.")
    if release(holding.annotation_set, actor=request.user):
        messages.success(request, "What you shared before is shown as the set’s rules say now.")
    return redirect("annotations:mine", slug)
