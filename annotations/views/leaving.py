"""How a member leaves a set, and what becomes of her work there; how its owner deletes a set."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.actions.leaving import choices_of, leave
from annotations.actions.removing import delete_set, why_kept
from annotations.actions.sets import SetFault
from annotations.holdings import written_by
from annotations.http import Request
from annotations.models import Annotation, AnnotationSet, Leaving, Role, Snapshot
from annotations.views.rooms import changing_room, posted

WORDS = {
    Leaving.KEEP: "Your work stays, under your name as the set shows it now",
    Leaving.ANONYMISE: "Your work stays, and nothing says that it is yours",
    Leaving.DELETE: "Your work is deleted for good",
}


class LeaveForm(forms.Form):
    work = forms.ChoiceField(label="What becomes of your work", widget=forms.RadioSelect)
    known = forms.BooleanField(
        label="I know that this cannot be undone",
        required=False,
        error_messages={"required": "Say that you know this, first."},
    )

    def __init__(self, data: Any, *, choices: tuple[Leaving, ...]) -> None:
        super().__init__(data, initial={"work": choices[0]})
        self.fields["work"].choices = [(one.value, WORDS[one]) for one in choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("work") not in (None, Leaving.KEEP) and not given.get("known"):
            self.add_error("known", "This cannot be undone: say that you know it, first.")
        return given


@login_required
@require_http_methods(["GET", "POST"])
def set_leave(request: Request, slug: str) -> HttpResponse:
    """What leaving means in this set; a POST leaves. Who was removed may still settle her work."""
    mine = written_by(request.user, slug)
    if mine is None:
        raise Http404("Nothing of yours is in such a set.")
    one = mine.annotation_set
    form = LeaveForm(posted(request), choices=choices_of(one))
    if form.is_valid():
        try:
            leave(one, user=request.user, work=form.cleaned_data["work"])
            messages.success(request, _done(one, form.cleaned_data["work"]))
            return redirect("annotations:sets")
        except SetFault as fault:
            form.add_error(None, str(fault))
    context = {
        "set": one,
        "mine": mine,
        "form": form,
        "choices": choices_of(one),
        "owner": one.owner_id == request.user.pk,
        "snapshots": Snapshot.objects.filter(annotation_set=one).in_hand().count(),
    }
    return render(
        request, "annotations/leaving/leave.html", context, status=422 if form.is_bound else 200
    )


def _done(one: AnnotationSet, work: str) -> str:
    became = {
        Leaving.KEEP: "What you wrote stays.",
        Leaving.ANONYMISE: "What you wrote stays, and nothing says that it is yours.",
        Leaving.DELETE: "What you wrote is deleted.",
    }
    return f"You have left “{one.title}”. {became[Leaving(work)]}"


class DeleteSetForm(forms.Form):
    title = forms.CharField(
        label="Its title, to confirm", widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, data: Any, *, title: str) -> None:
        super().__init__(data)
        self.wanted = title

    def clean_title(self) -> str:
        if self.cleaned_data["title"].strip() != self.wanted.strip():
            raise forms.ValidationError(f"Type “{self.wanted}”.")
        return self.wanted


@require_http_methods(["GET", "POST"])
def set_delete(request: Request, slug: str) -> HttpResponse:
    """Deletes a set for good, for its owner when nobody else is in it."""
    room = changing_room(request, slug)
    one = room.annotation_set
    if room.role != Role.OWNER:
        raise PermissionDenied("Only the owner of this set can delete it.")
    why = why_kept(one)
    form = DeleteSetForm(posted(request), title=one.title)
    if not why and form.is_valid():
        try:
            delete_set(one, actor=request.user)
            messages.success(request, f"“{one.title}” is deleted.")
            return redirect("annotations:sets")
        except SetFault as fault:
            why = str(fault)
    written = Annotation.objects.in_set(one.pk)
    context = {
        "set": one,
        "form": form,
        "why": why,
        "total": written.count(),
        "others": written.exclude(author=request.user).count(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "annotations/leaving/delete_set.html", context, status=status)
