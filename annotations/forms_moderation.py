"""Forms for reports and for hiding."""

from __future__ import annotations

from django import forms


class ReportForm(forms.Form):
    reason = forms.CharField(
        label="Why (if you like)",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class HideForm(forms.Form):
    reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why: its author reads it."},
    )
