"""Annotating: the form at a selection, and what one does with an annotation afterwards."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from annotations.actions.annotations import (
    change_passage,
    create_annotation,
    delete_annotation,
    edit_annotation,
    restore_annotation,
)
from annotations.actions.changing import words_of
from annotations.changes import anchor, changed
from annotations.forms_annotations import AnnotationForm, PassageForm, WordsForm
from annotations.http import Request
from annotations.models import Annotation, Sharing
from annotations.passages import PassageFault, PassageMismatch, find_words, passage_at
from annotations.permissions import may_change, may_decide, viewer_of
from annotations.place import Place, place_of
from annotations.stale import Stale, mark_of
from annotations.standing import promised, sharing_words, wider_words
from annotations.views.both import both_shown, has_words
from annotations.views.rooms import posted
from annotations.views.safe import sent

COMPOSE = "annotations/compose.html"


@login_required
@require_http_methods(["GET", "POST"])
def annotate(request: Request, slug: str, volume: str, document: str) -> HttpResponse:
    """The form for a new annotation: at a passage (``start``, ``end``), or found by its words."""
    place = _place_to_annotate(request, slug, volume, document)
    if request.method == "POST":
        return _create(request, place)
    text = place.reading.text.text
    words = WordsForm(request.GET if "words" in request.GET else None)
    form = AnnotationForm(palette=place.palette, shared=sharing_words(place))
    context = {"place": place, "words": words, "form": form, "sent": sent(request)}
    if words.is_bound:
        if words.is_valid():
            context["found"] = find_words(text, words.cleaned_data["words"])
    elif "start" in request.GET:
        # Only the words may differ from what was selected; the offsets are looked at when saved.
        given = PassageForm({**request.GET.dict(), "quote": "-"})
        if given.is_valid() and given.cleaned_data["start"] < given.cleaned_data["end"]:
            where = given.cleaned_data["start"], min(given.cleaned_data["end"], len(text))
            context["passage"] = passage_at(text, *where)
    return _compose(request, context)


def _create(request: Request, place: Place) -> HttpResponse:
    passage = PassageForm(request.POST)
    form = AnnotationForm(request.POST, palette=place.palette, shared=sharing_words(place))
    once = sent(request)
    context = {"place": place, "form": form, "words": WordsForm(), "sent": once}
    if not passage.is_valid():
        context["fault"] = "Select a passage first: its place did not arrive."
        return _compose(request, context, status=422)
    where = passage.cleaned_data
    context["passage"] = passage_at(place.reading.text.text, where["start"], where["end"])
    if not form.is_valid() or not _as_promised(request, place, form):
        return _compose(request, context, status=422)
    assert place.current is not None
    try:
        annotation = create_annotation(
            author=request.user,
            annotation_set=place.current,
            edition=place.edition,
            text=place.reading.text,
            promise=place.promise,
            themes=form.chosen_themes(),
            note=form.cleaned_data["note"],
            visibility=form.cleaned_data["visibility"],
            question=form.cleaned_data["question"],
            uuid=once.uuid,
            **where,
        )
    except PassageFault as fault:
        context["fault"] = str(fault)
        return _compose(request, context, status=_status(fault))
    if annotation.already and not has_words(annotation, form):
        # Sent before, and written on since: what is saved and what is written are both hers.
        return both_shown(request, annotation, place, form)
    return changed(request, place, annotation, "create", [(annotation.start, annotation.end)])


def _as_promised(request: Request, place: Place, form: AnnotationForm) -> bool:
    """Whether the form is shared with no more than it told; else it has an error that says so."""
    words = wider_words(place, request.POST.get("promised", ""))
    if words and form.cleaned_data["visibility"] == Sharing.SHARED:
        form.add_error("visibility", words)
    return form.is_valid()


def _compose(request: Request, context: dict[str, object], status: int = 200) -> HttpResponse:
    template = COMPOSE + ("#form" if request.htmx else "")
    return render(request, template, context, status=status)


def _status(fault: PassageFault) -> int:
    return 409 if isinstance(fault, PassageMismatch) else 422


def _place_to_annotate(request: Request, slug: str, volume: str, document: str) -> Place:
    place = place_of(request, volume, document, slug)
    if not place.may_annotate:
        raise PermissionDenied(
            "Only members who annotate in this set can do this, while it is open."
        )
    return place


def load_own(request: Request, uuid: UUID, *, deleted: bool = False) -> tuple[Annotation, Place]:
    """One of the viewer's own annotations and its place; 404 when unseen, 403 when not hers."""
    annotation, place = _load(request, uuid, deleted=deleted)
    if not may_change(annotation, place.viewer, place.role):
        raise PermissionDenied("Only its author can change an annotation, while the set is open.")
    return annotation, place


