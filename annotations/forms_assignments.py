"""Forms for assignments, marks and private answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.conf import settings
from django.utils import timezone

from annotations import notes
from annotations.actions.assignments import Part
from annotations.gradebook import number
from annotations.models import Assignment, Group, Theme
from archive.models import Document

LOCAL = "%Y-%m-%dT%H:%M"
Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Offered:
    """A document to choose from. ``blocks`` are the ranges of its edition's blocks, with the words
    by which one is chosen; empty for documents that nobody has chosen yet."""

    document: Document
    blocks: Sequence[tuple[int, int, str]] = ()
    start: str = ""
    end: str = ""
    note: str = ""


class Moment(forms.DateTimeField):
    """A moment in the zone of whoever fills in the form; the widget is the browser's own."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL)
        super().__init__(required=False, widget=widget, **kwargs)


def _number(label: str, most: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=0, max_value=most)


class AssignmentForm(forms.Form):
    """What is asked, of whom, until when. ``offered`` are the set's documents."""

    title = forms.CharField(max_length=200)
    prompt = forms.CharField(
        required=False,
        max_length=notes.MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="What to look for, and with what question (Markdown).",
    )
    documents = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": "Choose at least one document."}
    )
    themes = forms.TypedMultipleChoiceField(coerce=int, required=False)
    group = forms.TypedChoiceField(label="For", required=False, coerce=int, empty_value=None)
    annotations = _number("Annotations", 1000)
    replies = _number("Replies", 1000)
    words = _number("Words", 1_000_000)
    opens_at = Moment(label="Opens")
    due_at = Moment(label="Due")
    late_allowed = forms.BooleanField(
        label="Late work counts, and is shown as late", required=False, initial=True
    )
    points = forms.DecimalField(
        label="Points",
        required=False,
        min_value=Decimal("0.01"),
        max_digits=6,
        decimal_places=2,
        help_text="The most that it is worth. Leave it empty for a comment without points.",
    )
    # Filled in by a script with the browser's zone; without one, times are in the server's.
    zone = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        offered: Sequence[Offered],
        themes: Sequence[Theme],
        groups: Sequence[Group],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {one.document.pk: one for one in offered}
        self.groups = {one.pk: one for one in groups}
        self.all_themes = {one.pk: one for one in themes}
        self._offer("documents", [(pk, one.document.heading) for pk, one in self.offered.items()])
        self._offer("themes", [(one.pk, one.name) for one in themes])
        everyone: list[tuple[Any, str]] = [("", "everyone")]
        self._offer("group", everyone + [(one.pk, one.name) for one in groups])
        for name in ("opens_at", "due_at"):
            moment = self.initial.get(name)
            if moment is not None:
                self.fields[name].widget.attrs["data-moment"] = moment.isoformat()

    def _offer(self, name: str, choices: Sequence[tuple[Any, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def zone_name(self) -> str:
        """In which zone the times of this form are."""
        given = str(self.data.get("zone", "")) if self.is_bound else ""
        return given if given in available_timezones() else settings.TIME_ZONE

    def full_clean(self) -> None:
        with timezone.override(ZoneInfo(self.zone_name)):
            super().full_clean()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in ("annotations", "replies", "words"):
            data[name] = data.get(name) or 0
        opens, due = data.get("opens_at"), data.get("due_at")
        if opens and due and due <= opens:
            self.add_error("due_at", "It is due after it opens: choose a later time.")
        self.parts = [self._part(self.offered[pk]) for pk in data.get("documents", ())]
        return data

    def _part(self, offered: Offered) -> Part:
        """The document, or the range of its blocks that was chosen."""
        pk = offered.document.pk
        first, last = (self.data.get(f"{name}-{pk}", "") for name in ("from", "to"))
        edition = offered.document.current_id
        if not (first or last) or edition is None:
            return Part(pk)
        if str(edition) != self.data.get(f"edition-{pk}"):
            self.add_error(None, f"“{offered.document.heading}” has changed: choose again.")
            return Part(pk)
        numbers = range(len(offered.blocks))
        at = (first or "0", last or str(len(numbers) - 1))
        if not all(one.isdecimal() and int(one) in numbers for one in at):
            self.add_error(None, f"Choose paragraphs of “{offered.document.heading}”.")
            return Part(pk)
        start, end = offered.blocks[int(at[0])][0], offered.blocks[int(at[1])][1]
        if start >= end:
            self.add_error(
                None, f"In “{offered.document.heading}” the range ends before it begins."
            )
            return Part(pk)
        return Part(pk, edition, start, end)

    def chosen(self) -> list[tuple[Offered, bool]]:
        """Each document, and whether it is chosen."""
        picked = {str(value) for value in self["documents"].value() or []}
        return [(one, str(pk) in picked) for pk, one in self.offered.items()]

    def chosen_themes(self) -> list[tuple[Theme, bool]]:
        picked = {str(value) for value in self["themes"].value() or []}
        return [(one, str(pk) in picked) for pk, one in self.all_themes.items()]

    def given(self) -> dict[str, Any]:
        """What the actions take."""
        data = dict(self.cleaned_data)
        del data["zone"], data["documents"]
        data["themes"] = [self.all_themes[pk] for pk in data["themes"]]
        data["group"] = self.groups.get(data["group"])
        return data | {"parts": self.parts}


def initial_of(assignment: Assignment) -> dict[str, Any]:
    """The form's values for an assignment that came ``with_parts``."""
    names = ("title", "prompt", "late_allowed", "points", "opens_at", "due_at")
    values = {name: getattr(assignment, name) for name in names}
    for name in ("annotations", "replies", "words"):
        values[name] = getattr(assignment, name) or None
    if assignment.points is not None:
        values["points"] = number(assignment.points)
    return values | {
        "group": assignment.group_id or "",
        "documents": [part.document_id for part in assignment.assignment_documents.all()],
        "themes": [theme.pk for theme in assignment.themes.all()],
    }


class MarkForm(forms.Form):
    """Points up to those of the assignment, where it has any, and a comment."""

    points = forms.DecimalField(required=False)
    comment = forms.CharField(
        required=False,
        max_length=notes.MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The student reads it, and the editors (Markdown).",
    )

    def __init__(self, *args: Any, most: Decimal | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if most is None:
            del self.fields["points"]
        else:
            self.fields["points"] = forms.DecimalField(
                label=f"Points (of {number(most)})",
                required=False,
                min_value=Decimal(0),
                max_value=most,
                max_digits=6,
                decimal_places=2,
                widget=forms.NumberInput(attrs={"step": "any"}),
            )

    def given(self) -> dict[str, Any]:
        return {"points": self.cleaned_data.get("points"), "comment": self.cleaned_data["comment"]}


class AnswerForm(forms.Form):
    """A private answer to one annotation."""

    annotation = forms.UUIDField(widget=forms.HiddenInput)
    note = forms.CharField(
        label="Private answer",
        max_length=notes.MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
