"""Sign-in through a university's OpenID Connect provider, by settings alone."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.manage_email import sync_user_email_address
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.base.provider import ProviderException
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.socialaccount.signals import social_account_added
from allauth.utils import build_absolute_uri
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.dispatch import receiver
from django.forms import Form
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import slugify

from annotations.accounts import name_after, provider_id


class UniversityOAuth(OpenIDConnectOAuth2Adapter):
    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return str(build_absolute_uri(request, reverse("university_callback")))

    @property
    def basic_auth(self) -> bool:
        """How the secret is sent: a provider that does not say takes it by HTTP Basic (OpenID
        Connect Discovery 1.0, section 3), where allauth would put it into the form."""
        methods = self.openid_config.get("token_endpoint_auth_methods_supported")
        return "client_secret_post" not in (methods or ["client_secret_basic"])


class University(OpenIDConnectProvider):
    oauth2_adapter_class = UniversityOAuth

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        address = reverse("university_login")
        return f"{address}?{urlencode(kwargs)}" if kwargs else address

    def get_callback_url(self) -> str:
        return reverse("university_callback")

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Who this is, as the token and the answer about the person agree on."""
        parts = [data.get(name) for name in ("userinfo", "id_token")]
        subjects = {str(part.get("sub", "")) for part in parts if part}
        if len(subjects) != 1 or "" in subjects:
            raise ProviderException("The provider does not say who this is.")
        return subjects.pop()

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Nothing of what the provider tells is kept but name and address, in the account."""
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        found: list[EmailAddress] = super().extract_email_addresses(data)
        for address in found:
            # Some providers write the word, and "false" would be true.
            address.verified = address.verified in (True, "true")
        return found


class UniversityAdapter(DefaultSocialAccountAdapter):
    """The one provider that the settings name, whatever is asked for."""

    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "no_password": "Set a password first: without one you could not sign in any more.",
    }

    def list_apps(self, request: HttpRequest, *args: Any, **kwargs: Any) -> list[SocialApp]:
        if not settings.OIDC_ISSUER:
            return []
        app = SocialApp(
            provider=University.id,
            provider_id=provider_id(),
            name=settings.OIDC_NAME,
            client_id=settings.OIDC_CLIENT_ID,
            secret=settings.OIDC_SECRET,
            settings={"server_url": settings.OIDC_ISSUER, "oauth_pkce_enabled": True},
        )
        return [app]

    def list_providers(self, request: HttpRequest) -> list[University]:
        return [University(request, app=app) for app in self.list_apps(request)]

    def get_provider(self, request: HttpRequest, *args: Any, **kwargs: Any) -> University:
        return University(request, app=self.get_app(request, None))

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return bool(settings.OIDC_SIGNUP)

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Who may have an account here already is asked first, instead of getting a second one."""
        addresses = sociallogin.email_addresses
        sure = bool(addresses) and all(address.verified for address in addresses)
        return sure and not any(filter_users_by_email(address.email) for address in addresses)

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """The one account with an address that the provider has verified, and that may be found."""
        for address in sociallogin.email_addresses:
            if address.verified:
                found = filter_users_by_email(address.email, prefer_verified=True, for_login=True)
                if len(found) == 1 and _may_be_found(found[0], address.email):
                    return found[0], address.email
        return None

    @transaction.atomic
    def save_user(
        self, request: HttpRequest, sociallogin: SocialLogin, form: Form | None = None
    ) -> User:
        """The account and its connection, both or neither: two tabs may come at the same time."""
        user: User = super().save_user(request, sociallogin, form)
        return user

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        """A new account takes its user name from the person's name, or from what the provider
        calls her, as far as that does not give her mail address away."""
        user: User = super().populate_user(request, sociallogin, data)
        handle = data.get("username") or ""
        told = "@" in handle or handle.lower() == user.email.partition("@")[0].lower()
        user.username = name_after(user) or ("" if told else slugify(handle)) or "reader"
        return user


def _may_be_found(user: User, address: str) -> bool:
    """Whether who proves to own an address gets this account by it.

    Staff connects by hand. An account that never confirmed the address may have been made by
    someone else: allauth takes its password, and with other ways to sign in it is not found at all.
    """
    if user.is_staff or user.is_superuser:
        return False
    if EmailAddress.objects.filter(user_id=user.pk, email=address, verified=True).exists():
        return True
    guarded = Authenticator.objects.filter(user_id=user.pk).exists()
    return not guarded and not SocialAccount.objects.filter(user_id=user.pk).exists()


@receiver(social_account_added)
def confirm_addresses(sociallogin: SocialLogin, **kwargs: Any) -> None:
    """An address of the account that its provider has verified is confirmed here too."""
    verified = [one.email for one in sociallogin.email_addresses if one.verified]
    sync_user_email_address(sociallogin.user)
    for address in EmailAddress.objects.filter(user=sociallogin.user, email__in=verified):
        if address.set_verified():
            address.set_as_primary(conditional=True)
