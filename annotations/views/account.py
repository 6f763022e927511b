"""The page of one's own account, and the one-time link."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from annotations.accounts import redeem, sign_in_by_link, standing
from annotations.actions.accounts import rename
from annotations.forms_account import NameForm
from annotations.http import Request


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account(request: Request) -> HttpResponse:
    """One's name, to change, and the ways to sign in."""
    assert isinstance(request.user, User)
    person = request.user
    named = {"first_name": person.first_name, "last_name": person.last_name}
    form = NameForm(request.POST if request.method == "POST" else None, initial=named)
    if form.is_bound and form.is_valid():
        rename(person, form.cleaned_data["first_name"], form.cleaned_data["last_name"])
        messages.success(request, "Your name is changed.")
        return redirect("account")
    context: dict[str, object] = {"form": form, "standing": standing(person)}
    if settings.OIDC_ISSUER:
        context["university"] = settings.OIDC_NAME
    return render(request, "account/account.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_GET
def sign_in_link(request: Request, uid: str, token: str) -> HttpResponse:
    """Signs in by the one-time link that the server printed."""
    user = redeem(uid, token)
    if user is None:
        return render(request, "annotations/link_spent.html", status=410)
    return sign_in_by_link(request, user)
