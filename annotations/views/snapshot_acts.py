"""Snapshots made, published, withdrawn, verified."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import SkipFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from annotations.actions import snapshots as actions
from annotations.actions.snapshots import SnapshotFault, Wish
from annotations.formats.unzipped import Limits
from annotations.forms_snapshots import SnapshotForm, VerifyForm, WithdrawForm
from annotations.freezing import publish_checked, why_not
from annotations.http import Request
from annotations.limits import allowed
from annotations.models import Snapshot
from annotations.permissions import viewer_of
from annotations.snapshot_looks import look
from annotations.snapshot_tasks import order_and_make
from annotations.snapshots.verify import OWN, Report, verify_zip
from annotations.views.rooms import managed_room, posted
from annotations.views.snapshots import seen, shown
from archive.upload_handler import VolumeUploadHandler

PAGE = "annotations/snapshots/snapshot.html"
GIGABYTE = 1024**3
# What is looked at while somebody waits for the page.
LIMITS = Limits(
    packed=GIGABYTE // 2, unpacked=4 * GIGABYTE, one=4 * GIGABYTE, entries=20_000, ratio=OWN.ratio
)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request, slug: str) -> HttpResponse:
    """What a snapshot is to be; what it would hold; then it is made."""
    room = managed_room(request, slug, though_frozen=True)
    one = room.annotation_set
    form = SnapshotForm(posted(request))
    context = {"room": room, "set": one, "form": form}
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "annotations/snapshots/new.html", context, status=status)
    reach, variant = form.cleaned_data["reach"], form.cleaned_data["variant"]
    # Nothing is made that was not looked at: the words that look like names above all.
    if "make" in request.POST and request.POST.get("seen") == form.seen():
        if not allowed(request, "snapshot", "60/d/user"):
            return render(request, "429.html", status=429)
        keep = [word.casefold()[:150] for word in request.POST.getlist("keep")[:1_000]]
        wish = Wish(reach, variant, form.cleaned_data["note"], keep)
        return redirect(order_and_make(one, wish, actor=request.user))
    context |= {"look": look(one, reach, variant), "seen": form.seen()}
    return render(request, "annotations/snapshots/new.html", context)


def _managed(request: Request, uuid: UUID) -> Snapshot:
    """The snapshot, for those who lead its set; PermissionDenied for others who see it."""
    one = seen(request, uuid)
    if not one.managed:  # type: ignore[attr-defined]
        raise PermissionDenied("Only the owner and the editors of its set can do this.")
    return one


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: Request, uuid: UUID) -> HttpResponse:
    """Asks what publication means; a POST publishes."""
    one = _managed(request, uuid)
    if one.published_at or one.withdrawn_at:
        return redirect(one)
    context = shown(one, set=one.annotation_set)
    if request.method != "POST":
        context["fault"] = why_not(one)
        return render(request, "annotations/snapshots/publish.html", context)
    try:
        publish_checked(one, actor=request.user)
    except SnapshotFault as fault:
        context["fault"] = str(fault)
        return render(request, "annotations/snapshots/publish.html", context, status=422)
    messages.success(request, "It is published: everyone can read it at this address.")
    return redirect(one)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: Request, uuid: UUID) -> HttpResponse:
    """Asks why; a POST withdraws it."""
    one = _managed(request, uuid)
    form = WithdrawForm(posted(request))
    if form.is_valid():
        try:
            actions.withdraw(one, actor=request.user, why=form.cleaned_data["why"])
        except SnapshotFault as fault:
            form.add_error(None, str(fault))
        else:
            return redirect(one)
    status = 422 if form.is_bound else 200
    context = {"snapshot": one, "form": form}
    return render(request, "annotations/snapshots/withdraw.html", context, status=status)


@require_POST
def check(request: Request, uuid: UUID) -> HttpResponse:
    """Verifies the file that is stored here."""
    one = seen(request, uuid)
    if not one.can_be_had:
        return redirect(one)
    if not allowed(request, "snapshot_check", "30/h/ip"):
        return render(request, "429.html", status=429)
    try:
        with one.path.open("rb") as file:
            report = verify_zip(file)
    except OSError:
        report = Report(faults=["The file is not there any more."])
    if report.digest and report.digest != one.digest:
        report.faults.append("The stored file is not the one that was made.")
    return render(request, PAGE, shown(one, report=report))


class SnapshotUploadHandler(VolumeUploadHandler):
    """Takes files as large as are looked at here."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > LIMITS.packed:
            self.too_large.append(self.file_name or "")
            raise SkipFile
        self.file.write(raw_data)


@csrf_exempt  # The handler of uploads must be set before the form's token is read; see _verify.
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: Request) -> HttpResponse:
    """Looks at a file that somebody has, of this server or another one."""
    # Before any of the file is taken in.
    if request.method == "POST" and not allowed(request, "snapshot_verify", "30/h/ip"):
        return render(request, "429.html", status=429)
    handler = SnapshotUploadHandler(request)
    request.upload_handlers = [handler]
    return _verify(request, handler)


@csrf_protect
def _verify(request: Request, handler: SnapshotUploadHandler) -> HttpResponse:
    template = "annotations/snapshots/verify.html"
    if request.method != "POST":
        return render(request, template, {"form": VerifyForm()})
    form = VerifyForm(request.POST, request.FILES, too_large=handler.too_large)
    if not form.is_valid():
        return render(request, template, {"form": form}, status=422)
    file = form.cleaned_data["file"]
    report = verify_zip(file.file, LIMITS)
    context = {"form": VerifyForm(), "report": report, "file_name": file.name}
    known = Snapshot.objects.filter(digest=report.digest).defer("held").first()
    if known is not None:
        context["known"] = known
        rows = Snapshot.objects.visible_to(viewer_of(request))
        context["linked"] = rows.filter(pk=known.pk).exists()
    return render(request, template, context)
