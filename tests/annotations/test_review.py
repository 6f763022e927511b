"""What is kept of pages is never stale nor another's, and two who write at once lose nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from annotations import margins
from annotations.actions.annotations import create_annotation, edit_annotation
from annotations.actions.replies import create_reply, delete_reply, edit_reply
from annotations.actions.sets import add_document, add_member, remove_document
from annotations.models import Annotation, AnnotationSet, History, Reply
from annotations.passages import PassageFault
from annotations.stale import Stale
from tests.annotations.worlds import World, user, world

pytestmark = pytest.mark.django_db
ADDRESS = "/volumes/frus1981-88v03/d169/"
FIXTURE = "fixtures/frus1981-88v03-d169.xml"


@pytest.fixture
def here() -> World:
    return world(visibility="public")


def page(client: Client, query: str = "") -> str:
    response = client.get(ADDRESS + query)
    assert response.status_code == 200
    return response.content.decode()


def cards(html: str) -> int:
    return len(re.findall(r'<article class="card', html))


def test_what_is_made_private_while_a_page_is_made_does_not_get_into_it(
    client: Client, here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = here.annotate(note="for all")
    cards_of = margins.cards_of

    def after_a_change(*args: Any, **options: Any) -> Any:
        edit_annotation(
            Annotation.objects.get(pk=one.pk),
            actor=here.annotator,
            themes=[],
            note="for me alone",
            visibility="private",
        )
        return cards_of(*args, **options)

    monkeypatch.setattr(margins, "cards_of", after_a_change)
    assert "for me alone" not in page(client)
    client.force_login(here.annotator)
    page(client)
    monkeypatch.undo()
    client.logout()
    assert "for me alone" not in page(client)
    client.force_login(here.annotator)
    assert "for me alone" in page(client)


@pytest.mark.parametrize("hole", ["reading", "filters", "token", "t1", "a1"])
@pytest.mark.parametrize("name", ["theme", "author"])
def test_no_address_can_fill_the_holes_of_a_page(
    client: Client, here: World, hole: str, name: str
) -> None:
    here.annotate()
    html = page(client, f"?{name}=%00{hole}%00")
    assert "\0" not in html
    assert html.index('id="reading"') > html.index("</header>")


def test_two_sets_with_one_codebook_have_menus_of_their_own(client: Client, here: World) -> None:
    other = AnnotationSet.objects.create(
        slug="other",
        title="Other",
        owner=here.owner,
        codebook=here.set.codebook,
        visibility="public",
    )
    add_document(other, here.document, actor=here.owner)
    titles = []
    for name, one in (("ann", here.set), ("bob", other)):
        someone = user(name)
        add_member(one, actor=here.owner, username=name)
        client.force_login(someone)
        found = re.search(r"Set</span> ([^<]+)<", page(client))
        titles.append(found and found[1])
    assert titles == [here.set.title, "Other"]


def test_a_set_that_is_closed_offers_no_annotating(client: Client, here: World) -> None:
    client.force_login(here.annotator)
    assert "Annotate by giving the words" in page(client)
    AnnotationSet.objects.update(state="closed")
    assert "Annotate by giving the words" not in page(client)


def test_an_import_shows_at_once_what_it_says_of_persons_and_volume(
    client: Client, tmp_path: Path
) -> None:
    call_command("import_tei", FIXTURE, verbosity=0)
    before = page(client)
    source = Path(FIXTURE).read_text(encoding="utf-8")
    changed = tmp_path / "again.xml"
    changed.write_text(source.replace("Interdepartmental", "Interplanetary"), encoding="utf-8")
    call_command("import_tei", str(changed), verbosity=0)
    assert "Senior Interdepartmental Group" in before
    assert "Senior Interplanetary Group" in page(client)


def test_a_person_renamed_is_called_so_on_every_page(client: Client, here: World) -> None:
    create_reply(here.annotate(), author=here.editor, note="Yes")
    page(client)
    client.force_login(User.objects.create_superuser("root"))
    for person, first in ((here.annotator, "Ann"), (here.editor, "Ed")):
        response = client.post(
            f"/admin/auth/user/{person.pk}/change/",
            {
                "username": f"{person.username}2",
                "first_name": first,
                "is_active": "on",
                "date_joined_0": "2026-01-01",
                "date_joined_1": "00:00:00",
            },
        )
        assert response.status_code == 302
    client.logout()
    html = page(client)
    assert '<span class="author">Ann</span>' in html
    assert '<span class="author">Ed</span>' in html
    assert "1 of 1" in page(client, "?author=annotator2")


def test_editing_a_reply_that_was_deleted_meanwhile_does_not_bring_it_back(here: World) -> None:
    made = create_reply(here.annotate(), author=here.annotator, note="First")
    stale = Reply.objects.get(pk=made.pk)
    delete_reply(made, actor=here.annotator)
    with pytest.raises(Stale, match="deleted"):
        edit_reply(stale, actor=here.annotator, note="Second")
    assert Reply.objects.get(pk=made.pk).deleted_at is not None


def test_nothing_is_annotated_where_the_document_has_left_the_set(here: World) -> None:
    remove_document(here.set, here.document, actor=here.owner)
    with pytest.raises(PassageFault, match="no longer in the set"):
        here.annotate()
    assert not Annotation.objects.exists()
    assert not History.objects.filter(kind="annotation").exists()


def test_a_change_in_a_filtered_page_folds_no_card_that_the_page_shows(
    client: Client, here: World
) -> None:
    for _ in range(70):
        here.annotate(author=here.editor)
    for _ in range(5):
        one = here.annotate("behind us")
    client.force_login(here.annotator)
    query = f"?set={here.set.slug}&author=annotator"
    assert cards(page(client, query)) == 5
    response = client.post(
        f"/annotations/{one.uuid}/edit/",
        {"visibility": "shared", "note": "Other"},
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{ADDRESS}{query}"},
    )
    assert cards(response.content.decode()) == 5


def test_a_passage_is_refused_before_anything_is_written(here: World) -> None:
    with pytest.raises(PassageFault):
        create_annotation(
            author=here.annotator,
            annotation_set=here.set,
            edition=here.edition,
            start=10**30,
            end=10**31,
            quote="x",
        )
    assert not Annotation.objects.exists()
