"""Annotations follow their document to a new edition, inside the import, and nothing is lost."""

from __future__ import annotations

import io
import time

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from annotations.actions.anchoring import DecisionFault, confirm, undo_decision
from annotations.actions.annotations import change_passage, delete_annotation
from annotations.actions.carrying import follow, reanchor
from annotations.actions.replies import create_reply
from annotations.anchoring import Method, Verdict
from annotations.integrity import problems
from annotations.models import Anchoring, Annotation, History, SetDocument
from annotations.passages import passage_at
from archive.importers.parsed import Parsed
from archive.importers.plain import parse_text
from archive.ingest import NewEdition, ingest
from archive.models import Document, Edition
from tests.annotations import worlds
from tests.annotations.edits import Editor
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db

OLD = (
    "169. Memorandum\n"
    "With Afghanistan Day behind us, we must speak of linkage in the coming talks.\n"
    "The allies will watch closely, and so will all of our friends in the region.\n"
    "A source for the note."
)
GONE = OLD.replace(OLD.split("\n")[2], "There is nothing else to say.")
EDITED = OLD.replace("speak of linkage", "speak openly of linkage")


@pytest.fixture
def here() -> World:
    made = world()
    worlds.edition(made.document, OLD)
    Annotation.objects.all().delete()
    return made


def renewed(here: World, words: str) -> Edition:
    """A new edition of the world's document, with its annotations carried along."""
    old = here.edition
    new = worlds.edition(here.document, words)
    reanchor(old.pk, new.pk)
    return new


def again(annotation: Annotation) -> Annotation:
    return Annotation.objects.with_place().get(pk=annotation.pk)


def test_annotations_move_to_the_new_edition_with_how_they_were_found(here: World):
    sure = here.annotate("Afghanistan Day")
    review = here.annotate("speak of linkage")
    orphan = here.annotate("so will all of our friends in the region")
    new = renewed(here, GONE.replace("speak of linkage", "speak openly of linkage"))
    assert (again(sure).edition, again(sure).anchor) == (new, "")
    assert (again(review).edition, again(review).anchor) == (new, "review")
    assert again(review).quote == "speak openly of linkage"
    assert again(orphan).edition.number == new.number - 1
    assert (again(orphan).anchor, again(orphan).quote) == ("orphan", orphan.quote)
    said = {row.annotation_id: (row.method, row.verdict) for row in Anchoring.objects.all()}
    assert said[sure.pk] == ("unchanged", "sure") or said[sure.pk] == ("diff", "sure")
    assert said[review.pk] == ("diff", "review")
    assert said[orphan.pk][1] == "orphan"
    assert list(problems()) == []


def test_deleted_annotations_and_threads_come_along(here: World):
    deleted = here.annotate("Afghanistan Day")
    delete_annotation(deleted, actor=here.annotator)
    answered = here.annotate("speak of linkage")
    create_reply(answered, author=here.owner, note="Yes")
    new = renewed(here, EDITED)
    assert again(deleted).edition == new and again(deleted).deleted_at
    assert again(answered).replies.count() == 1


def test_history_versions_and_revisions_know_of_it(here: World):
    annotation = here.annotate("Afghanistan Day")
    revision = SetDocument.objects.get().revision
    renewed(here, EDITED)
    row = History.objects.filter(kind="annotation", key=str(annotation.uuid)).latest("pk")
    assert (row.action, row.actor, row.state["quote"]) == ("reanchor", None, "Afghanistan Day")
    assert again(annotation).version == annotation.version + 1
    assert SetDocument.objects.get().revision > revision


def test_it_takes_the_same_few_queries_for_any_number(here: World, django_assert_num_queries):
    for _ in range(30):
        here.annotate("Afghanistan Day")
    old, new = here.edition, worlds.edition(here.document, EDITED)
    with django_assert_num_queries(12):
        reanchor(old.pk, new.pk)


def test_an_orphan_is_looked_for_again_in_each_later_edition(here: World):
    orphan = here.annotate("so will all of our friends in the region")
    renewed(here, GONE)
    assert again(orphan).anchor == "orphan"
    back = worlds.edition(here.document, OLD + " And more.")
    changed = NewEdition("d169", here.document.pk, back.pk - 1, back.pk)
    outcome = follow([changed], None)
    assert outcome.total == 1
    assert (again(orphan).edition, again(orphan).anchor) == (back, "")
    assert Anchoring.objects.filter(annotation=orphan, latest=True).count() == 1
    assert Anchoring.objects.filter(annotation=orphan).count() == 2


def test_what_nobody_reviewed_stays_under_review_in_the_next_edition(here: World):
    annotation = here.annotate("speak of linkage")
    renewed(here, EDITED)
    renewed(here, EDITED + " And more.")
    assert again(annotation).anchor == "review"


def brought(words: str) -> Parsed:
    return parse_text(words.encode(), "one.txt", volume="v1", number="1")


def test_an_import_carries_them_within_its_transaction(here: World):
    first = "Title\n\nWith Afghanistan Day behind us, we must speak of linkage in the talks.\n"
    ingest(brought(first))
    document = Document.objects.get(volume__slug="v1")
    assert document.current is not None
    SetDocument.objects.create(annotation_set=here.set, document=document)
    words = "Afghanistan Day behind us"
    start = document.current.text.index(words)
    annotation = here.annotate(
        words="Afghanistan Day",
        edition=document.current,
        start=start,
        end=start + len(words),
        quote=words,
    )
    report = ingest(brought(first.replace("the talks", "all the talks to come")))
    assert report.followed == ("1 annotation on changed texts: 1 found again.",)
    row = Anchoring.objects.get(annotation=annotation)
    assert row.run_id == report.run_id
    assert again(annotation).edition.number == 2
    assert list(problems()) == []


