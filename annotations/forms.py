"""Forms for sets, their documents and members, and for themes."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.db.models import Q, TextChoices

from annotations.actions.tree import Order, lineage
from annotations.models import AnnotationSet, Colour, Line, Role, Theme, Visibility
from annotations.permissions import Viewer
from archive.models import Document

LONG = 5000
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


class NewSetForm(SetForm):
    codebook = forms.ModelChoiceField(
        queryset=AnnotationSet.objects.none(),
        required=False,
        empty_label="A new, empty codebook",
        help_text="Or a copy of the codebook of a set that you can read; it is then your own.",
    )
    document = DocumentField(label="First document", required=False)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sets = AnnotationSet.objects.visible_to(viewer).select_related("codebook")
        self.fields["codebook"].queryset = sets  # type: ignore[attr-defined]


class AddDocumentForm(forms.Form):
    document = DocumentField()


class MemberForm(forms.Form):
    username = forms.CharField(label="User name", max_length=150)
    role = forms.ChoiceField(choices=MemberRole.choices, initial=MemberRole.ANNOTATOR)


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=MemberRole.choices)


class ThemeForm(forms.Form):
    """A theme's words and signs, and the theme that it stands under."""

    name = forms.CharField(max_length=80)
    definition = long_text("Definition", "What a passage with this theme speaks of.")
    use_when = long_text("When to use it")
    not_when = long_text("When not to use it", "Where it is easily confused with another theme.")
    example = long_text("Example", "A passage that shows it well.")
    colour = forms.TypedChoiceField(
        choices=Colour.choices, coerce=int, initial=Colour.BLUE, widget=forms.RadioSelect
    )
    line = forms.TypedChoiceField(
        label="Underline",
        choices=Line.choices,
        coerce=int,
        initial=Line.SOLID,
        widget=forms.RadioSelect,
    )
    parent = forms.TypedChoiceField(
        label="Stands under", required=False, coerce=int, empty_value=None
    )

    def __init__(self, *args: Any, themes: list[Theme], theme: Theme | None = None, **kwargs: Any):
        """``themes`` are those of the codebook in its order; ``theme`` the one that is edited."""
        super().__init__(*args, **kwargs)
        self.themes = {one.pk: one for one in themes}
        order: Order = {one.pk: (one.parent_id, one.position) for one in themes}
        choices: list[tuple[Any, str]] = [("", "the top level")]
        for one in themes:
            above = lineage(order, one.pk)
            if theme is None or theme.pk not in above:
                choices.append((one.pk, "\u2003" * (len(above) - 1) + one.name))
        self.fields["parent"].choices = choices  # type: ignore[attr-defined]

    def chosen_parent(self) -> Theme | None:
        return self.themes.get(self.cleaned_data["parent"])

    def words(self) -> dict[str, Any]:
        """What the actions take, without the parent."""
        return {name: value for name, value in self.cleaned_data.items() if name != "parent"}
