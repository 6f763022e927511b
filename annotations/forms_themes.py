"""Forms for themes: the whole of one, its signs alone, and where it is to stand."""

from __future__ import annotations

from typing import Any

from django import forms

from annotations.actions.tree import Order, lineage
from annotations.forms import long_text
from annotations.models import Colour, Line, Theme

NAME = 80
WHY = 300


def why_field() -> forms.CharField:
    """Why something is done, in one line that may be left empty."""
    return forms.CharField(label="Why", required=False, max_length=WHY, strip=True)


class SignsForm(forms.Form):
    """A theme's name, colour and underline: what is changed in its row of the tree."""

    name = forms.CharField(max_length=NAME)
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
    why = why_field()

    def words(self) -> dict[str, Any]:
        """What the actions take of it as words."""
        return {name: self.cleaned_data[name] for name in ("name", "colour", "line")}


class ThemeForm(SignsForm):
    """A theme's words and signs, and the theme that it stands under."""

    definition = long_text("Definition", "What a passage with this theme speaks of.")
    use_when = long_text("When to use it")
    not_when = long_text("When not to use it", "Where it is easily confused with another theme.")
    example = long_text("Example", "A passage that shows it well.")
    parent = forms.TypedChoiceField(
        label="Stands under", required=False, coerce=int, empty_value=None
    )
    reworded = forms.BooleanField(
        label="Only the wording changes: what was coded before need not be looked at again",
        required=False,
    )

    def __init__(self, *args: Any, themes: list[Theme], theme: Theme | None = None, **kwargs: Any):
        """``themes`` are those of the codebook in its order; ``theme`` the one that is edited."""
        super().__init__(*args, **kwargs)
        self.themes = {one.pk: one for one in themes}
        self.fields["parent"].choices = places(themes, theme)  # type: ignore[attr-defined]

    def chosen_parent(self) -> Theme | None:
        return self.themes.get(self.cleaned_data["parent"])

    def words(self) -> dict[str, Any]:
        """What the actions take of it as words."""
        apart = {"parent", "why", "reworded"}
        return {name: value for name, value in self.cleaned_data.items() if name not in apart}


def places(themes: list[Theme], theme: Theme | None) -> list[tuple[Any, str]]:
    """The themes that ``theme`` can stand under, each set in by its level, and the top level."""
    order: Order = {one.pk: (one.parent_id, one.position) for one in themes}
    found: list[tuple[Any, str]] = [("", "the top level")]
    for one in themes:
        above = lineage(order, one.pk)
        if theme is None or theme.pk not in above:
            found.append((one.pk, "\u2003" * (len(above) - 1) + one.name))
    return found
