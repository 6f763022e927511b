"""Themes come in from the files of other tools by the page of the codebook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from pytest_django.asserts import assertContains

from annotations.actions.sets import create_set
from annotations.export import shared_of
from annotations.formats import FORMATS, in_bytes
from annotations.models import AnnotationSet, Theme
from annotations.packing import package
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(settings: Any, tmp_path: Path) -> World:
    settings.UPLOADS = tmp_path / "uploads"
    return world()


@pytest.fixture
def empty(here: World, client: Client) -> AnnotationSet:
    client.force_login(here.owner)
    return create_set(owner=here.owner, title="Empty")


def sent(client: Client, to: AnnotationSet, data: bytes, name: str) -> HttpResponse:
    file = SimpleUploadedFile(name, data)
    return client.post(f"/sets/{to.slug}/codebook/bring/", {"file": file})


def codebook(here: World) -> bytes:
    whole = package(here.set, shared_of(here.set))
    return b"".join(in_bytes(FORMATS["qdc"].write(whole)))


def test_a_codebook_of_another_tool_is_looked_at_and_then_brought_in(
    client: Client, here: World, empty: AnnotationSet, tmp_path: Path
) -> None:
    page = sent(client, empty, codebook(here), "themes.qdc")
    assertContains(page, "Themes from “themes.qdc”")
    assertContains(page, "3 new, 0 the same here")
    assert not Theme.objects.of_codebook(empty.codebook_id).exists()
    given = {"seen": page.context["seen"], "take": ["0", "1", "2"]}
    given |= page.context["source"].carried
    done = client.post(f"/sets/{empty.slug}/codebook/bring/", given)
    assert done.status_code == 302
    themes = {one.name: one for one in Theme.objects.of_codebook(empty.codebook_id)}
    assert themes["Linkage"].definition == "Tied to another matter."
    assert themes["Tacit"].parent == themes["Linkage"]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>', "a.qdc cannot be read: "),
        (b"PK\x03\x04project.qde", "a.qdc cannot be read: "),
        (b'{"rows": [], "total": 0}', "There are no themes in a.qdc."),
    ],
)
def test_a_file_that_holds_none_gives_one_sentence(
    client: Client, empty: AnnotationSet, data: bytes, says: str
) -> None:
    page = sent(client, empty, data, "a.qdc")
    assertContains(page, says, status_code=422)
    assert "Nothing was changed." in page.content.decode()
    assert not Theme.objects.of_codebook(empty.codebook_id).exists()


def test_a_file_above_the_limit_is_not_read(
    client: Client, here: World, empty: AnnotationSet, settings: Any
) -> None:
    settings.BRING_MAX_BYTES = 100
    page = sent(client, empty, codebook(here), "themes.qdc")
    assertContains(page, "themes.qdc is larger than the limit of 100", status_code=422)


def test_what_waits_for_another_is_not_shown(
    client: Client, here: World, empty: AnnotationSet
) -> None:
    key = sent(client, empty, codebook(here), "a.qdc").context["source"].carried["staged"]
    other = Client()
    other.force_login(here.owner)
    page = other.get(f"/sets/{empty.slug}/codebook/bring/?staged={key}")
    assertContains(page, "choose it again", status_code=422)
