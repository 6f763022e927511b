"""Themes are merged whole, with all that carries them, and the merge is taken back whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from annotations.actions.annotations import create_annotation, delete_annotation
from annotations.actions.assignments import Part, create_assignment
from annotations.actions.codebook import create_theme
from annotations.actions.merging import merge_themes, weigh
from annotations.actions.undoing import redo, undo
from annotations.actions.versions import ThemeFault, kept_themes
from annotations.integrity import problems
from annotations.models import Annotation, CodebookVersion, History, Theme
from tests.annotations.racing import at_once, database_of_its_own
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db


def tags(here: World) -> dict[int, set[int]]:
    rows = Annotation.objects.in_set(here.set.pk).order_by("pk")
    return {one.pk: {int(pk) for pk in one.theme_ids.split()} for one in rows}


def coded(here: World) -> dict[str, Annotation]:
    """Annotations of each kind that a merge of Risk into Linkage meets."""
    risk, linkage = here.risk, here.linkage
    found = {
        "risk": here.annotate(author=here.annotator, themes=[risk]),
        "both": here.annotate(author=here.annotator, themes=[risk, linkage]),
        "linkage": here.annotate(author=here.annotator, themes=[linkage]),
        "private": here.annotate(author=here.annotator, themes=[risk], visibility="private"),
        "deleted": here.annotate(author=here.annotator, themes=[risk]),
    }
    delete_annotation(found["deleted"], actor=here.annotator)
    return found


def test_a_merge_takes_along_every_passage_and_is_taken_back_whole() -> None:
    here = world()
    found = coded(here)
    before, themes = tags(here), kept_themes(here.set.codebook_id)
    weight = weigh(here.set, [here.risk], here.linkage)
    assert weight[:3] == (4, 1, 2)
    row = merge_themes(here.set, [here.risk], here.linkage, actor=here.owner, why="the same")
    linkage = {here.linkage.pk}
    assert tags(here) == dict.fromkeys((one.pk for one in found.values()), linkage)
    risk = Theme.objects.get(pk=here.risk.pk)
    assert (risk.merged_into, risk.retired_at is None) == (here.linkage, False)
    assert row.parts.filter(kind="annotation").count() == 4
    version = CodebookVersion.objects.latest("number")
    assert (version.action, version.why, version.actor) == ("merge", "the same", here.owner)
    assert list(problems()) == []
    undo(row, actor=here.owner)
    assert tags(here) == before
    assert kept_themes(here.set.codebook_id) == themes
    redo(row, actor=here.owner)
    assert tags(here) == dict.fromkeys((one.pk for one in found.values()), linkage)
    assert list(problems()) == []


def test_what_was_coded_otherwise_since_stays_so() -> None:
    here = world()
    found = coded(here)
    row = merge_themes(here.set, [here.risk], here.linkage, actor=here.owner)
    other = create_theme(here.set, actor=here.owner, name="Other")
    found["risk"].annotation_themes.all().delete()
    found["risk"].annotation_themes.create(theme=other)
    Annotation.objects.filter(pk=found["risk"].pk).update(theme_ids=str(other.pk))
    done = undo(row, actor=here.owner)
    assert done.left == 1
    assert tags(here)[found["risk"].pk] == {other.pk}
    assert tags(here)[found["private"].pk] == {here.risk.pk}


def test_what_stands_below_moves_along_and_assignments_ask_for_the_other() -> None:
    here = world()
    tacit = Theme.objects.get(slug="tacit")
    part = [Part(here.document.pk)]
    task = create_assignment(
        here.set, actor=here.owner, title="Tag", annotations=1, parts=part, themes=[here.linkage]
    )
    row = merge_themes(here.set, [here.linkage], here.risk, actor=here.owner)
    tacit.refresh_from_db()
    assert tacit.parent == here.risk
    assert list(task.themes.all()) == [here.risk]
    undo(row, actor=here.owner)
    tacit.refresh_from_db()
    assert tacit.parent == here.linkage
    assert list(task.themes.all()) == [here.linkage]


def test_a_theme_is_merged_into_one_below_it() -> None:
    here = world()
    tacit = Theme.objects.get(slug="tacit")
    one = here.annotate(author=here.annotator, themes=[here.linkage])
    merge_themes(here.set, [here.linkage], tacit, actor=here.owner)
    tacit.refresh_from_db()
    assert tacit.parent is None
    assert tags(here)[one.pk] == {tacit.pk}
    assert list(problems()) == []


def test_nothing_is_merged_into_itself() -> None:
    here = world()
    with pytest.raises(ThemeFault, match="another one"):
        merge_themes(here.set, [here.risk], here.risk, actor=here.owner)
    assert not History.objects.filter(action="merge").exists()


def test_a_merge_that_is_sent_twice_is_done_once() -> None:
    here = world()
    here.annotate(author=here.annotator, themes=[here.risk])
    merge_themes(here.set, [here.risk], here.linkage, actor=here.owner)
    with pytest.raises(ThemeFault, match="merged into another one already"):
        merge_themes(here.set, [here.risk], here.linkage, actor=here.owner)
    assert History.objects.filter(kind="codebook", action="merge").count() == 1


def test_an_address_with_a_merged_theme_leads_to_what_it_has_become(client: Client) -> None:
    here = world()
    one = here.annotate(author=here.annotator, themes=[here.risk])
    other = here.annotate(author=here.annotator)
    merge_themes(here.set, [here.risk], here.linkage, actor=here.owner)
    client.force_login(here.owner)
    reader = f"{here.document.get_absolute_url()}?set={here.set.slug}&theme=risk"
    for address in (reader, here.path("annotations/?theme=risk")):
        page = client.get(address).content.decode()
        assert str(one.uuid) in page
        assert str(other.uuid) not in page
        assert (">Themes</span> Linkage<" if address == reader else "Linkage") in page


def test_what_was_merged_can_be_looked_at_again() -> None:
    here = world()
    found = coded(here)
    merge_themes(here.set, [here.risk], here.linkage, actor=here.owner, review=True)
    assert found["risk"].annotation_themes.get().defined == 0
    assert found["both"].annotation_themes.get().defined == 1


@pytest.mark.django_db(transaction=True)
def test_who_tags_in_the_moment_of_a_merge_loses_nothing(tmp_path: Path) -> None:
    here = world()
    coded(here)
    with database_of_its_own(tmp_path):

        def tag() -> Any:
            return create_annotation(
                author=here.annotator,
                annotation_set=here.set,
                edition=here.edition,
                start=0,
                end=4,
                quote=here.edition.text[:4],
                themes=[here.risk],
            )

        def merge() -> Any:
            return merge_themes(here.set, [here.risk], here.linkage, actor=here.owner)

        at_once([tag, merge, tag, tag], ThemeFault)
        assert list(problems()) == []
        carrying = {pk for pks in tags(here).values() for pk in pks}
        assert carrying <= {here.risk.pk, here.linkage.pk}
        assert all(tags(here).values())
