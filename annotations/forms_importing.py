"""The form of a file that annotations are brought in from."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from annotations.formats import READERS
from annotations.formats.guessing import guessed


class BringForm(forms.Form):
    """A file, and its format where one says it; else it is guessed. ``too_large``: what was left
    out on the way in, by name."""

    file = forms.FileField(
        label="File",
        required=False,
        error_messages={"empty": "This file is empty."},
    )
    format = forms.ChoiceField(label="Format", required=False)

    def __init__(self, *args: Any, too_large: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large = too_large or []
        known = [(name, form.LABEL) for name, form in READERS.items()]
        choice = self.fields["format"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", "what the file looks like"), *known]
        limit = filesizeformat(settings.IMPORT_MAX_BYTES)
        self.fields["file"].help_text = f"At most {limit}. Nothing changes until you say so."

    def clean_file(self) -> UploadedFile:
        file: UploadedFile | None = self.cleaned_data["file"]
        if self.too_large:
            limit = filesizeformat(settings.IMPORT_MAX_BYTES)
            raise forms.ValidationError(f"{self.too_large[0]} is larger than the limit of {limit}.")
        if file is None:
            raise forms.ValidationError("Choose a file.")
        return file

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        file = given.get("file")
        if file is not None and not given.get("format"):
            given["format"] = guessed(file.file, file.name or "")
            if given["format"] not in READERS:
                known = ", ".join(form.LABEL for form in READERS.values())
                raise forms.ValidationError(
                    f"It is not clear what {file.name} is: choose its format. Can be read: {known}."
                )
        return given
