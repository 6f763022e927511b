"""Acts on many annotations at once: what may be done is done, the rest is left and counted, and all
of it is taken back as one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied

from annotations.actions import many as acts
from annotations.actions.annotations import delete_annotation, edit_annotation
from annotations.actions.codebook import create_theme, edit_theme
from annotations.actions.groups import make_group, move
from annotations.actions.many import NOT_YOURS, PRIVATE, SO_ALREADY, WITHOUT, Chosen
from annotations.actions.moderation import report
from annotations.actions.promises import change_rules
from annotations.actions.replies import create_reply
from annotations.actions.undoing import redo, undo
from annotations.chosen import Changed, all_of, chosen_by, ticked, weigh
from annotations.filters import Asked
from annotations.integrity import problems
from annotations.models import (
    Annotation,
    AnnotationSet,
    Audience,
    History,
    Kind,
    Membership,
    Naming,
    Notification,
    Report,
    SetDocument,
)
from annotations.sights import Sight
from annotations.viewers import Viewer
from tests.annotations.worlds import World, world
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world(visibility="public")


def role_of(here: World, user: User) -> str | None:
    found = Membership.objects.filter(annotation_set=here.set, user=user)
    return found.values_list("role", flat=True).first()


def sight_of(here: World, user: User) -> Sight:
    one = AnnotationSet.objects.select_related("codebook").get(pk=here.set.pk)
    return Sight(one, Viewer(user.pk), role_of(here, user))


def chosen(here: World, user: User) -> Chosen:
    sight = sight_of(here, user)
    return Chosen(sight.annotation_set, sight.rows(), user, sight.role)


def themes(one: Annotation) -> set[str]:
    return set(one.themes.values_list("name", flat=True))


def picture() -> list[Any]:
    """All that acts on many change."""
    rows = Annotation.objects.order_by("pk")
    return [
        (one.pk, one.visibility, one.hidden_at is None, one.hidden_reason, one.deleted_at is None)
        + (one.audience, one.naming, one.theme_ids)
        + tuple(one.annotation_themes.order_by("theme").values_list("theme", "defined"))
        for one in rows
    ]


def test_editors_retag_what_others_share_and_annotators_their_own(here: World):
    shared = here.annotate(themes=[here.linkage])
    private = here.annotate(visibility="private")
    own = here.annotate(author=here.owner)
    done = acts.retag_many(chosen(here, here.editor), add=[here.risk], remove=[here.linkage])
    assert (done.done, done.left) == (2, {})
    assert [themes(one) for one in (shared, private, own)] == [{"Risk"}, set(), {"Risk"}]
    done = acts.retag_many(chosen(here, here.annotator), add=[here.tacit])
    assert (done.done, done.left) == (2, {NOT_YOURS: 1})
    assert themes(own) == {"Risk"}
    assert not list(problems())


def test_a_theme_is_replaced_only_where_it_stands(here: World):
    with_it, without = here.annotate(themes=[here.linkage]), here.annotate(themes=[here.tacit])
    done = acts.move_many(chosen(here, here.editor), old=here.linkage, new=here.risk)
    assert (done.done, done.left) == (1, {WITHOUT: 1})
    assert [themes(with_it), themes(without)] == [{"Risk"}, {"Tacit"}]


def test_what_changes_nothing_leaves_no_history(here: World):
    here.annotate(themes=[here.risk])
    before = History.objects.count()
    done = acts.retag_many(chosen(here, here.editor), add=[here.risk])
    assert (done.row, done.left) == (None, {SO_ALREADY: 1})
    assert History.objects.count() == before


def test_many_are_marked_as_looked_at_after_a_definition_changed(here: World):
    one = here.annotate(themes=[here.linkage])
    linkage = here.linkage
    words = {"name": linkage.name, "definition": "Something else altogether.", "colour": 1}
    rest = {"use_when": "", "not_when": "", "example": "", "line": 1}
    edit_theme(here.set, linkage, actor=here.owner, **words, **rest)
    rows = sight_of(here, here.editor).rows()
    link = one.annotation_themes.get()
    linkage.refresh_from_db()
    if linkage.defined == link.defined:
        linkage.defined += 1
        linkage.save()
    assert weigh(sight_of(here, here.editor), rows).before == 1
    done = acts.review_many(chosen(here, here.editor))
    assert done.done == 1
    assert weigh(sight_of(here, here.editor), rows).before == 0


def test_hiding_many_tells_each_author_once_settles_reports_and_keeps_the_reason(here: World):
    two = [here.annotate(), here.annotate()]
    here.annotate(author=here.editor, visibility="private")
    report(two[1], by=here.reader)
    done = acts.hide_many(chosen(here, here.editor), reason="Not our text.")
    assert (done.done, done.left) == (2, {PRIVATE: 1})
    hidden = Annotation.objects.filter(hidden_at__isnull=False)
    assert set(hidden.values_list("hidden_reason", flat=True)) == {"Not our text."}
    told = Notification.objects.filter(user=here.annotator, kind=Kind.HIDDEN)
    assert [notice.annotation for notice in told] == [two[0]]
    assert Report.objects.get().outcome == Report.Outcome.HIDDEN
    assert sight_of(here, here.reader).rows().count() == 0


def test_each_part_says_where_it_is_seen_so_that_readers_are_told(here: World):
    here.annotate()
    place = SetDocument.objects.get()
    done = acts.hide_many(chosen(here, here.editor), reason="No.")
    assert done.row is not None
    part = done.row.parts.get()
    place.refresh_from_db()
    assert (part.place, part.revision, part.action) == (place, place.revision, "hide")
    assert (part.before["hidden"], part.state["hidden"]) == (False, True)


def test_one_deletes_ones_own_and_editors_hide_the_rest(here: World):
    own, others = here.annotate(author=here.editor), here.annotate()
    done = acts.delete_many(chosen(here, here.editor))
    assert (done.done, done.left) == (1, {NOT_YOURS: 1})
    own.refresh_from_db()
    assert own.deleted_at is not None
    here.annotate(author=here.editor)
    done = acts.delete_many(chosen(here, here.editor), hide_others=True, reason="No.")
    others.refresh_from_db()
    assert (done.done, others.deleted_at, others.hidden_reason) == (2, None, "No.")
    with pytest.raises(PermissionDenied):
        acts.delete_many(chosen(here, here.annotator), hide_others=True, reason="No.")


def test_what_is_shared_is_shared_under_the_present_rules(here: World):
    one = here.annotate(visibility="private")
    assert (one.audience, one.naming) == (Audience.EVERYONE, Naming.NAME)
    change_rules(
        here.set,
        actor=here.owner,
        rule="editors",
        after_count=1,
        naming=Naming.PSEUDONYM,
        groups_apart=True,
        leaving="keep",
    )
    here.annotate(author=here.owner)
    assert acts.share_many(chosen(here, here.annotator), visibility="shared").done == 1
    one.refresh_from_db()
    assert (one.visibility, one.audience) == ("shared", Audience.EDITORS)
    assert one.naming == Naming.PSEUDONYM
    assert here.set.pseudonyms.filter(user=here.annotator).exists()


def test_sharing_many_opens_a_document_and_tells_whom_the_notes_mention():
    here = world(visibility="public")
    change_rules(
        here.set,
        actor=here.owner,
        rule="after",
        after_count=2,
        naming=Naming.NAME,
        groups_apart=True,
        leaving="keep",
    )
    for note in ("What says @editor?", "And this."):
        here.annotate(visibility="private", note=note)
    acts.share_many(chosen(here, here.annotator), visibility="shared")
    assert here.set.progress.get(user=here.annotator).opened_at is not None
    assert Notification.objects.filter(user=here.editor, kind=Kind.MENTION).count() == 1


@pytest.mark.parametrize("act", ["retag", "move", "hide", "show", "delete", "both", "share", "un"])
def test_an_act_on_many_is_taken_back_and_done_again_as_one(here: World, act: str):
    here.annotate(themes=[here.linkage], visibility="private")
    here.annotate(author=here.editor, themes=[here.linkage, here.risk])
    here.annotate(author=here.editor, visibility="private")
    acts.hide_many(
        chosen(here, here.editor)._replace(rows=Annotation.objects.filter(author=here.annotator)),
        reason="private is left",
    )
    shared = here.annotate()
    acts.hide_many(
        chosen(here, here.editor)._replace(rows=Annotation.objects.filter(pk=shared.pk)),
        reason="No.",
    )
    here.annotate(themes=[here.tacit])
    by = chosen(here, here.editor)
    before = picture()
    done = {
        "retag": lambda: acts.retag_many(by, add=[here.tacit], remove=[here.linkage]),
        "move": lambda: acts.move_many(by, old=here.linkage, new=here.tacit),
        "hide": lambda: acts.hide_many(by, reason="Gone."),
        "show": lambda: acts.show_many(by),
        "delete": lambda: acts.delete_many(by),
        "both": lambda: acts.delete_many(by, hide_others=True, reason="Gone."),
        "share": lambda: acts.share_many(by, visibility="shared"),
        "un": lambda: acts.share_many(by, visibility="private"),
    }[act]()
    after = picture()
    assert done.row is not None
    assert after != before
    assert undo(done.row, actor=here.editor).left == 0
    assert picture() == before
    assert redo(done.row, actor=here.editor).left == 0
    assert picture() == after
    assert not list(problems())


def test_what_somebody_changed_since_is_left_when_it_is_taken_back(here: World):
    one, two = here.annotate(), here.annotate()
    done = acts.hide_many(chosen(here, here.editor), reason="No.")
    assert done.row is not None
    acts.show_many(chosen(here, here.owner)._replace(rows=Annotation.objects.filter(pk=one.pk)))
    back = undo(done.row, actor=here.editor)
    assert (back.done, back.left) == (1, 1)
    two.refresh_from_db()
    assert two.hidden_at is None


@pytest.mark.parametrize("state", ["closed", "frozen"])
def test_nothing_is_changed_in_a_set_that_is_shut(here: World, state: str):
    here.annotate(author=here.editor)
    AnnotationSet.objects.update(state=state)
    by = chosen(here, here.editor)
    for act in (
        lambda: acts.retag_many(by, add=[here.risk]),
        lambda: acts.review_many(by),
        lambda: acts.delete_many(by),
        lambda: acts.share_many(by, visibility="private"),
    ):
        with pytest.raises(PermissionDenied):
            act()
    if state == "closed":
        assert acts.hide_many(by, reason="No.").done == 1
    else:
        with pytest.raises(PermissionDenied):
            acts.hide_many(by, reason="No.")


def test_all_that_match_are_those_that_were_there_when_it_was_said(here: World):
    first, second = here.annotate(), here.annotate(note="Later another.")
    sight = sight_of(here, here.editor)
    told = all_of(sight, Asked())
    assert told.number == 2
    here.annotate(note="It came since.")
    edit_annotation(
        second, actor=here.annotator, themes=[], note="Other words.", visibility="shared"
    )
    taken = chosen_by(sight_of(here, here.editor), Asked(), told.token)
    assert [one.pk for one in taken.rows] == [first.pk]
    assert taken.number == 2


def test_what_was_answered_or_moved_to_another_group_since_is_not_swept_along(here: World):
    answered, other = here.annotate(), here.annotate()
    create_reply(answered, author=here.reader, note="Yes.")
    asked = Asked(replies="some")
    token = all_of(sight_of(here, here.editor), asked).token
    create_reply(other, author=here.reader, note="Yes.")
    # One came and one went: their number alone would tell nothing.
    delete_annotation(answered, actor=here.annotator)
    assert not chosen_by(sight_of(here, here.editor), asked, token).rows.exists()
    group = make_group(here.set, actor=here.owner, name="Monday")
    asked = Asked(group=str(group.pk))
    token = all_of(sight_of(here, here.editor), asked).token
    move(here.set, [here.annotator.pk], group, actor=here.owner)
    with pytest.raises(Changed):
        chosen_by(sight_of(here, here.editor), asked, token)


def test_what_was_said_to_somebody_else_or_of_other_filters_is_not_taken(here: World):
    here.annotate()
    token = all_of(sight_of(here, here.editor), Asked()).token
    for who, asked, given in (
        (here.owner, Asked(), token),
        (here.editor, Asked(mine="1"), token),
        (here.editor, Asked(), token + "x"),
    ):
        with pytest.raises(Changed):
            chosen_by(sight_of(here, who), asked, given)


def test_what_matched_by_its_theme_is_looked_at_again_when_the_codebook_changed(here: World):
    here.annotate(themes=[here.linkage])
    asked = Asked(theme=("linkage",))
    token = all_of(sight_of(here, here.editor), asked).token
    create_theme(here.set, actor=here.owner, name="New", parent=here.linkage)
    # Each request reads its set anew.
    with pytest.raises(Changed):
        chosen_by(sight_of(here, here.editor), asked, token)


def test_only_what_one_sees_can_be_ticked(here: World):
    seen, unseen = here.annotate(), here.annotate(visibility="private")
    choice = ticked(sight_of(here, here.editor), [str(seen.uuid), f"{unseen.uuid} nonsense"])
    assert [one.pk for one in choice.rows] == [seen.pk]


def test_a_thousand_and_more_are_done_in_few_queries(here: World, django_assert_max_num_queries):
    one = here.annotate()
    made = []
    for at in range(1100):
        made.append(
            Annotation(
                annotation_set=here.set,
                author=here.annotator,
                edition=here.edition,
                start=one.start,
                end=one.end,
                quote=one.quote,
                created=one.created + timedelta(seconds=at),
                modified=one.modified,
            )
        )
    Annotation.objects.bulk_create(made)
    with django_assert_max_num_queries(45):
        done = acts.hide_many(chosen(here, here.editor), reason="No.")
    assert done.done == 1101
    assert done.row is not None
    with django_assert_max_num_queries(45):
        assert undo(done.row, actor=here.editor).done == 1101


def test_a_strangers_act_on_many_is_refused(here: World):
    here.annotate()
    MembershipFactory(annotation_set=here.set, user=here.stranger, role="reader")
    with pytest.raises(PermissionDenied):
        acts.retag_many(chosen(here, here.stranger), add=[here.risk])
    with pytest.raises(PermissionDenied):
        acts.hide_many(chosen(here, here.annotator), reason="No.")
