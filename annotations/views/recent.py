"""One's own work over all sets, what was said to one, and where one stopped reading."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from annotations import positions, recent
from annotations.actions.positions import Stop, forget, keep, switch
from annotations.days import PERIODS, Days, by_day, day_of, period, zone_of
from annotations.http import Request
from annotations.permissions import viewer_of
from annotations.place import place_of
from annotations.said import said_to
from annotations.views.rooms import words_of

A_PAGE = 30
A_FEW = 3
# Among so many of the latest those are looked for that were not read to their end.
LOOKED_AT = 12
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
# Within the range of every column.
MOST = 2**31 - 1


@login_required
@require_safe
def work(request: Request) -> HttpResponse:
    """What one did, by day; above it, on its first page, what else waits for one."""
    viewer, zone = viewer_of(request), zone_of(request.GET.get("zone", ""))
    today = timezone.now().astimezone(zone).date()
    days = _days(request, today)
    since, before = days.moments(zone)
    words = words_of(request)
    asked = recent.Asked(
        request.GET.get("set", "").replace("\0", ""),
        since,
        before,
        tuple(words.split()[: recent.MOST_WORDS]),
        _work_cursor(request),
    )
    lines, further = recent.work_of(viewer, asked, A_PAGE)
    sets = recent.sets_of(viewer)
    context = {
        "asked": asked,
        "chosen": next((one for one in sets if one.slug == asked.set_slug), None),
        "days": by_day(lines, lambda line: line.at, zone, today),
        "zone": str(zone),
        "period": days,
        "when": request.GET.get("when", ""),
        "periods": [(name, said, _kept(request, when=name)) for name, said in PERIODS.items()],
        "always": _kept(request, when=""),
        "words": words,
        "sets": sets,
        "further": _kept(request, after=_packed(*further)) if further else "",
        "newest": _kept(request, after="") if asked.after else "",
    }
    if not asked.narrowed and not asked.after:
        context |= waiting(request)
    with timezone.override(zone):
        return render(request, "annotations/recent/work.html", context)


def waiting(request: Request) -> dict[str, Any]:
    """Where one may go on reading, and what was last said to one: of both a few. Seven queries at
    most, two when there is nothing."""
    viewer = viewer_of(request)
    begun = [one for one in positions.stopped(viewer, LOOKED_AT) if not one.done]
    return {"reading": begun[:A_FEW], "said": said_to(viewer, A_FEW).rows}


@login_required
@require_safe
def said(request: Request) -> HttpResponse:
    """What was said to one, the latest first."""
    before = _number(request.GET.get("before", ""))
    rows, further = said_to(viewer_of(request), A_PAGE, before)
    context = {"rows": rows, "further": further, "before": before}
    return render(request, "annotations/recent/said.html", context)


@login_required
@require_safe
def reading(request: Request) -> HttpResponse:
    """Where one stopped reading, the latest first."""
    viewer = viewer_of(request)
    given = _cursor(request, 2)
    after = positions.Cursor(*given) if given else None
    rows = positions.stopped(viewer, A_PAGE + 1, after)
    context = {
        "rows": rows[:A_PAGE],
        "further": _packed(*rows[A_PAGE - 1].cursor) if len(rows) > A_PAGE else "",
        "after": after,
        "keeps": positions.is_kept(viewer),
    }
    return render(request, "annotations/recent/reading.html", context)


@login_required
@require_POST
def choice(request: Request) -> HttpResponse:
    """Whether it is kept where one stops reading; what was kept is forgotten when it is not."""
    on = request.POST.get("keep") == "1"
    switch(request.user, on=on)
    said = (
        "It is kept from now on." if on else "It is kept no more, and what was kept is forgotten."
    )
    messages.success(request, said)
    return redirect("annotations:recent_reading")


@login_required
@require_POST
def forgotten(request: Request, pk: int) -> HttpResponse:
    """Forgets one place where one stopped."""
    if not forget(request.user, pk):
        raise Http404("There is no such place of yours.")
    return redirect("annotations:recent_reading")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def stopped(request: Request, volume: str, document: str) -> HttpResponse:
    """GET: where one stopped in this document, for its page. POST: where one is now."""
    if request.method == "POST":
        return _report(request, volume, document)
    viewer = viewer_of(request)
    found = positions.kept_at(viewer, volume, document, request.GET.get("set", ""))
    keeps = found is not None or positions.is_kept(viewer)
    return JsonResponse({"keeps": keeps, "stopped": found._asdict() if found else None})


def _report(request: Request, volume: str, document: str) -> HttpResponse:
    place = place_of(request, volume, document, request.POST.get("set", ""))
    edition, offset, furthest = (
        _number(request.POST.get(name, "")) for name in ("edition", "offset", "furthest")
    )
    if edition is None or offset is None or furthest is None:
        raise BadRequest("Say edition, offset and furthest.")
    if edition != place.edition.pk:
        # Its offsets are not those of the present text.
        return HttpResponse(status=409)
    room = place.current.pk if place.current else None
    stop = Stop(place.document.pk, room, edition, offset, max(offset, furthest))
    return JsonResponse({"keeps": keep(request.user.pk, stop)})


def _days(request: Request, today: Any) -> Days:
    """The days that the address asks for: a period by its name, or from one day to another."""
    if request.GET.get("when", "") in PERIODS:
        return period(request.GET["when"], today)
    return Days(*(day_of(request.GET.get(name, "")) for name in ("since", "until")))


def _kept(request: Request, **changes: str) -> str:
    """The address of this page with the same filters but for these."""
    given = {name: request.GET.get(name, "") for name in ("set", "q", "zone")}
    if "after" in changes:
        given |= {name: request.GET.get(name, "") for name in ("when", "since", "until")}
    asked = {name: value for name, value in (given | changes).items() if value}
    return f"{request.path}?{urlencode(asked)}" if asked else request.path


def _packed(at: datetime, *rest: int) -> str:
    return "-".join(str(number) for number in ((at - EPOCH) // TICK, *rest))


def _number(given: str) -> int | None:
    found = given.isascii() and given.isdigit() and len(given) <= 10
    return int(given) if found and int(given) <= MOST else None


def _cursor(request: Request, size: int) -> tuple[Any, ...] | None:
    """Where the last page ended, as the address says; None where it says nothing that we wrote."""
    first, *rest = request.GET.get("after", "").split("-")
    numbers = [_number(one) for one in rest]
    if len(rest) != size - 1 or None in numbers or not (first.isascii() and first.isdigit()):
        return None
    try:
        return EPOCH + int(first[:20]) * TICK, *numbers
    except OverflowError:
        return None


def _work_cursor(request: Request) -> recent.Cursor | None:
    found = _cursor(request, 3)
    return recent.Cursor(*found) if found else None
