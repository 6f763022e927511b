"""Themes: the tree stays a tree, its order stays its order, and every change is counted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from annotations.actions.codebook import (
    MAX_LEVELS,
    ThemeFault,
    create_theme,
    delete_theme,
    edit_theme,
    move_theme,
    restore_theme,
    retire_theme,
)
from annotations.actions.sets import create_set
from annotations.actions.tree import in_tree_order
from annotations.integrity import problems
from annotations.models import Annotation, AnnotationSet, Codebook, History, Theme
from tests.annotations.worlds import World, user, world


def names(annotation_set: AnnotationSet) -> list[str]:
    """The codebook as it is read: a dot for each level, then the name."""
    themes = {one.pk: one for one in Theme.objects.of_codebook(annotation_set.codebook_id)}

    def depth(one: Theme) -> int:
        return 1 + depth(themes[one.parent_id]) if one.parent_id else 0

    assert [one.position for one in themes.values()] == list(range(len(themes)))
    return ["." * depth(one) + one.name for one in themes.values()]


def revision(here: World) -> int:
    return Codebook.objects.get(pk=here.set.codebook_id).revision


pytestmark = pytest.mark.django_db


def test_a_theme_stands_last_under_its_parent():
    here = world()
    assert names(here.set) == ["Linkage", ".Tacit", "Risk"]
    create_theme(here.set, actor=here.owner, name="Open", parent=here.linkage)
    create_theme(here.set, actor=here.owner, name="Last")
    assert names(here.set) == ["Linkage", ".Tacit", ".Open", "Risk", "Last"]


def test_two_themes_of_one_name_have_addresses_of_their_own():
    here = world()
    made = create_theme(here.set, actor=here.owner, name="Linkage", parent=here.risk)
    assert made.slug == "linkage-2"


def test_a_theme_that_is_sent_twice_is_made_once():
    here = world()
    create_theme(here.set, actor=here.owner, name="Open", parent=here.linkage)
    with pytest.raises(ThemeFault, match="There is a theme “open” here already"):
        create_theme(here.set, actor=here.owner, name="open", parent=here.linkage)
    assert names(here.set) == ["Linkage", ".Tacit", ".Open", "Risk"]


def test_the_name_of_a_retired_theme_is_free():
    here = world()
    retire_theme(here.set, here.risk, actor=here.owner)
    create_theme(here.set, actor=here.owner, name="Risk")
    assert names(here.set) == ["Linkage", ".Tacit", "Risk", "Risk"]


def test_every_change_is_counted_and_recorded():
    here = world()
    seen = [revision(here)]

    def after(action: str) -> None:
        row = History.objects.filter(kind="theme").latest("pk")
        assert (row.action, row.actor, row.annotation_set) == (action, here.editor, here.set)
        seen.append(revision(here))

    made = create_theme(here.set, actor=here.editor, name="Brief")
    after("create")
    edit_theme(here.set, made, actor=here.editor, name="Longer", colour=4)
    after("edit")
    move_theme(here.set, made, actor=here.editor, step=-1)
    after("move")
    delete_theme(here.set, made, actor=here.editor)
    after("delete")
    assert seen == sorted(set(seen))


def test_an_edit_changes_the_words_and_keeps_the_address():
    here = world()
    edit_theme(here.set, here.risk, actor=here.owner, name="Alliance risk", use_when="If NATO")
    found = Theme.objects.get(pk=here.risk.pk)
    assert (found.name, found.use_when, found.slug, found.colour) == (
        "Alliance risk",
        "If NATO",
        "risk",
        2,
    )


def test_a_theme_moves_with_all_below_it():
    here = world()
    move_theme(here.set, here.linkage, actor=here.owner, step=1)
    assert names(here.set) == ["Risk", "Linkage", ".Tacit"]
    move_theme(here.set, here.linkage, actor=here.owner, step=-1)
    assert names(here.set) == ["Linkage", ".Tacit", "Risk"]
    move_theme(here.set, here.linkage, actor=here.owner, parent=here.risk)
    assert names(here.set) == ["Risk", ".Linkage", "..Tacit"]
    move_theme(here.set, here.tacit, actor=here.owner, parent=None)
    assert names(here.set) == ["Risk", ".Linkage", "Tacit"]


@pytest.mark.parametrize(("theme", "step"), [("linkage", -1), ("risk", 1), ("tacit", 1)])
def test_a_theme_at_the_end_of_its_row_stays(theme: str, step: int):
    here = world()
    move_theme(here.set, getattr(here, theme), actor=here.owner, step=step)
    assert names(here.set) == ["Linkage", ".Tacit", "Risk"]


@pytest.mark.parametrize("parent", ["linkage", "tacit"])
def test_a_theme_cannot_stand_below_itself(parent: str):
    here = world()
    before = revision(here)
    with pytest.raises(ThemeFault, match="cannot stand below itself"):
        move_theme(here.set, here.linkage, actor=here.owner, parent=getattr(here, parent))
    assert names(here.set) == ["Linkage", ".Tacit", "Risk"]
    assert revision(here) == before


def test_a_theme_of_another_codebook_is_no_parent():
    here = world()
    other = create_set(owner=here.owner, title="Other")
    theirs = create_theme(other, actor=here.owner, name="Theirs")
    with pytest.raises(ThemeFault, match="same codebook"):
        create_theme(here.set, actor=here.owner, name="Lost", parent=theirs)
    with pytest.raises(ThemeFault, match="same codebook"):
        move_theme(here.set, here.risk, actor=here.owner, parent=theirs)


def test_a_codebook_is_no_deeper_than_people_can_read():
    here = world()
    lowest = here.tacit
    for level in range(3, MAX_LEVELS + 1):
        lowest = create_theme(here.set, actor=here.owner, name=f"Level {level}", parent=lowest)
    with pytest.raises(ThemeFault, match=f"at most {MAX_LEVELS} levels"):
        create_theme(here.set, actor=here.owner, name="Too deep", parent=lowest)
    with pytest.raises(ThemeFault, match=f"at most {MAX_LEVELS} levels"):
        move_theme(here.set, here.linkage, actor=here.owner, parent=here.risk)


def test_a_theme_with_themes_below_it_is_not_deleted():
    here = world()
    with pytest.raises(ThemeFault, match="1 theme stands below it"):
        delete_theme(here.set, here.linkage, actor=here.owner)


def test_a_theme_in_use_is_not_deleted():
    here = world()
    here.annotate(themes=[here.risk], visibility="private")
    with pytest.raises(ThemeFault, match="1 annotation carries it"):
        delete_theme(here.set, here.risk, actor=here.owner)
    assert names(here.set) == ["Linkage", ".Tacit", "Risk"]


def test_a_deleted_theme_comes_back_as_it_was():
    here = world()
    edit_theme(here.set, here.tacit, actor=here.owner, name="Unsaid", definition="Not said.")
    delete_theme(here.set, here.tacit, actor=here.owner)
    assert names(here.set) == ["Linkage", "Risk"]
    deleted = History.objects.get(kind="theme", action="delete")
    made = restore_theme(here.set, deleted, actor=here.owner)
    assert names(here.set) == ["Linkage", ".Unsaid", "Risk"]
    assert (made.slug, made.definition, made.colour, made.line) == ("tacit", "Not said.", 3, 3)


def test_a_theme_comes_back_to_the_top_when_its_parent_is_gone():
    here = world()
    delete_theme(here.set, here.tacit, actor=here.owner)
    deleted = History.objects.get(kind="theme", action="delete")
    delete_theme(here.set, here.linkage, actor=here.owner)
    restore_theme(here.set, deleted, actor=here.owner)
    assert names(here.set) == ["Risk", "Tacit"]


def test_a_move_keeps_the_annotations_themes_in_the_codebooks_order():
    here = world()
    made = here.annotate(themes=[here.risk, here.linkage])
    assert made.theme_ids == f"{here.linkage.pk} {here.risk.pk}"
    move_theme(here.set, here.risk, actor=here.owner, step=-1)
    found = Annotation.objects.get(pk=made.pk)
    assert found.theme_ids == f"{here.risk.pk} {here.linkage.pk}"
    assert found.modified == made.modified
    assert list(problems()) == []


MOVES = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from(["up", "down", "under"]), st.integers(0, 7)),
    max_size=8,
)


class AnyMoves(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.integers(0, 6), min_size=7, max_size=7), MOVES)
    def test_after_any_moves_the_positions_are_the_order_of_a_whole_tree(
        self, parents: list[int], moves: list[tuple[int, str, int]]
    ):
        owner = user("ada")
        here = create_set(owner=owner, title="Any")
        themes: list[Theme] = []
        for number, above in enumerate(parents):
            parent = themes[above] if above < number else None
            themes.append(create_theme(here, actor=owner, name=f"T{number}", parent=parent))
        for number, way, target in moves:
            theme = Theme.objects.get(pk=themes[number].pk)
            try:
                if way == "under":
                    parent = themes[target] if target < 7 else None
                    move_theme(here, theme, actor=owner, parent=parent)
                else:
                    move_theme(here, theme, actor=owner, step=-1 if way == "up" else 1)
            except ThemeFault:
                continue
        assert len(names(here)) == 7
        rows = Theme.objects.of_codebook(here.codebook_id)
        order = {one.pk: (one.parent_id, one.position) for one in rows}
        assert in_tree_order(order) == list(order)
        assert list(problems()) == []
