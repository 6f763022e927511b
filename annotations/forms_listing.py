"""Forms for acts on many annotations at once."""

from __future__ import annotations

from typing import Any

from django import forms

from annotations.overlays import ThemeStyle

REASON = 500
SAY_WHY = "Say why: the authors read it."


def _reason(*, required: bool) -> forms.CharField:
    return forms.CharField(
        label="Reason",
        required=required,
        max_length=REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": SAY_WHY},
    )


class ThemesForm(forms.Form):
    """Themes to add and themes to take off."""

    add = forms.TypedMultipleChoiceField(coerce=int, required=False)
    remove = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(
        self,
        *args: Any,
        offered: list[ThemeStyle],
        among: list[tuple[ThemeStyle, int]],
        **kwargs: Any,
    ) -> None:
        """``offered`` can be added; ``among`` are those that the chosen carry, with how many."""
        super().__init__(*args, **kwargs)
        self.offered, self.among = offered, among
        self._choose("add", offered)
        self._choose("remove", [theme for theme, _ in among])

    def _choose(self, name: str, themes: list[ThemeStyle]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(theme.pk, theme.name) for theme in themes]

    def added(self) -> list[tuple[ThemeStyle, bool]]:
        """Each theme that can be added, and whether it is chosen."""
        chosen = {str(value) for value in self["add"].value() or []}
        return [(theme, str(theme.pk) in chosen) for theme in self.offered]

    def removed(self) -> list[tuple[ThemeStyle, int, bool]]:
        """Each theme that can be taken off, how many carry it, and whether it is chosen."""
        chosen = {str(value) for value in self["remove"].value() or []}
        return [(theme, count, str(theme.pk) in chosen) for theme, count in self.among]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors:
            add, remove = set(given["add"]), set(given["remove"])
            if not add | remove:
                raise forms.ValidationError("Choose a theme to add or to take off.")
            if add & remove:
                raise forms.ValidationError("Add a theme or take it off, not both.")
        return given


class MoveForm(forms.Form):
    """A theme, and the one that comes in its place."""

    old = forms.TypedChoiceField(label="In place of", coerce=int)
    new = forms.TypedChoiceField(label="give", coerce=int)

    def __init__(
        self,
        *args: Any,
        offered: list[ThemeStyle],
        among: list[tuple[ThemeStyle, int]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        old, new = self.fields["old"], self.fields["new"]
        assert isinstance(old, forms.ChoiceField)
        assert isinstance(new, forms.ChoiceField)
        carried = [(theme.pk, f"{theme.name} ({count:,})") for theme, count in among]
        given = [(theme.pk, f"{'— ' * theme.depth}{theme.name}") for theme in offered]
        old.choices = [("", "choose a theme"), *carried]
        new.choices = [("", "choose a theme"), *given]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if not self.errors and given["old"] == given["new"]:
            raise forms.ValidationError("Choose two themes.")
        return given


class HideManyForm(forms.Form):
    reason = _reason(required=True)


class DeleteForm(forms.Form):
    """What is one's own is deleted; editors can hide what is not, and say why."""

    others = forms.BooleanField(required=False)
    reason = _reason(required=False)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("others") and not given.get("reason"):
            self.add_error("reason", SAY_WHY)
        return given
