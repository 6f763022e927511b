"""Taking back one's own acts: everything stands as before, and what others did since stays."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from annotations.actions import annotations as acts
from annotations.actions import codebook as book
from annotations.actions.history import record
from annotations.actions.moderation import hide, lock
from annotations.actions.replies import create_reply, delete_reply, edit_reply
from annotations.actions.retagging import retag, swap
from annotations.actions.undoing import UndoFault, redo, redoable, undo, undoable
from annotations.actions.versions import changing, kept_themes
from annotations.integrity import problems
from annotations.models import Annotation, History, Reply, Theme
from tests.annotations.worlds import World, user, world
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def picture(here: World) -> Any:
    """All that acts change, as plain values."""
    names = ("uuid", "start", "end", "quote", "note", "note_html", "visibility", "question")
    annotations = [
        (*row, tuple(sorted(ids.split())), deleted is None, hidden is None, locked is None)
        for *row, ids, deleted, hidden, locked in Annotation.objects.order_by("uuid").values_list(
            *names, "theme_ids", "deleted_at", "hidden_at", "locked_at"
        )
    ]
    replies = [
        (uuid, note, deleted is None)
        for uuid, note, deleted in Reply.objects.order_by("uuid").values_list(
            "uuid", "note", "deleted_at"
        )
    ]
    return annotations, replies, list(kept_themes(here.set.codebook_id).items())


def gone(what: Any) -> Any:
    """The same without what is deleted: undoing a creation leaves it in the bin."""
    annotations, replies, themes = what
    return [a for a in annotations if a[9]], [r for r in replies if r[2]], themes


def annotate(here: World, who: Any, *themes: Theme, note: str = "a note") -> Annotation:
    text = here.edition.text
    return acts.create_annotation(
        author=who,
        annotation_set=here.set,
        edition=here.edition,
        start=0,
        end=4,
        quote=text[:4],
        themes=themes,
        note=note,
    )


def bulk(here: World, add: list[Theme], remove: list[Theme]) -> History:
    head = record(
        "many",
        here.set.pk,
        "retag",
        actor=here.owner,
        annotation_set=here.set,
        state={},
    )
    rows = Annotation.objects.in_set(here.set.pk).alive()
    retag(here.set, rows, swap(add, [one.pk for one in remove]), head=head)
    return head


def random_act(here: World, chance: Random, number: int) -> None:
    themes = list(Theme.objects.of_codebook(here.set.codebook_id))
    some = chance.sample(themes, chance.randint(0, len(themes)))
    alive = list(Annotation.objects.alive().filter(author=here.owner))
    replies = list(Reply.objects.alive().filter(author=here.owner))

    def edit() -> None:
        one = chance.choice(alive)
        words = {"note": f"note {number}", "visibility": chance.choice(["shared", "private"])}
        acts.edit_annotation(one, actor=here.owner, themes=some, question=number % 2 > 0, **words)

    def move() -> None:
        start = chance.randint(0, 5)
        passage = {"start": start, "end": start + 4, "quote": here.edition.text[start : start + 4]}
        text = here.edition.as_text()
        acts.change_passage(chance.choice(alive), actor=here.owner, text=text, **passage)

    def move_theme() -> None:
        theme, beside = chance.sample(themes, 2)
        with suppress(book.ThemeFault):
            book.move_theme(here.set, theme, actor=here.owner, before=beside)

    def delete_theme() -> None:
        with suppress(book.ThemeFault):
            book.delete_theme(here.set, chance.choice(themes), actor=here.owner)

    choices: list[Callable[[], Any]] = [
        lambda: annotate(here, here.owner, *some, note=f"made {number}"),
        lambda: book.create_theme(here.set, actor=here.owner, name=f"Theme {number}"),
        lambda: bulk(here, some[:1], some[1:]),
    ]
    if alive:
        choices += [
            edit,
            move,
            lambda: acts.delete_annotation(chance.choice(alive), actor=here.owner),
        ]
        choices.append(
            lambda: create_reply(chance.choice(alive), author=here.owner, note=f"{number}")
        )
    if replies:
        one = chance.choice(replies)
        choices.append(lambda: edit_reply(one, actor=here.owner, note=f"another {number}"))
        choices.append(lambda: delete_reply(one, actor=here.owner))
    if len(themes) > 1:
        words = {"name": f"Name {number}", "definition": f"definition {number}"}
        theme = chance.choice(themes)
        choices += [move_theme, delete_theme]
        choices.append(lambda: book.edit_theme(here.set, theme, actor=here.owner, **words))
        choices.append(lambda: book.retire_theme(here.set, theme, actor=here.owner))
    chance.choice(choices)()


@pytest.mark.parametrize("seed", range(12))
def test_whatever_one_did_is_taken_back_step_by_step_and_done_again(seed):
    here, chance = world(), Random(seed)
    start = History.objects.latest("pk").pk
    pictures = [gone(picture(here))]
    for number in range(10):
        random_act(here, chance, number)
        if gone(picture(here)) != pictures[-1]:
            pictures.append(gone(picture(here)))
    after = picture(here)
    steps = 0
    while (row := undoable(here.owner, here.set)) is not None and row.pk > start:
        before = gone(picture(here))
        try:
            undo(row, actor=here.owner)
        except UndoFault:
            # It had changed nothing: a move to where it stood.
            History.objects.filter(pk=row.pk).update(actor=None)
            continue
        steps += 1
        if gone(picture(here)) != before:
            pictures.pop()
            assert gone(picture(here)) == pictures[-1]
    assert steps
    assert len(pictures) == 1
    assert list(problems()) == []
    while (row := redoable(here.owner, here.set)) is not None:
        redo(row, actor=here.owner)
    assert gone(picture(here)) == gone(after)
    assert list(problems()) == []


def test_what_somebody_changed_since_stays_as_it_is():
    here = world()
    one = annotate(here, here.owner, here.risk)
    head = bulk(here, [here.linkage], [here.risk])
    other = annotate(here, here.owner)
    acts.edit_annotation(one, actor=here.owner, themes=[], note="since", visibility="shared")
    with pytest.raises(UndoFault, match="somebody has changed"):
        undo(head, actor=here.owner)
    one.refresh_from_db()
    assert (one.theme_ids, one.note) == ("", "since")
    assert other.theme_ids == ""


def test_only_ones_own_acts_are_taken_back_and_once():
    here = world()
    annotate(here, here.owner)
    row = undoable(here.owner, here.set)
    assert row is not None
    with pytest.raises(UndoFault, match="yourself"):
        undo(row, actor=user("somebody"))
    undo(row, actor=here.owner)
    with pytest.raises(UndoFault, match="already"):
        undo(row, actor=here.owner)


def test_who_leads_no_more_takes_back_nothing_of_others():
    here = world()
    lead = user("lead")
    member = MembershipFactory(annotation_set=here.set, user=lead, role="editor")
    one = annotate(here, here.owner)
    hide(one, actor=lead, reason="off topic")
    lock(one, actor=lead)
    book.edit_theme(here.set, here.risk, actor=lead, name="Peril")
    member.role = "annotator"
    member.save()
    for row in History.objects.filter(actor=lead):
        with pytest.raises(PermissionDenied):
            undo(row, actor=lead)
    assert Theme.objects.get(pk=here.risk.pk).name == "Peril"


def test_nothing_is_redone_after_something_else_was_done():
    here = world()
    annotate(here, here.owner)
    first = undoable(here.owner, here.set)
    assert first is not None
    undo(first, actor=here.owner)
    assert redoable(here.owner, here.set) == first
    annotate(here, here.owner)
    assert redoable(here.owner, here.set) is None


def test_what_was_coded_under_a_meaning_taken_back_is_to_be_looked_at():
    here = world()
    book.edit_theme(here.set, here.risk, actor=here.owner, definition="Another one.")
    row = undoable(here.owner, here.set)
    assert row is not None
    here.risk.refresh_from_db()
    one = annotate(here, here.owner, here.risk)
    undo(row, actor=here.owner)
    here.risk.refresh_from_db()
    assert (here.risk.definition, here.risk.defined) == ("", 1)
    assert one.annotation_themes.get().defined == 0


def test_a_change_of_many_is_one_version_with_its_parts():
    here = world()
    one = annotate(here, here.owner, here.risk)
    with changing(here.set, here.owner, "merge", why="they are one", many=True) as change:
        assert change.head is not None
        retag(
            here.set,
            Annotation.objects.in_set(here.set.pk),
            swap([here.linkage], [here.risk.pk]),
            head=change.head,
        )
        here.risk.merged_into, here.risk.retired_at = here.linkage, one.created
        here.risk.save()
    one.refresh_from_db()
    assert one.theme_ids == str(here.linkage.pk)
    row = undoable(here.owner, here.set)
    assert row == change.head and row.why == "they are one"
    assert undo(row, actor=here.owner)[:2] == (2, 0)
    one.refresh_from_db()
    here.risk.refresh_from_db()
    assert (one.theme_ids, here.risk.retired_at) == (str(here.risk.pk), None)
    assert list(problems()) == []
