"""All that is kept of somebody over all sets: to look at, to take out, to erase."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from annotations.actions.erasing import erase, kept_back, sets_of
from annotations.actions.leaving import choices_of
from annotations.actions.sets import SetFault
from annotations.holdings import all_of
from annotations.http import Request
from annotations.models import AnnotationSet, Leaving
from annotations.views.mine import zipped
from annotations.views.rooms import posted

WORDS = {
    Leaving.ANONYMISE: "my work stays, and nothing says that it is mine",
    Leaving.DELETE: "my work is deleted for good",
}


class EraseForm(forms.Form):
    """For each set what becomes of the work there, and the user name, typed, as a confirmation."""

    username = forms.CharField(
        label="Your user name, to confirm", widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, data: Any, *, user: User, sets: list[AnnotationSet]) -> None:
        super().__init__(data)
        self.user, self.sets = user, sets
        self.asked = []
        for one in sets:
            if one.leaving == Leaving.CHOOSE:
                field = forms.ChoiceField(
                    label=one.title,
                    choices=[(work.value, words) for work, words in WORDS.items()],
                    initial=Leaving.ANONYMISE,
                    widget=forms.RadioSelect,
                )
                self.fields[f"set-{one.pk}"] = field
                self.asked.append(self[f"set-{one.pk}"])

    def clean_username(self) -> str:
        given = str(self.cleaned_data["username"])
        if given != self.user.get_username():
            raise forms.ValidationError(f"Type “{self.user.get_username()}”.")
        return given

    def works(self) -> dict[int, str]:
        """Set → what was chosen for it."""
        return {
            one.pk: self.cleaned_data[f"set-{one.pk}"]
            for one in self.sets
            if f"set-{one.pk}" in self.cleaned_data
        }

    def settled(self) -> list[tuple[AnnotationSet, bool]]:
        """The sets whose rule does not ask, each with whether its work is deleted."""
        return [
            (one, choices_of(one) == (Leaving.DELETE,))
            for one in self.sets
            if one.leaving != Leaving.CHOOSE
        ]


@login_required
@require_safe
def account_data(request: Request) -> HttpResponse:
    """What is kept of one's account, set by set."""
    user = request.user
    context = {
        "holdings": all_of(user, sets_of(user)),
        "documents": user.volumes.order_by("title", "pk"),
        "kept_back": kept_back(user),
    }
    return render(request, "annotations/mine/account.html", context)


@never_cache
@login_required
@require_safe
def account_download(request: Request) -> StreamingHttpResponse:
    """All of it as a ZIP file."""
    user = request.user
    holdings = [one for one, _, _ in all_of(user, sets_of(user))]
    return zipped(*holdings, account=user)


@never_cache
@login_required
@reauthentication_required
@require_http_methods(["GET", "POST"])
def account_erase(request: Request) -> HttpResponse:
    """Erases one's account; asks for the password where one has not just signed in."""
    user = request.user
    form = EraseForm(posted(request), user=user, sets=sets_of(user))
    why = kept_back(user)
    if not why and form.is_valid():
        try:
            erase(user, form.works())
        except SetFault as fault:
            form.add_error(None, str(fault))
        else:
            logout(request)
            messages.success(request, "Your account is erased.")
            return redirect("home")
    status = 422 if form.is_bound else 200
    context = {"form": form, "kept_back": why}
    return render(request, "annotations/mine/erase.html", context, status=status)
