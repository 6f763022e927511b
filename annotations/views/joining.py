"""The way into a set: the page of a link, of a code, and the first hint in the reader."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.internal.flows.email_verification import send_verification_email_to_address
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import EmailAddress, Login
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from annotations.actions import joining as actions
from annotations.forms_joining import CodeForm, NewHereForm
from annotations.http import Request
from annotations.joining import first_reading, found_by_token, token_of, told
from annotations.limits import allowed
from annotations.models import JoinLink, Membership
from annotations.views.hints import hint_read, welcome
from annotations.views.rooms import posted

log = logging.getLogger(__name__)
# A class sits behind one address, and types its code in the same minute. Of the 3.8 × 10¹¹ codes,
# these let nobody guess one in a lifetime.
CODES = "300/m/ip,3000/d/ip"
ACCOUNTS = "120/m/ip,600/d/ip"
TOO_MANY = "Too many tries from this address. Wait a minute, then try again."


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_code(request: Request) -> HttpResponse:
    """Where a code is typed; it leads to the page of its link."""
    form = CodeForm(posted(request))
    status = 422 if form.is_bound else 200
    if form.is_bound and not allowed(request, "join_code", CODES):
        form.add_error("code", TOO_MANY)
        status = 429
    elif form.is_valid():
        token = token_of(form.cleaned_data["code"])
        if token is not None:
            return redirect("annotations:join_link", token)
        form.add_error("code", actions.WRONG)
    return _unlisted(
        render(request, "annotations/joining/code.html", {"form": form}, status=status)
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_link(request: Request, token: str) -> HttpResponse:
    """A set as it is before one joins it, and the forms to join it by."""
    link = found_by_token(token)
    if link is None:
        return _shut(request, actions.WRONG, 404)
    if request.user.is_authenticated:
        return _for_account(request, link)
    try:
        actions.check_open(link)
    except actions.JoinFault as fault:
        return _shut(request, str(fault), 410)
    form = NewHereForm(posted(request), link=link)
    if form.is_bound and not allowed(request, "join_account", ACCOUNTS):
        form.add_error(None, TOO_MANY)
        return _page(request, link, form, 429)
    if form.is_valid():
        return _enter_as_new(request, link, form)
    return _page(request, link, form, 422 if form.is_bound else 200)


def _for_account(request: Request, link: JoinLink) -> HttpResponse:
    one, user = link.annotation_set, request.user
    if Membership.objects.filter(annotation_set=one, user=user).exists():
        return redirect(first_reading(one, user))
    try:
        actions.check_person(link, user)
        actions.check_open(link)
        if request.method == "POST":
            joined = actions.join(link.token, user)
            if joined.fresh:
                welcome(request, one)
            return redirect(first_reading(one, user))
    except actions.JoinFault as fault:
        return _shut(request, str(fault), 403 if isinstance(fault, actions.PersonFault) else 410)
    return _page(request, link, None)


def _enter_as_new(request: Request, link: JoinLink, form: NewHereForm) -> HttpResponse:
    given = form.cleaned_data
    # Before the transaction, so that a class does not wait in line for each other's hashes.
    hashed = make_password(given["password"])
    try:
        user = actions.join_as_new(
            link.token, name=given["name"], hashed=hashed, email=given.get("email", "")
        )
    except actions.JoinFault as fault:
        return _shut(request, str(fault), 410)
    return _signed_in(request, user, link)


def _signed_in(request: Request, user: User, link: JoinLink) -> HttpResponse:
    record_authentication(request, user, method="password", username=user.get_username())
    address = first_reading(link.annotation_set, user)
    response: HttpResponse = perform_login(
        request, Login(user=user, signup=True, email_verification="none", redirect_url=address)
    )
    welcome(request, link.annotation_set, new=True)
    if settings.EMAIL_HOST and user.email:
        _ask_to_confirm(request, user)
    return response


def _ask_to_confirm(request: Request, user: User) -> None:
    try:
        own = EmailAddress.objects.get(user=user, email=user.email)
        send_verification_email_to_address(request, own, signup=True)
    except OSError:
        # She is in; under Account she can ask for the mail again.
        log.exception("The mail that confirms the address of account %s was not sent.", user.pk)


def _page(
    request: Request, link: JoinLink, form: NewHereForm | None, status: int = 200
) -> HttpResponse:
    one = link.annotation_set
    context: dict[str, Any] = {
        "link": link,
        "set": one,
        "form": form,
        "told": told(one, link.role, in_group=one.groups_apart and link.group_id is not None),
    }
    return _unlisted(render(request, "annotations/joining/join.html", context, status=status))


def _shut(request: Request, why: str, status: int) -> HttpResponse:
    context = {"why": why, "form": CodeForm(), "wants_mail": why == actions.NO_MAIL}
    return _unlisted(render(request, "annotations/joining/shut.html", context, status=status))


def _unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    if response.status_code == 429:
        response["Retry-After"] = "60"
    return response


@require_POST
def hint_done(request: Request) -> HttpResponse:
    """The first hint in the reader has been read."""
    hint_read(request)
    if request.htmx:
        return HttpResponse()
    back = request.POST.get("next", "")
    here = {request.get_host()}
    safe = url_has_allowed_host_and_scheme(back, here, require_https=request.is_secure())
    return redirect(back if safe else "home")
