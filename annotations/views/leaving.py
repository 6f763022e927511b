"""How a member leaves a set, and what becomes of her work there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotations.actions.leaving import choices_of, leave
from annotations.actions.sets import SetFault
from annotations.holdings import written_by
from annotations.http import Request
from annotations.models import AnnotationSet, Leaving
from annotations.views.rooms import posted

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
