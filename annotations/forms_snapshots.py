"""Forms about snapshots."""

from __future__ import annotations

from typing import Any

from django import forms

from annotations.models import Reach, Variant

REACHES = [
    (Reach.EVERYONE.value, "What everyone may read"),
    (Reach.EDITORS.value, "All that is shared, for the editors alone"),
]
VARIANTS = [
    (Variant.AS_IS.value, "As the set names its people"),
    (Variant.PSEUDONYMISED.value, "Pseudonymised: no name, mail address or account in it"),
]


class SnapshotForm(forms.Form):
    """What a snapshot is to hold, and why it is made."""

    reach = forms.ChoiceField(choices=REACHES, widget=forms.RadioSelect, label="What it holds")
    variant = forms.ChoiceField(choices=VARIANTS, widget=forms.RadioSelect, label="People")
    note = forms.CharField(
        label="Why it is made",
        required=False,
        max_length=1_000,
        widget=forms.Textarea({"rows": 2}),
        help_text="It stands on the snapshot’s page, such as “The coding for our article”.",
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, initial={"reach": Reach.EVERYONE, "variant": Variant.AS_IS})

    def seen(self) -> str:
        """What the page showed when it was sent: what was chosen then."""
        return f"{self.cleaned_data['reach']} {self.cleaned_data['variant']}"


class WithdrawForm(forms.Form):
    why = forms.CharField(
        label="Why it is withdrawn",
        max_length=1_000,
        widget=forms.Textarea({"rows": 3}),
        help_text="It stands at the snapshot’s address from now on, for everyone who comes there.",
    )


class VerifyForm(forms.Form):
    file = forms.FileField(
        label="The ZIP file of a snapshot",
        widget=forms.ClearableFileInput({"accept": ".zip,application/zip"}),
    )

    def __init__(self, *args: Any, too_large: list[str] | None = None) -> None:
        super().__init__(*args)
        if too_large:
            self.fields["file"].error_messages["required"] = (
                "This file is too large to be looked at here: unpack it, and run "
                "“sha256sum -c manifest-sha256.txt” in its folder."
            )
