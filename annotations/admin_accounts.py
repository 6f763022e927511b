"""What staff sees of accounts on the admin site: enough to help, no secrets, nothing dead."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialApp, SocialToken
from django.contrib import admin
from django.http import HttpRequest


class AuthenticatorAdmin(admin.ModelAdmin[Authenticator]):
    """A second factor can be taken away from someone who lost it; its key is shown to nobody."""

    list_display = ("user", "type", "created_at", "last_used_at")
    fields = list_display
    search_fields = ("user__username", "user__email")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        return False


def tidy(site: admin.AdminSite) -> None:
    """Puts allauth's part of the admin site in order; called when everything is registered."""
    # The site's own form would ask for no second factor, and count no attempts.
    site.login = secure_admin_login(site.login)  # type: ignore[method-assign]
    # The provider comes from the settings; no token is kept.
    site.unregister([SocialApp, SocialToken, Authenticator])
    site.register(Authenticator, AuthenticatorAdmin)
