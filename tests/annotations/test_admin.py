"""The admin site shows what people wrote to superusers, and changes none of it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.asserts import assertNotContains

from annotations.actions.replies import create_reply
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db

MODELS = (
    "annotationset",
    "membership",
    "setdocument",
    "codebook",
    "theme",
    "annotation",
    "reply",
    "history",
)


@pytest.fixture
def here(client: Client) -> World:
    made = world()
    create_reply(made.annotate(themes=[made.risk]), author=made.owner, note="Yes")
    client.force_login(User.objects.create_superuser("root"))
    return made


@pytest.mark.parametrize("model", MODELS)
def test_every_list_opens_and_nothing_can_be_added(client: Client, here: World, model: str):
    response = client.get(f"/admin/annotations/{model}/")
    assert response.status_code == 200
    assert response.context["cl"].result_count > 0
    assert client.get(f"/admin/annotations/{model}/add/").status_code == 403


def test_an_annotation_is_shown_and_neither_changed_nor_deleted(client: Client, here: World):
    made = here.set.annotations.get()
    path = f"/admin/annotations/annotation/{made.pk}/"
    assert client.get(f"{path}change/").status_code == 200
    assert client.post(f"{path}change/", {"note": "Other"}).status_code == 403
    assert client.post(f"{path}delete/", {"post": "yes"}).status_code == 403
    made.refresh_from_db()
    assert made.note == ""


def test_the_secret_link_is_not_shown(client: Client, here: World):
    path = f"/admin/annotations/annotationset/{here.set.pk}/change/"
    assertNotContains(client.get(path), here.set.link_key)
