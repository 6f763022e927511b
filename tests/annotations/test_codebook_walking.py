"""Any version of a codebook can be had again, exactly as it was; what differs is said in words."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from annotations.actions import codebook as acts
from annotations.actions.codebook import ThemeFault
from annotations.actions.undoing import UndoFault, undo, undoable
from annotations.actions.versions import COLUMNS, kept_themes
from annotations.differing import differing
from annotations.models import CodebookVersion, History, Theme
from annotations.walking import Kept, Turn, walked_back
from tests.annotations.worlds import World, world

KINDS = ("create", "edit", "step", "move", "delete", "restore", "retire", "unretire", "undo")
SIGNS = {"colour": {1: "blue", 2: "orange"}, "line": {1: "solid", 2: "dashed"}}


def turns(here: World, after: int) -> list[Turn]:
    rows = CodebookVersion.objects.filter(codebook=here.set.codebook_id, number__gt=after)
    return [
        Turn(*row) for row in rows.order_by("-number").values_list("number", "changes", "order")
    ]


def random_act(here: World, chance: Random, number: int) -> None:
    themes = list(Theme.objects.of_codebook(here.set.codebook_id))
    own: dict[str, Any] = {"actor": here.owner, "why": f"act {number}"}
    one, beside = chance.choice(themes), chance.choice([None, *themes])
    deleted = History.objects.filter(kind="theme", action="delete").order_by("?").first()
    kind = chance.choice(
        ["create", "edit", "step", "move", "delete", "restore", "retire", "unretire", "undo"]
    )
    with suppress(ThemeFault, UndoFault):
        if kind == "create":
            acts.create_theme(here.set, name=f"Theme {number}", parent=beside, **own)
        elif kind == "edit":
            acts.edit_theme(
                here.set, one, name=f"Name {number}", definition=f"d{number % 3}", **own
            )
        elif kind == "step":
            acts.move_theme(here.set, one, step=chance.choice([-1, 1]), **own)
        elif kind == "move":
            side = chance.choice(["before", "after", "parent"])
            acts.move_theme(here.set, one, **{side: beside}, **own)
        elif kind == "delete" and len(themes) > 1:
            acts.delete_theme(here.set, one, **own)
        elif kind == "restore" and deleted:
            acts.restore_theme(here.set, deleted, **own)
        elif kind == "retire":
            acts.retire_theme(here.set, one, **own)
        elif kind == "unretire":
            acts.unretire_theme(here.set, one, **own)
        elif kind == "undo" and (row := undoable(here.owner, here.set)):
            undo(row, actor=here.owner)


class Walks(TestCase):
    @settings(max_examples=15, deadline=None)
    @given(st.integers(0, 2**32), st.integers(3, 14))
    def test_every_version_is_had_again_as_it_was(self, seed: int, many: int):
        here, chance = world(), Random(seed)
        book = here.set.codebook
        book.refresh_from_db()
        seen: dict[int, list[tuple[int, dict[str, Any]]]] = {
            book.revision: list(kept_themes(book.pk).items())
        }
        for number in range(many):
            random_act(here, chance, number)
            book.refresh_from_db()
            seen[book.revision] = list(kept_themes(book.pk).items())
        now = kept_themes(book.pk)
        for number, was in seen.items():
            assert list(walked_back(now, turns(here, number), COLUMNS).items()) == was


@pytest.mark.django_db
def test_before_the_first_version_there_is_nothing_to_walk_to():
    here = world()
    assert walked_back(kept_themes(here.set.codebook_id), turns(here, 0), COLUMNS) == {}


def theme(**changes: Any) -> dict[str, Any]:
    columns: dict[str, Any] = dict.fromkeys(COLUMNS) | {
        "name": "Linkage",
        "definition": "Two subjects are tied.",
        "slug": "linkage",
        "colour": 1,
        "line": 1,
        "defined": 1,
    }
    return columns | changes


def told(before: Kept, after: Kept) -> dict[str, list[str]]:
    return {one.name: one.what for one in differing(before, after, SIGNS).themes}


def test_what_became_of_a_theme_is_said_in_words():
    risk = theme(name="Risk")
    before = {1: theme(), 2: risk, 3: theme(name="Gone")}
    after = {
        2: risk | {"merged_into_id": 1, "retired_at": "2026-01-01T00:00:00+00:00"},
        1: theme(defined=2, definition="Three subjects are tied."),
        4: theme(name="New", parent_id=1),
    }
    assert told(before, after) == {
        "Risk": ["merged into “Linkage”"],
        "Linkage": ["means something else: what was coded before is to be looked at"],
        "New": ["added under “Linkage”"],
        "Gone": ["deleted"],
    }
    changed = {one.name: one for one in differing(before, after, SIGNS).themes}["Linkage"].fields
    assert [field.label for field in changed] == ["Definition"]
    assert "".join(piece.text for piece in changed[0].after) == "Three subjects are tied."
    assert [piece.text for piece in changed[0].before if piece.differs] == ["Two"]


def test_signs_are_called_by_their_names():
    found = differing({1: theme()}, {1: theme(colour=2, line=2)}, SIGNS).themes[0].fields
    said = {one.label: (one.before[0].text, one.after[0].text) for one in found}
    assert said == {"Colour": ("blue", "orange"), "Underline": ("solid", "dashed")}


def test_as_few_themes_as_can_be_are_said_to_have_moved():
    before = {pk: theme(name=f"T{pk}") for pk in range(1, 7)}
    after = {pk: before[pk] for pk in (6, 1, 2, 3, 4, 5)}
    assert differing(before, after, SIGNS).moved == ["T6"]
    assert not differing(before, before, SIGNS)
