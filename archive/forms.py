"""Forms for documents that readers bring."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from archive.importers.particulars import MAX_SOURCE, MAX_TITLE, Given

MAX_PASTED = 2_000_000
LICENCES = (
    "Public domain",
    "CC0 1.0",
    "CC BY 4.0",
    "CC BY-SA 4.0",
    "In copyright: for this class only",
)


class ParticularsForm(forms.Form):
    """What the bringer says of a document."""

    title = forms.CharField(max_length=MAX_TITLE)
    date = forms.CharField(
        max_length=100,
        required=False,
        help_text="When it was written, as you would cite it: May 10, 1982, or 1982-05-10.",
    )
    source = forms.CharField(
        max_length=MAX_SOURCE,
        required=False,
        help_text="Where you found it: an archive, a book and page, an address on the web.",
    )
    licence = forms.CharField(
        max_length=MAX_TITLE,
        required=False,
        widget=forms.TextInput(attrs={"list": "licences"}),
        help_text="Under what terms it may be used. Whoever has the address can read it: bring "
        "only what you may hand out to your class, and say so here.",
    )

    licences = LICENCES

    def given(self) -> Given:
        values = self.cleaned_data
        return Given(values["title"], values["date"], values["source"], values["licence"])


class FileForm(forms.Form):
    """A file alone."""

    file = forms.FileField(
        label="File",
        widget=forms.FileInput(attrs={"accept": ".txt,.html,.htm,.docx"}),
        help_text="Plain text (.txt, UTF-8), HTML or Word (.docx).",
    )

    def clean_file(self) -> UploadedFile | None:
        file: UploadedFile | None = self.cleaned_data.get("file")
        if file and (file.size or 0) > settings.BRING_MAX_BYTES:
            limit = filesizeformat(settings.BRING_MAX_BYTES)
            raise forms.ValidationError(
                f"The file has {filesizeformat(file.size or 0)}; the limit is {limit}."
            )
        return file

    def brought(self) -> tuple[bytes, str]:
        """The bytes that were brought, and the name of their file."""
        file = self.cleaned_data["file"]
        return file.read(), file.name


class BringForm(ParticularsForm, FileForm):
    """A file or pasted text, with what its bringer says of it."""

    words = forms.CharField(
        label="Or paste the text",
        required=False,
        max_length=MAX_PASTED,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="The first line is its heading, an empty line parts paragraphs, and numbered "
        "lines at the end are notes.",
    )
    field_order = ("title", "file", "words", "date", "source", "licence")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = False

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        has_words = bool((values.get("words") or "").strip())
        if values.get("file") and has_words:
            self.add_error("words", "Bring a file or paste a text, not both.")
        elif not (values.get("file") or has_words or self.errors):
            self.add_error("file", "Choose a file, or paste a text below.")
        return values

    def brought(self) -> tuple[bytes, str]:
        if self.cleaned_data.get("file"):
            return super().brought()
        return self.cleaned_data["words"].encode("utf-8", "replace"), "pasted.txt"
