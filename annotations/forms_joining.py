"""Forms for join links, for codes, and for whoever is new here."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.utils import timezone

from annotations.accounts import name_after
from annotations.forms import MemberRole
from annotations.models import AnnotationSet, Group, JoinLink

OPEN_FOR = timedelta(days=14)


def end_of(day: date | None) -> datetime | None:
    """The moment when a day is over on this server; None has no end."""
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def last_day(moment: datetime | None) -> date | None:
    """The day that ``end_of`` ends with this moment, or in which it lies."""
    return None if moment is None else timezone.localdate(moment - timedelta(microseconds=1))


class TermsForm(forms.Form):
    """How long and for how many a link is open."""

    last = forms.DateField(
        label="Last day",
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text="Empty: until you revoke it.",
    )
    limit = forms.IntegerField(
        label="For how many",
        required=False,
        min_value=1,
        max_value=100_000,
        help_text="Empty: for as many as come.",
    )

    def clean_last(self) -> date | None:
        last: date | None = self.cleaned_data["last"]
        if last is not None and not timezone.localdate() <= last < date(3000, 1, 1):
            raise forms.ValidationError("Choose today or a day to come.")
        return last

    def terms(self) -> dict[str, Any]:
        """What the actions take."""
        return {"ends_at": end_of(self.cleaned_data["last"]), "limit": self.cleaned_data["limit"]}


class LinkForm(TermsForm):
    role = forms.ChoiceField(
        label="Who comes by it is", choices=MemberRole.choices, initial=MemberRole.ANNOTATOR
    )
    group = forms.ModelChoiceField(
        queryset=Group.objects.none(), required=False, empty_label="no group"
    )
    without_mail = forms.BooleanField(
        label="A name and a password are enough for whoever has no account here",
        required=False,
        initial=True,
        help_text="Without a mail address nobody can get a forgotten password back by herself.",
    )
    field_order = ("role", "group", "last", "limit", "without_mail")

    def __init__(self, *args: Any, annotation_set: AnnotationSet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = annotation_set.groups.all()  # type: ignore[attr-defined]
        self.fields["last"].initial = timezone.localdate() + OPEN_FOR

    def terms(self) -> dict[str, Any]:
        given = self.cleaned_data
        terms = super().terms() | {name: given[name] for name in ("role", "without_mail")}
        # Editors see all groups and are in none.
        return terms | {"group": None if given["role"] == MemberRole.EDITOR else given["group"]}


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=500,
        label="Code",
        widget=forms.TextInput(
            {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        help_text="Eight letters and digits; capitals, spaces and hyphens do not matter.",
    )


class NewHereForm(forms.Form):
    """A name and a password, and a mail address where the link asks for one."""

    name = forms.CharField(
        label="Your name",
        max_length=100,
        widget=forms.TextInput({"autocomplete": "name"}),
        help_text="As your teacher knows you.",
    )
    email = forms.EmailField(
        label="Mail address",
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text="For a forgotten password. Those who run this server see it, and the editors of "
        "sets that you join by a link.",
    )
    password = forms.CharField(
        label="A new password",
        max_length=4096,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="At least eight characters.",
    )

    def __init__(self, *args: Any, link: JoinLink, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "new")
        super().__init__(*args, **kwargs)
        if link.without_mail:
            del self.fields["email"]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if "@" in name:
            raise forms.ValidationError("Write your name here, not a mail address.")
        return name

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "password" in given and "name" in given:
            person = User(first_name=given["name"], email=given.get("email", ""))
            person.username = name_after(person)
            try:
                validate_password(given["password"], person)
            except forms.ValidationError as fault:
                self.add_error("password", fault)
        return given
