"""Documents of one's own: bringing one, what was read of it, changing and deleting it."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from archive import own
from archive.forms import BringForm, FileForm, ParticularsForm
from archive.importers.faults import ImportFault
from archive.models import Volume
from archive.reads import own_page, own_volumes


@login_required
@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest) -> HttpResponse:
    """Brings a document: a file or pasted text."""
    form = BringForm(request.POST, request.FILES) if request.method == "POST" else BringForm()
    if form.is_valid():
        data, name = form.brought()
        try:
            volume = own.bring(_user(request), data, name, form.given())
        except (ImportFault, own.OwnFault) as fault:
            form.add_error("file" if form.cleaned_data.get("file") else "words", str(fault))
        else:
            messages.success(request, f"“{volume.title}” is here.")
            return redirect("archive:own_document", volume.slug)
    return render(request, "archive/own_bring.html", {"form": form}, status=_status(form))


@login_required
@require_safe
def own_list(request: HttpRequest) -> HttpResponse:
    """The documents that the viewer has brought."""
    context = {"documents": own_volumes(request.user), "limit": settings.BRING_MAX_DOCUMENTS}
    return render(request, "archive/own.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def own_document(request: HttpRequest, volume: str) -> HttpResponse:
    """What was read of a document of one's own, and its particulars to be changed."""
    found = _own(request, volume)
    if request.method != "POST":
        return _document_page(request, found)
    form = ParticularsForm(request.POST)
    if not form.is_valid():
        return _document_page(request, found, particulars=form)
    own.change_particulars(found, form.given())
    messages.success(request, "Saved.")
    return redirect("archive:own_document", found.slug)


@login_required
@require_http_methods(["GET", "POST"])
def own_replace(request: HttpRequest, volume: str) -> HttpResponse:
    """Another file for a document of one's own: a new edition of it."""
    found = _own(request, volume)
    if request.method != "POST":
        return redirect("archive:own_document", found.slug)
    form = FileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            report = own.replace_file(found, _user(request), *form.brought())
        except ImportFault as fault:
            form.add_error("file", str(fault))
        except own.OwnFault as fault:
            raise Http404(str(fault)) from fault
        else:
            changed = (
                "There is a new edition of it." if report.changed else "Its words are the same."
            )
            messages.success(request, " ".join([changed, *report.followed]))
            return redirect("archive:own_document", found.slug)
    return _document_page(request, found, file=form)


@login_required
@require_http_methods(["GET", "POST"])
def own_delete(request: HttpRequest, volume: str) -> HttpResponse:
    """Asks, and deletes a document of one's own that no set has and nobody annotated."""
    found = _own(request, volume)
    if request.method != "POST":
        return render(request, "archive/own_delete.html", {"volume": found})
    try:
        own.delete(found)
    except own.OwnFault as fault:
        return render(
            request, "archive/own_delete.html", {"volume": found, "fault": str(fault)}, status=422
        )
    messages.success(request, f"“{found.title}” is deleted.")
    return redirect("archive:own")


def _own(request: HttpRequest, slug: str) -> Volume:
    """The viewer's own volume of this name, or 404."""
    return get_object_or_404(Volume, slug=slug, owner=_user(request), is_listed=False)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _document_page(
    request: HttpRequest,
    volume: Volume,
    particulars: ParticularsForm | None = None,
    file: FileForm | None = None,
) -> HttpResponse:
    page = own_page(volume)
    document = page.document
    initial = {
        "title": document.heading,
        "date": document.date_text,
        "source": volume.source,
        "licence": volume.licence,
    }
    context = {
        "page": page,
        "volume": volume,
        "document": document,
        "particulars": particulars or ParticularsForm(initial=initial),
        "file": file or FileForm(),
    }
    return render(request, "archive/own_document.html", context, status=_status(particulars, file))


def _status(*forms: Form | None) -> int:
    return 422 if any(form is not None and form.is_bound for form in forms) else 200
