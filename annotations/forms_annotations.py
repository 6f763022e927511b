"""Forms for annotations and replies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import TextChoices

from annotations import notes
from annotations.models import Sharing, Theme
from annotations.overlays import Palette, ThemeStyle


class Shared(TextChoices):
    SHARED = Sharing.SHARED.value, "Shared with the set"
    PRIVATE = Sharing.PRIVATE.value, "Only me"


class AnnotationForm(forms.Form):
    """Themes, a note and who sees it; the themes offered are those of the set's codebook."""

    themes = forms.TypedMultipleChoiceField(coerce=int, required=False)
    note = forms.CharField(
        required=False,
        max_length=notes.MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "A note, if you like (Markdown)"}),
    )
    visibility = forms.ChoiceField(
        choices=Shared.choices, initial=Shared.SHARED, widget=forms.RadioSelect
    )
    question = forms.BooleanField(label="This is a question", required=False)

    def __init__(
        self, *args: Any, palette: Palette, shared: str = Shared.SHARED.label, **kwargs: Any
    ) -> None:
        """``shared`` says with whom the author shares, in words."""
        super().__init__(*args, **kwargs)
        self.palette = palette
        sharing = self.fields["visibility"]
        assert isinstance(sharing, forms.ChoiceField)
        sharing.choices = [(Shared.SHARED.value, shared), Shared.choices[1]]
        themes = self.fields["themes"]
        assert isinstance(themes, forms.TypedMultipleChoiceField)
        # A retired theme is offered no more, but stays on what carries it.
        had = {str(pk) for pk in self.initial.get("themes", [])}
        self.offered = [one for one in palette.themes if not one.retired or str(one.pk) in had]
        themes.choices = [(theme.pk, theme.name) for theme in self.offered]

    def theme_choices(self) -> list[tuple[ThemeStyle, bool, str]]:
        """Each theme, whether it is chosen, and the key that chooses it."""
        chosen = {str(value) for value in self["themes"].value() or []}
        return [
            (theme, str(theme.pk) in chosen, str(number) if number <= 9 else "")
            for number, theme in enumerate(self.offered, start=1)
        ]

    def theme_names(self) -> list[tuple[int, str]]:
        """Each theme that can be chosen: its key and name."""
        return [(theme.pk, theme.name) for theme in self.palette.themes]

    def chosen_themes(self) -> list[Theme]:
        """The themes chosen, as the actions take them; one query when there are any."""
        chosen = self.cleaned_data["themes"]
        return list(Theme.objects.filter(pk__in=chosen)) if chosen else []


class PassageForm(forms.Form):
    """What the browser selected: offsets in code points, and the words that the user saw."""

    start = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    end = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    quote = forms.CharField(strip=False, widget=forms.HiddenInput)

    def clean_quote(self) -> str:
        # A browser sends form text with CR LF; the canonical text knows LF alone.
        return str(self.cleaned_data["quote"]).replace("\r\n", "\n")


class WordsForm(forms.Form):
    """The way without JavaScript: the passage's own words."""

    words = forms.CharField(
        label="The words of the passage",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Copy them from the text, as they stand there.",
    )


class ReplyForm(forms.Form):
    note = forms.CharField(
        label="Your reply",
        max_length=notes.MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "Your reply (Markdown)"}),
    )
    private = forms.BooleanField(required=False)