def test_it_stands_right_settles_it_once_and_can_be_undone(here: World):
    annotation = here.annotate("speak of linkage")
    renewed(here, EDITED)
    confirm(again(annotation), actor=here.editor)
    row = Anchoring.objects.get()
    assert (row.decided_by, again(annotation).anchor) == (here.editor, "")
    with pytest.raises(DecisionFault):
        confirm(again(annotation), actor=here.owner)
    undo_decision(again(annotation), actor=here.editor)
    row.refresh_from_db()
    assert (row.decided_by, again(annotation).anchor) == (None, "review")
    actions = [h.action for h in History.objects.filter(key=str(annotation.uuid))]
    assert actions == ["create", "reanchor", "confirm", "undecide"]


def attach(here: World, annotation: Annotation, words: str) -> None:
    text = here.edition.as_text()
    start = text.text.index(words)
    change_passage(
        again(annotation),
        actor=here.editor,
        start=start,
        end=start + len(words),
        quote=words,
        text=text,
        edition=here.edition,
    )


def test_an_orphan_is_attached_by_hand_and_that_can_be_undone(here: World):
    orphan = here.annotate("so will all of our friends in the region")
    renewed(here, GONE)
    attach(here, orphan, "nothing else")
    found = again(orphan)
    assert (found.edition, found.anchor, found.quote) == (here.edition, "", "nothing else")
    row = Anchoring.objects.get(annotation=orphan, latest=True)
    assert (row.method, row.verdict, row.decided_by) == (Method.HAND, Verdict.SURE, here.editor)
    assert list(problems()) == []
    undo_decision(found, actor=here.editor)
    found = again(orphan)
    assert (found.anchor, found.quote) == ("orphan", orphan.quote)
    assert found.edition.number == here.edition.number - 1
    assert Anchoring.objects.get(annotation=orphan, latest=True).verdict == Verdict.ORPHAN
    assert list(problems()) == []


def test_a_move_by_hand_that_was_changed_since_is_not_undone(here: World):
    orphan = here.annotate("so will all of our friends in the region")
    renewed(here, GONE)
    attach(here, orphan, "nothing else")
    attach(here, orphan, "nothing")
    with pytest.raises(DecisionFault):
        undo_decision(again(orphan), actor=here.editor)
    assert again(orphan).quote == "nothing"


def test_a_change_of_passage_that_waits_for_nobody_is_no_decision(here: World):
    annotation = here.annotate("speak of linkage")
    attach(here, annotation, "linkage")
    assert not Anchoring.objects.exists()
    with pytest.raises(DecisionFault):
        undo_decision(again(annotation), actor=here.annotator)


def test_thousands_are_carried_in_seconds(here: World):
    editor = Editor(5)
    draft = editor.draft(200, 20)
    old = worlds.edition(here.document, draft.text)
    now = timezone.now()
    Annotation.objects.bulk_create(
        Annotation(
            annotation_set=here.set,
            author=here.annotator,
            edition=old,
            created=now,
            modified=now,
            **vars_of(passage),
        )
        for passage in editor.passages(draft.text, draft.regions, 2000)
    )
    editor.edit(draft, 100)
    new = worlds.edition(here.document, draft.text)
    begun = time.perf_counter()
    with transaction.atomic():
        outcome = reanchor(old.pk, new.pk)
    assert outcome.total == 2000
    assert time.perf_counter() - begun < 15
    for annotation in Annotation.objects.filter(edition=new).select_related("edition"):
        passage = passage_at(new.text, annotation.start, annotation.end)
        assert passage.quote == annotation.quote


def vars_of(passage: object) -> dict[str, object]:
    names = ("start", "end", "quote", "prefix", "suffix")
    return {name: getattr(passage, name) for name in names}


def test_damage_to_what_is_kept_of_it_is_found(here: World):
    annotation = here.annotate("speak of linkage")
    renewed(here, EDITED)
    rows = Anchoring.objects.filter(annotation=annotation)
    rows.update(old_quote="something else")
    assert [fault.split(": ")[-1] for fault in problems()] == [
        "its old quote is not what stands there."
    ]
    rows.update(old_quote=annotation.quote, latest=False)
    assert [fault.split(": ")[-1] for fault in problems()] == [
        "nothing is kept of why its place is open."
    ]
    rows.update(latest=True, to_edition=worlds.document("d170", OLD).current)
    assert [fault.split(": ")[-1] for fault in problems()] == [
        "it was carried between editions of another document."
    ]


def test_what_was_left_behind_is_carried_along_once(here: World):
    annotation, orphan = here.annotate("Afghanistan Day"), here.annotate("so will all of our")
    new = worlds.edition(here.document, GONE)
    assert again(annotation).edition != new
    out = io.StringIO()
    call_command("reanchor", stdout=out)
    assert out.getvalue() == "2 annotations on changed texts: 1 found again, 1 not found.\n"
    assert (again(annotation).edition, again(orphan).anchor) == (new, "orphan")
    out = io.StringIO()
    call_command("reanchor", stdout=out)
    assert out.getvalue() == "No annotation was left behind.\n"
    assert Anchoring.objects.count() == 2