def _load_to_edit(request: Request, uuid: UUID) -> tuple[Annotation, Place]:
    """As ``load_own``; what was deleted while one wrote is told with what one wrote."""
    try:
        return load_own(request, uuid)
    except Http404:
        if request.method != "POST":
            raise
        return load_own(request, uuid, deleted=True)


def _load_to_move(request: Request, uuid: UUID) -> tuple[Annotation, Place]:
    """As ``load_own``; one whose place in a new edition is open may be moved by others too."""
    annotation, place = _load(request, uuid)
    if annotation.anchor and may_decide(annotation, place.viewer, place.role):
        return annotation, place
    if not may_change(annotation, place.viewer, place.role):
        raise PermissionDenied("Only its author can change an annotation, while the set is open.")
    return annotation, place


def _load(request: Request, uuid: UUID, *, deleted: bool = False) -> tuple[Annotation, Place]:
    viewer = viewer_of(request)
    seen = Annotation.objects.visible_to(viewer)
    if deleted:
        seen = Annotation.objects.filter(author_id=viewer.user_id)
    annotation = get_object_or_404(seen.with_place(), uuid=uuid)
    document = annotation.edition.document
    place = place_of(request, document.volume.slug, document.slug, annotation.annotation_set.slug)
    return annotation, place


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: Request, uuid: UUID) -> HttpResponse:
    """Another note, other themes, another visibility."""
    annotation, place = _load_to_edit(request, uuid)
    once = sent(request, mark_of(words_of(annotation)))
    initial = words_of(annotation)
    # What is shared already keeps its promise; what is private gets that of now.
    promise = promised(annotation) if annotation.visibility == Sharing.SHARED else None
    words = sharing_words(place, promise)
    form = AnnotationForm(posted(request), initial=initial, palette=place.palette, shared=words)
    if form.is_valid() and (promise or _as_promised(request, place, form)):
        try:
            _save(request, annotation, form, once.base)
        except Stale:
            # Sent twice, it is what it is to be.
            if annotation.deleted_at is not None or not has_words(annotation, form):
                return both_shown(request, annotation, place, form)
        return changed(request, place, annotation, "edit", [(annotation.start, annotation.end)])
    context = {"place": place, "form": form, "annotation": annotation, "sent": once}
    template = "annotations/edit.html" + ("#form" if request.htmx else "")
    return render(request, template, context, status=422 if form.is_bound else 200)


def _save(request: Request, annotation: Annotation, form: AnnotationForm, base: str) -> None:
    edit_annotation(
        annotation,
        actor=request.user,
        themes=form.chosen_themes(),
        note=form.cleaned_data["note"],
        visibility=form.cleaned_data["visibility"],
        question=form.cleaned_data["question"],
        base=base,
    )


@login_required
@require_http_methods(["GET", "POST"])
def passage(request: Request, uuid: UUID) -> HttpResponse:
    """Other ends of the passage: selected in the reader, or given by the words."""
    annotation, place = _load_to_move(request, uuid)
    text = place.reading.text
    words = WordsForm(request.GET if "words" in request.GET else None)
    context = {"place": place, "annotation": annotation, "words": words}
    if words.is_bound and words.is_valid():
        context["found"] = find_words(text.text, words.cleaned_data["words"])
    form = PassageForm(request.POST or None)
    status = 200
    if form.is_bound:
        here = annotation.edition_id == place.edition.pk
        before = [(annotation.start, annotation.end)] if here else []
        context["fault"], status = "Select a passage first: its place did not arrive.", 422
        if form.is_valid():
            try:
                change_passage(
                    annotation,
                    actor=request.user,
                    text=text,
                    edition=place.edition,
                    **form.cleaned_data,
                )
                after = (annotation.start, annotation.end)
                return changed(request, place, annotation, "move", [*before, after])
            except PassageFault as fault:
                context["fault"], status = str(fault), _status(fault)
    template = "annotations/passage.html" + ("#fault" if request.htmx else "")
    return render(request, template, context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: Request, uuid: UUID) -> HttpResponse:
    """Takes an annotation out of sight; the answer offers to undo it."""
    annotation, place = load_own(request, uuid)
    if request.method == "GET":
        context = {
            "place": place,
            "annotation": annotation,
            "back": anchor(place, annotation.start),
        }
        return render(request, "annotations/delete.html", context)
    delete_annotation(annotation, actor=request.user)
    undo = reverse("annotations:annotation_restore", args=[annotation.uuid])
    where = [(annotation.start, annotation.end)]
    return changed(request, place, annotation, "delete", where, undo=undo)


@login_required
@require_http_methods(["POST"])
def restore(request: Request, uuid: UUID) -> HttpResponse:
    """Undoes a deletion."""
    annotation, place = load_own(request, uuid, deleted=True)
    restore_annotation(annotation, actor=request.user)
    return changed(request, place, annotation, "restore", [(annotation.start, annotation.end)])
