"""Forms for sets, their documents and members, and for themes."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import Q, TextChoices

from annotations.models import AnnotationSet, Role, Visibility
from annotations.permissions import Viewer
from archive.models import Document

LONG = 5000
SAMPLE = "sample"
LICENCES = (
    ("https://creativecommons.org/licenses/by/4.0/", "CC BY 4.0: use it, and name us"),
    ("https://creativecommons.org/licenses/by-sa/4.0/", "CC BY-SA 4.0: the same, shared alike"),
    ("https://creativecommons.org/licenses/by-nc/4.0/", "CC BY-NC 4.0: not for profit"),
    ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0: no rights kept"),
)


class MemberRole(TextChoices):
    """What a member may be made; the owner is the one who opened the set."""

    ANNOTATOR = Role.ANNOTATOR.value, "annotator: annotates and replies"
    READER = Role.READER.value, "reader: only reads"
    EDITOR = Role.EDITOR.value, "editor: also changes set, members and codebook"


def long_text(label: str, help_text: str = "", rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=False,
        max_length=LONG,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class DocumentField(forms.CharField):
    """A document by its address, here or at its publisher's, or by ``volume/document``."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 500)
        kwargs.setdefault("widget", forms.TextInput(attrs={"list": "documents"}))
        kwargs.setdefault("help_text", "Its address, or volume and document: frus1981-88v03/d169")
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Document | None:
        given = super().clean(value)
        if not given:
            return None
        path = re.split(r"[?#]", given)[0]
        *_, volume, name = ["", "", *re.findall(r"[^/\s]+", path)]
        found = Document.objects.select_related("volume").filter(
            Q(slug=name) | Q(number=name), volume__slug=volume
        )
        document = found.first()
        if document is None:
            raise forms.ValidationError(f"No document “{given}” is in this archive.")
        return document


class SetForm(forms.Form):
    title = forms.CharField(max_length=200)
    description = long_text("Description", "What is read here, by whom, and with what question.")
    visibility = forms.ChoiceField(
        label="Who can read it",
        choices=Visibility.choices,
        initial=Visibility.PRIVATE,
        widget=forms.RadioSelect,
    )
    rights = forms.URLField(
        label="Licence of the annotations",
        required=False,
        max_length=300,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"list": "licences"}),
        help_text="The address of a licence; exports name it with every annotation.",
    )

    licences = LICENCES


class CodebookField(forms.ModelChoiceField):
    """A set whose codebook is copied, ``SAMPLE`` for the sample, or None for an empty one."""

    def to_python(self, value: Any) -> Any:
        return SAMPLE if value == SAMPLE else super().to_python(value)

    def offered(self) -> list[tuple[Any, str]]:
        """What is there to choose from."""
        sets = [(one.pk, self.label_from_instance(one)) for one in self.queryset or ()]
        return [("", "A new, empty codebook"), (SAMPLE, "The sample: Talks about talks"), *sets]


class NewSetForm(SetForm):
    codebook = CodebookField(
        queryset=AnnotationSet.objects.none(),
        required=False,
        help_text="The sample, or a copy of the codebook of a set that you can read, is then your "
        "own. Themes can also be brought in later, from a table, too.",
    )
    document = DocumentField(label="First document", required=False)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sets = AnnotationSet.objects.visible_to(viewer).select_related("codebook")
        field: CodebookField = self.fields["codebook"]  # type: ignore[assignment]
        field.queryset = sets
        field.choices = field.offered


class AddDocumentForm(forms.Form):
    document = DocumentField()


class MemberForm(forms.Form):
    username = forms.CharField(label="User name", max_length=150)
    role = forms.ChoiceField(choices=MemberRole.choices, initial=MemberRole.ANNOTATOR)


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=MemberRole.choices)
