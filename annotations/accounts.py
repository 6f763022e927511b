"""Accounts: how this server uses django-allauth, and the one-time sign-in link."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, User
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.management.base import CommandError
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from archive.prepared import Prepared, instance


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGNUP_OPEN)


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


class SignInTokens(PasswordResetTokenGenerator):
    """Tokens that hold until the account next signs in, or PASSWORD_RESET_TIMEOUT has passed."""

    key_salt = "annotations.accounts.SignInTokens"

    def _make_hash_value(self, user: AbstractBaseUser, timestamp: int) -> str:
        last = user.last_login.isoformat() if user.last_login else ""
        return f"{user.pk}{user.password}{last}{timestamp}"


tokens = SignInTokens()


def local_owner() -> User:
    """The account of whoever runs this server: the first superuser, made where there is none.

    It has no password: it signs in by a link. Raises CommandError where the name is taken.
    """
    owner = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
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
