"""Accounts: how this server uses django-allauth, and the one-time sign-in link."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import perform_login
from allauth.account.models import EmailAddress, Login
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.utils import generate_unique_username
from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import AbstractBaseUser, User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import (
    url_has_allowed_host_and_scheme,
    urlsafe_base64_decode,
    urlsafe_base64_encode,
)
from django.utils.text import slugify

from archive.prepared import Prepared, instance


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGNUP_OPEN)

    def is_safe_url(self, url: str | None) -> bool:
        """Whether a ``next`` may be followed: on the host that was asked, and nowhere else."""
        host = {self.request.get_host()}
        return url_has_allowed_host_and_scheme(url, host, require_https=self.request.is_secure())

    def clean_username(self, username: str, shallow: bool = False) -> str:
        """A name stands beside what one shares: it is no mail address, and looks like nobody's."""
        if "@" in username:
            raise ValidationError("A user name has no @: others see it, so it is no mail address.")
        return str(super().clean_username(username, shallow))

    def populate_username(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """A name that is free, after the person's own; never after the mail address."""
        assert isinstance(user, User)
        if not user.username:
            user.username = generate_unique_username([name_after(user) or "reader"])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")


def name_after(user: User) -> str:
    """A user name made of a person's first and last name; empty where there is none."""
    return slugify(user.get_full_name(), allow_unicode=True)[:40].strip("-")


_NAMES = ("username", "first_name", "last_name")
_FLAGS = ("is_active", "is_staff", "is_superuser")
_COLUMNS = ("id", "password", *_NAMES, *_FLAGS)
_by_key = Prepared(lambda pk: User.objects.filter(pk=pk).values_list(*_COLUMNS), pk=int)


class AccountBackend(AuthenticationBackend):
    """allauth's way of signing in; the account behind a session is asked for at every request."""

    def get_user(self, user_id: int) -> User | None:
        rows = _by_key(pk=user_id)
        user = instance(User, _COLUMNS, rows[0]) if rows else None
        return user if user and self.user_can_authenticate(user) else None


@dataclass(frozen=True)
class Standing:
    """What the page of one's own account says of the ways to sign in."""

    address: str
    confirmed: bool
    second_factor: bool
    connected: bool


def provider_id() -> str:
    """What connections are kept under: of another issuer, the same subject is someone else."""
    return str(settings.OIDC_ISSUER.partition("://")[2][:200])


def standing(user: User) -> Standing:
    """How ``user`` can sign in, in at most four queries."""
    own = EmailAddress.objects.filter(user_id=user.pk).order_by("-verified", "-primary")
    address = own.values_list("email", "verified").first()
    email, confirmed = address or (user.email, False)
    return Standing(
        email,
        confirmed,
        Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists(),
        bool(settings.OIDC_ISSUER)
        and SocialAccount.objects.filter(user_id=user.pk, provider=provider_id()).exists(),
    )


class SignInTokens(PasswordResetTokenGenerator):
    """Tokens that hold until the account next signs in, or PASSWORD_RESET_TIMEOUT has passed."""

    key_salt = "annotations.accounts.SignInTokens"

    def _make_hash_value(self, user: AbstractBaseUser, timestamp: int) -> str:
        last = user.last_login.isoformat() if user.last_login else ""
        return f"{user.pk}{user.password}{last}{timestamp}"


tokens = SignInTokens()


def _first_superuser() -> User | None:
    return User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()


def local_owner() -> User:
    """The account of whoever runs this server: the first superuser, made where there is none.

    It has no password: it signs in by a link. Raises CommandError where the name is taken.
    """
    owner = _first_superuser()
    if owner is None and User.objects.filter(username="owner").exists():
        raise CommandError(
            "The account “owner” is no superuser: make one first with manage.py createsuperuser."
        )
    return owner or User.objects.create_superuser("owner")


def sign_in_path(user: User) -> str:
    """The path of a one-time sign-in link for ``user``."""
    uid = urlsafe_base64_encode(str(user.pk).encode())
    return reverse("sign_in_link", args=[uid, tokens.make_token(user)])


def redeem(uid: str, token: str) -> User | None:
    """The user whose one-time link this is, and the link is spent; None when it does not hold."""
    try:
        pk = int(urlsafe_base64_decode(uid))
    except ValueError:
        return None
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=pk, is_active=True).first()
        if user is None or not tokens.check_token(user, token):
            return None
        user.last_login = timezone.now()
        user.save(update_fields=["last_login"])
    return user


def sign_in_by_link(request: HttpRequest, user: User) -> HttpResponse:
    """Signs in the user of a link that was redeemed, and says where to go on.

    A second factor is asked for as after a password, but for the local owner: the link comes from
    the machine itself, where one who can read it could as well take the second factor away.
    """
    if user == _first_superuser():
        login(request, user)
        return redirect("home")
    return perform_login(request, Login(user=user, email_verification="none"))
