"""The form that volumes are uploaded with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat


class _Files(forms.FileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    def clean(self, data: Any, initial: Any = None) -> Any:
        """What was sent, as it is: its form looks at each file."""
        return data or []


class UploadForm(forms.Form):
    """One or many TEI files; ``too_large`` are the names of those left out on the way in."""

    volumes = _FilesField(label="TEI files", widget=_Files(attrs={"accept": ".xml"}))

    def __init__(self, *args: Any, too_large: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large = too_large or []
        limit = filesizeformat(settings.IMPORT_MAX_BYTES)
        most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
        self.fields["volumes"].help_text = f"One or many, each of at most {limit}; {most} at once."

    def clean_volumes(self) -> list[UploadedFile]:
        """What was sent; a file too many or too large is said by its name, and none is taken."""
        sent: list[UploadedFile] = self.cleaned_data["volumes"]
        limit = filesizeformat(settings.IMPORT_MAX_BYTES)
        faults = [f"{name} is larger than the limit of {limit}." for name in self.too_large]
        for file in sent:
            if not (file.name or "").lower().endswith(".xml"):
                faults.append(f"{file.name} is no .xml file.")
            elif not file.size:
                faults.append(f"{file.name} is empty.")
        if faults:
            raise forms.ValidationError([*faults, "Nothing was taken: choose the others again."])
        if not sent:
            raise forms.ValidationError("Choose one or more files.")
        return sent
