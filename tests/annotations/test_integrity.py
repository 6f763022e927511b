"""``check_integrity``: a whole database passes, and every kind of damage is found."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection

from annotations.actions.annotations import delete_annotation
from annotations.actions.codebook import create_theme
from annotations.actions.replies import create_reply
from annotations.actions.sets import create_set
from annotations.integrity import problems as all_problems
from annotations.models import Annotation, AnnotationTheme, Membership, SetDocument, Theme
from archive.models import Document, Edition, Footnote
from tests.annotations.worlds import World, document, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    made = world()
    annotation = made.annotate(themes=[made.linkage, made.risk], note="A note")
    create_reply(annotation, author=made.owner, note="Yes")
    made.annotate("source")
    delete_annotation(made.annotate("linkage"), actor=made.annotator)
    return made


def problems() -> list[str]:
    """All but what the history says of it, which knows nothing of what is done past it."""
    return [one for one in all_problems() if not one.startswith("history of")]


def found() -> str:
    (problem,) = problems()
    return problem


def first() -> Annotation:
    return Annotation.objects.earliest("pk")


def only(**changes: object) -> None:
    """Damages the first annotation past every check."""
    Annotation.objects.filter(pk=first().pk).update(**changes)


def run() -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("check_integrity", stdout=out, stderr=err)
    except SystemExit as end:
        return int(end.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_a_whole_database_passes(here: World):
    assert list(all_problems()) == []
    status, out, err = run()
    assert (status, err) == (0, "")
    assert out == "Whole: 1 editions, 3 annotations, 1 sets checked, no problem found.\n"


def test_an_empty_database_passes():
    assert run()[0] == 0


def test_problems_are_printed_one_a_line_and_the_status_is_1(here: World):
    only(quote="Other", prefix="Other")
    status, out, err = run()
    assert status == 1
    assert len(out.splitlines()) == 3
    assert err == "3 problems in 1 editions, 3 annotations, 1 sets.\n"


@pytest.mark.parametrize("name", ["quote", "prefix", "suffix"])
def test_words_that_are_not_at_their_offsets_are_found(here: World, name: str):
    only(**{name: "Other"})
    place = f"frus1981-88v03/d169, edition 1: annotation {first().uuid}"
    assert found().startswith(f"{place}: its {name} is not what stands at")


def test_a_passage_that_has_slipped_is_found(here: World):
    only(start=first().start + 1)
    assert len(list(problems())) == 2


def test_a_passage_after_the_end_is_found(here: World):
    only(end=9999)
    assert "ends after the text" in found()


def test_a_deleted_annotation_is_looked_at_too(here: World):
    Annotation.objects.filter(deleted_at__isnull=False).update(quote="Other")
    assert "its quote is not" in found()


@pytest.mark.parametrize("ids", ["", "1 2 3", "999", "reversed"])
def test_a_list_of_themes_that_is_not_its_themes_is_found(here: World, ids: str):
    if ids == "reversed":
        ids = " ".join(reversed(first().theme_ids.split()))
    only(theme_ids=ids)
    assert f"its list of themes says “{ids}”" in found()


def test_a_theme_that_was_taken_off_past_the_actions_is_found(here: World):
    AnnotationTheme.objects.filter(theme=here.risk).delete()
    assert "its list of themes says" in found()


def test_a_theme_of_another_codebook_is_found(here: World):
    other = create_set(owner=here.owner, title="Other")
    theirs = create_theme(other, actor=here.owner, name="Theirs")
    AnnotationTheme.objects.filter(theme=here.risk).delete()
    AnnotationTheme.objects.filter(theme=here.linkage).update(theme=theirs)
    only(theme_ids=str(theirs.pk))
    assert "its theme theirs is not in its set's codebook" in found()


def test_a_document_that_is_not_in_the_set_is_found(here: World):
    SetDocument.objects.all().delete()
    assert len(list(problems())) == 3
    assert all("its document is not in its set a-seminar" in problem for problem in problems())


def damage_blocks(edition: Edition) -> dict[str, object]:
    return {"blocks": edition.blocks[:-1]}


def damage_span(edition: Edition) -> dict[str, object]:
    return {"spans": [["italic", 5, 9999, ""]]}


def damage_shape(edition: Edition) -> dict[str, object]:
    return {"blocks": [["paragraph", 0]]}


def damage_note_key(edition: Edition) -> dict[str, object]:
    return {"blocks": [*edition.blocks[:-1], [*edition.blocks[-1][:3], "fn9", {}]]}


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (damage_blocks, "the blocks do not cover the text"),
        (damage_span, "a italic has the range 5–9999"),
        (damage_shape, "its blocks and spans cannot be read"),
        (damage_note_key, "a block belongs to the note fn9"),
    ],
)
def test_mark_up_that_does_not_fit_its_text_is_found(
    here: World, damage: Callable[[Edition], dict[str, object]], says: str
):
    Edition.objects.update(**damage(here.edition))
    assert says in found()


def test_mark_up_that_was_changed_under_its_digest_is_found(here: World):
    Edition.objects.update(spans=[["bold", 0, 3, ""]])
    assert "its digest is not that of its text and mark-up" in found()


def test_a_digest_that_was_changed_is_found(here: World):
    Edition.objects.update(digest="0" * 64)
    assert "its digest is not that of its text and mark-up" in found()


def test_a_footnote_that_does_not_fit_its_text_is_found(here: World):
    Footnote.objects.update(end=9999)
    assert "note fn1 has the range" in found()


def test_a_current_edition_of_another_document_is_found(here: World):
    other = document("d170")
    Document.objects.filter(pk=other.pk).update(current=here.edition)
    assert found() == "frus1981-88v03/d170: its current edition is another document's."


def test_a_document_without_a_current_edition_is_found(here: World):
    Document.objects.update(current=None)
    assert "none is its current one" in found()


@pytest.mark.parametrize("way", ["gone", "another", "demoted"])
def test_a_set_without_its_owners_membership_is_found(here: World, way: str):
    membership = Membership.objects.filter(role="owner")
    if way == "gone":
        membership.delete()
    elif way == "another":
        membership.update(user=here.stranger)
    else:
        membership.update(role="editor")
    assert found() == "set a-seminar: its owner is not among its members as the owner."


def test_a_theme_below_one_of_another_codebook_is_found(here: World):
    other = create_set(owner=here.owner, title="Other")
    theirs = create_theme(other, actor=here.owner, name="Theirs")
    Theme.objects.filter(pk=here.risk.pk).update(parent=theirs)
    assert "the theme above it is in another codebook" in found()


def test_themes_that_stand_below_each_other_are_found(here: World):
    Theme.objects.filter(pk=here.linkage.pk).update(parent=here.tacit)
    assert {p.split(":")[0] for p in problems() if "it stands below itself" in p} == {
        f"theme {here.linkage.pk}",
        f"theme {here.tacit.pk}",
    }


@pytest.mark.skipif(connection.vendor != "sqlite", reason="other databases keep references whole")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("annotations_annotation", "the annotation that it answers is not there"),
        ("annotations_theme", "its annotation or its theme is not there"),
    ],
)
def test_references_to_nothing_are_found(here: World, table: str, says: str):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        try:
            cursor.execute(f"DELETE FROM {table}")
            told = list(problems())
            cursor.execute("DELETE FROM annotations_reply")
            cursor.execute("DELETE FROM annotations_annotationtheme")
            cursor.execute("DELETE FROM annotations_annotation")
        finally:
            cursor.execute("PRAGMA foreign_keys = ON")
    assert any(says in problem for problem in told)
    assert any(problem.startswith("the database: ") for problem in told)


def test_the_check_asks_the_same_for_many_annotations_as_for_few(
    here: World, django_assert_max_num_queries
):
    for _ in range(20):
        here.annotate(themes=[here.linkage, here.risk])
    with django_assert_max_num_queries(52):
        assert list(problems()) == []
