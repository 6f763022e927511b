"""Forms for groups: making and dealing them, and moving members."""

from __future__ import annotations

from typing import Any

from django import forms

from annotations.actions.groups import MOST
from annotations.models import Group


class GroupForm(forms.Form):
    name = forms.CharField(label="Name", max_length=80)


class DealForm(forms.Form):
    count = forms.IntegerField(label="Into how many groups", min_value=1, max_value=MOST)
    whom = forms.ChoiceField(
        label="Whom",
        choices=[
            ("rest", "annotators who are in no group yet"),
            ("all", "all annotators, anew"),
        ],
        initial="rest",
        widget=forms.RadioSelect,
    )


class MoveForm(forms.Form):
    """Members, by their memberships, and the group that they are moved to; none takes them out."""

    member = forms.TypedMultipleChoiceField(
        coerce=int, error_messages={"required": "Choose whom to move, first."}
    )
    to = forms.TypedChoiceField(
        coerce=int, error_messages={"required": "Choose a group to move them to."}
    )

    def __init__(self, data: Any, *, members: dict[int, int], groups: list[Group]) -> None:
        """``members`` are the users of memberships by primary key."""
        super().__init__(data)
        self.users = members
        self.groups = {group.pk: group for group in groups}
        self.fields["member"].choices = [(pk, pk) for pk in members]  # type: ignore[attr-defined]
        names = [(pk, group.name) for pk, group in self.groups.items()]
        self.fields["to"].choices = [(0, "no group"), *names]  # type: ignore[attr-defined]

    def chosen(self) -> tuple[list[int], Group | None]:
        """The users who are moved, and where to."""
        users = [self.users[pk] for pk in self.cleaned_data["member"]]
        return users, self.groups.get(self.cleaned_data["to"])
