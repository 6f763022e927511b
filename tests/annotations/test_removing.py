"""A set is deleted by its owner, when nobody else is in it, and leaves nothing torn behind."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from annotations.actions.codebook import create_theme
from annotations.actions.removing import delete_set
from annotations.actions.sets import SetFault, create_set
from annotations.integrity import problems
from annotations.models import Annotation, AnnotationSet, Codebook, History, Reply, Theme
from archive.models import Document
from tests.annotations.traces import leaver
from tests.annotations.worlds import world

pytestmark = pytest.mark.django_db


def test_a_set_with_members_stays_until_its_owner_is_alone(client: Client):
    here = world()
    client.force_login(here.owner)
    path = here.path("delete/")
    assertContains(client.get(path), "This set has 3 other members")
    response = client.post(path, {"title": here.set.title})
    assertContains(response, "remove them first", status_code=422)
    for other in (here.editor, here.annotator):
        with pytest.raises(SetFault, match="Only its owner"):
            delete_set(here.set, actor=other)
    assert AnnotationSet.objects.exists()


def test_all_that_was_in_it_goes_and_the_archive_stays(client: Client):
    gone = leaver()
    here = gone.here
    tacit = create_theme(here.set, actor=here.owner, name="Below", parent=here.tacit)
    here.annotate("Memorandum", themes=[tacit])
    other = create_set(owner=here.stranger, title="Elsewhere", codebook=here.set.codebook)
    here.set.memberships.exclude(user=here.owner).delete()
    client.force_login(here.owner)
    path = here.path("delete/")
    assertContains(client.get(path), "written by others, who are told nothing")
    assertContains(client.post(path, {"title": "x"}), "Type “A seminar”", status_code=422)
    assertRedirects(client.post(path, {"title": " A seminar "}), "/sets/")
    assert list(AnnotationSet.objects.all()) == [other]
    assert not Annotation.objects.exists() and not Reply.objects.exists()
    assert set(Codebook.objects.all()) == {other.codebook}
    assert set(Theme.objects.values_list("codebook", flat=True)) == {other.codebook_id}
    assert Document.objects.count() == 2
    for model in apps.get_app_config("annotations").get_models():
        for field in model._meta.concrete_fields:
            if field.related_model is AnnotationSet:
                left = model._default_manager.exclude(**{field.name: other})
                assert not left.exclude(**{field.name: None}).exists(), model
    row = History.objects.latest("pk")
    assert (row.action, row.annotation_set, row.state["title"]) == ("delete", None, "A seminar")
    assert list(problems()) == []


@pytest.mark.parametrize("name", ["editor", "annotator", "reader"])
def test_nobody_but_the_owner_deletes_a_set(client: Client, name: str):
    here = world()
    client.force_login(getattr(here, name))
    assert client.get(here.path("delete/")).status_code == 403
    assert client.post(here.path("delete/"), {"title": here.set.title}).status_code == 403


def test_a_frozen_set_is_thawed_before_it_is_deleted(client: Client):
    here = world()
    here.set.memberships.exclude(user=here.owner).delete()
    AnnotationSet.objects.update(state="frozen")
    client.force_login(here.owner)
    assert client.post(here.path("delete/"), {"title": here.set.title}).status_code == 403
    assert AnnotationSet.objects.exists()
