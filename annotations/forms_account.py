"""allauth's forms in this app's words, and the form of one's own name."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings as second_factor
from allauth.mfa.adapter import get_adapter as second_factor_adapter
from allauth.mfa.base import forms as second_factor_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.socialaccount import forms as social
from django import forms
from django.contrib.auth.models import User
from django.core.cache import cache

from annotations.accounts import provider_id

SHOWN = "Others see it beside what you share. Letters, digits and . - _ +"
PRIVATE = (
    "To sign in and for a forgotten password. Those who run this server see it, and the editors of "
    "sets that you join by a link."
)


def reworded(form: forms.Form, **labels: str) -> None:
    """Gives fields their labels; what stands in a field before it is filled only repeats them."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.label = labels.get(name, field.label)


class SignInForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reworded(self, login="User name or email address", remember="Stay signed in here")
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class SignUpForm(account.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reworded(
            self,
            username="User name",
            email="Email address (optional)",
            password1="Password",
            password2="Password again",
        )
        self.fields["username"].help_text = SHOWN
        self.fields["email"].help_text = PRIVATE


class UniversitySignUpForm(social.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reworded(self, username="User name", email="Email address (optional)")
        self.fields["username"].help_text = SHOWN
        self.fields["email"].help_text = PRIVATE


class DisconnectForm(social.DisconnectForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_now = self.fields["account"].queryset.filter(provider=provider_id())
        self.accounts = self.fields["account"].queryset = of_now


class CodeForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reworded(self, code="Code")


class TurnOnForm(CodeForm, totp_forms.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reworded(self, code="Code that the app shows")
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class OnceForm(CodeForm):
    """A code of the app holds once, for as long as it could be taken: allauth forgets it sooner."""

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        held = second_factor.TOTP_PERIOD * (2 * second_factor.TOTP_TOLERANCE + 1)
        mark = f"code-used:{self.user.pk}:{normalize_user_code(code)}"  # type: ignore[attr-defined]
        if not cache.add(mark, True, held):
            raise second_factor_adapter().validation_error("incorrect_code")
        return code


class SecondFactorForm(OnceForm, second_factor_forms.AuthenticateForm):
    pass


class SecondFactorAgainForm(OnceForm, second_factor_forms.ReauthenticateForm):
    pass


class ForgottenForm(account.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reworded(self, email="Email address")


class AddressForm(account.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reworded(self, email="New email address")


class ChangePasswordForm(account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reworded(
            self,
            oldpassword="Present password",
            password1="New password",
            password2="New password again",
        )


class NameForm(forms.ModelForm[User]):
    """What others see of a person: first and last name, both optional."""

    class Meta:
        model = User
        fields = ("first_name", "last_name")
        widgets = {
            "first_name": forms.TextInput({"autocomplete": "given-name"}),
            "last_name": forms.TextInput({"autocomplete": "family-name"}),
        }
