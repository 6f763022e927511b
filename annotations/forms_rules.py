"""Forms for the rules of a set and for its state."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms

from annotations.models import AnnotationSet, Leaving, Naming, Rule, State
from annotations.telling import (
    FINISHED,
    GROUPS,
    LEAVING,
    NAMING,
    STATES,
    WHEN,
    Said,
    when_of,
)

MAX_COUNT = 50


class Choice(NamedTuple):
    """One choice of a field as a template shows it."""

    value: str
    said: Said
    on: bool
    id: str


def _choices(table: dict[Any, Said]) -> list[tuple[Any, str]]:
    return [(value, said.name) for value, said in table.items()]


class RulesForm(forms.Form):
    """The rules of visibility of a set; ``rules()`` gives them as the action takes them."""

    when = forms.ChoiceField(
        label="When members see each other’s work",
        choices=_choices(WHEN),
        widget=forms.RadioSelect,
    )
    after_count = forms.IntegerField(
        label="How many of their own",
        min_value=1,
        max_value=MAX_COUNT,
        required=False,
        widget=forms.NumberInput(attrs={"size": 3}),
    )
    naming = forms.TypedChoiceField(
        label="How members are called",
        coerce=int,
        choices=_choices(NAMING),
        widget=forms.RadioSelect,
    )
    groups_apart = forms.TypedChoiceField(
        label="Groups",
        coerce=lambda value: value == "True",
        choices=_choices(GROUPS),
        widget=forms.RadioSelect,
    )
    leaving = forms.ChoiceField(
        label="What becomes of a member’s work when she leaves",
        choices=_choices(LEAVING),
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("when") == Rule.AFTER and given.get("after_count", 1) is None:
            self.add_error("after_count", "Say how many.")
        return given

    def rules(self, count_now: int) -> dict[str, Any]:
        """What ``change_rules`` takes, out of a valid form; a count that is not asked for stays."""
        given = dict(self.cleaned_data)
        when, count = given.pop("when"), given.pop("after_count")
        if when == FINISHED:
            return {**given, "rule": Rule.AFTER.value, "after_count": 0}
        return {**given, "rule": when, "after_count": count if when == Rule.AFTER else count_now}

    def _shown(self, name: str, table: dict[Any, Said]) -> list[Choice]:
        chosen = str(self[name].value())
        return [
            Choice(str(value), said, str(value) == chosen, f"id_{name}_{number}")
            for number, (value, said) in enumerate(table.items())
        ]

    def when_choices(self) -> list[Choice]:
        return self._shown("when", WHEN)

    def naming_choices(self) -> list[Choice]:
        return self._shown("naming", NAMING)

    def groups_choices(self) -> list[Choice]:
        return self._shown("groups_apart", GROUPS)

    def leaving_choices(self) -> list[Choice]:
        return self._shown("leaving", LEAVING)


def initial_of(annotation_set: AnnotationSet) -> dict[str, Any]:
    """The rules that hold now, as the form shows them."""
    return {
        "when": when_of(annotation_set),
        "after_count": annotation_set.after_count or 1,
        "naming": Naming(annotation_set.naming).value,
        "groups_apart": annotation_set.groups_apart,
        "leaving": Leaving(annotation_set.leaving).value,
    }


class StateForm(forms.Form):
    state = forms.ChoiceField(choices=_choices(STATES))


def state_choices(annotation_set: AnnotationSet) -> list[Choice]:
    """The states of a set, with the one that it is in."""
    return [
        Choice(state.value, said, state == State(annotation_set.state), f"id_state_{state}")
        for state, said in STATES.items()
    ]
