"""The reader: what a page shows, to whom, and at what cost."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from annotations.actions.annotations import delete_annotation, edit_annotation
from annotations.actions.codebook import edit_theme
from annotations.actions.replies import create_reply
from annotations.models import Annotation, AnnotationSet, Visibility
from archive.kept import forget_all
from archive.models import Document, Person
from tests.annotations.worlds import WORDS, World, document, edition, user, world

pytestmark = pytest.mark.django_db
ADDRESS = "/volumes/frus1981-88v03/d169/"


@pytest.fixture
def here() -> World:
    forget_all()
    return world(visibility=Visibility.PUBLIC)


def cards(html: str) -> list[str]:
    return re.findall(r'<article class="card[^"]*" id="a-([0-9a-f-]+)"', html)


def page(client: Client, query: str = "", **headers: str) -> str:
    response = client.get(ADDRESS + query, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_the_text_stands_in_the_page_block_by_block(client: Client, here: World) -> None:
    html = page(client)
    assert 'id="b1" data-start="16">With Afghanistan Day behind us' in html
    assert 'role="doc-noteref" aria-label="note 1">1</a>' in html
    assert '<li class="note" id="n-fn1">' in html


def test_a_passage_is_marked_with_the_colours_and_lines_of_its_themes(
    client: Client, here: World
) -> None:
    here.annotate(themes=[here.linkage, here.risk], note="A *day*.")
    html = page(client)
    assert '<mark class="c1 f1 s2 g2 d1">Afghanistan Day</mark>' in html
    assert "A <em>day</em>." in html and '<span class="chip c1 f1">Linkage</span>' in html


@pytest.mark.parametrize("name", [None, "stranger", "reader", "owner", "annotator"])
def test_everyone_who_may_read_a_set_sees_what_is_shared_and_nobody_what_is_private(
    client: Client, here: World, name: str | None
) -> None:
    shared = here.annotate(note="for all")
    private = here.annotate(note="for me", visibility="private")
    if name:
        client.force_login(getattr(here, name))
    found = cards(page(client))
    assert str(shared.uuid) in found
    assert (str(private.uuid) in found) == (name == "annotator")


def test_a_private_set_is_not_there_for_strangers(client: Client, here: World) -> None:
    here.annotate(note="a secret")
    AnnotationSet.objects.update(visibility=Visibility.PRIVATE)
    assert "a secret" not in page(client)
    assert client.get(f"{ADDRESS}?set={here.set.slug}").status_code == 404
    client.force_login(here.stranger)
    assert client.get(f"{ADDRESS}?set={here.set.slug}").status_code == 404
    client.force_login(here.reader)
    assert "a secret" in page(client, f"?set={here.set.slug}")


def test_a_set_by_link_is_read_by_whoever_has_opened_the_link(client: Client, here: World) -> None:
    here.annotate(note="for friends")
    AnnotationSet.objects.update(visibility=Visibility.LINK)
    assert "for friends" not in page(client)
    client.get(here.path(f"link/{here.set.link_key}/"))
    assert "for friends" in page(client, f"?set={here.set.slug}")


def test_the_acts_of_an_annotation_are_offered_to_its_author_alone(
    client: Client, here: World
) -> None:
    made = here.annotate()
    create_reply(made, author=here.editor, note="An answer.")
    edit = f"/annotations/{made.uuid}/edit/"
    seen = {}
    for name in ("annotator", "editor", "reader"):
        client.force_login(getattr(here, name))
        seen[name] = page(client)
    change = re.compile(r'href="/replies/[\w-]+/edit/"')
    assert edit in seen["annotator"] and not change.search(seen["annotator"])
    assert edit not in seen["editor"] and change.search(seen["editor"])
    assert edit not in seen["reader"] and "reply/" not in seen["reader"]
    assert "\x00" not in "".join(seen.values())


def test_filters_stand_in_the_address_and_say_how_many(client: Client, here: World) -> None:
    one = here.annotate("Afghanistan", themes=[here.tacit])
    two = here.annotate("linkage", themes=[here.risk], author=here.editor)
    assert cards(page(client, f"?theme={here.linkage.slug}")) == [str(one.uuid)]
    assert cards(page(client, "?author=editor")) == [str(two.uuid)]
    assert cards(page(client, f"?author=editor&theme={here.linkage.slug}")) == []
    assert cards(page(client, "?author=nobody")) == []
    html = page(client, f"?theme={here.linkage.slug}")
    assert "1 of 2 annotations shown" in html
    counts = re.findall(r'">([^<]+)</span> <span class="count">(\d+)</span>', html)
    assert counts == [("Linkage", "1"), ("Tacit", "1"), ("Risk", "1")]


def test_one_can_read_without_annotations(client: Client, here: World) -> None:
    here.annotate(note="not now")
    html = page(client, "?annotations=off")
    assert "<mark" not in html and "not now" not in html
    assert "Show them" in html


def test_a_filter_swaps_the_text_and_the_filters_alone(client: Client, here: World) -> None:
    here.annotate()
    html = page(client, HX_Request="true", HX_Target="reading")
    assert html.startswith('<main class="reader" id="reading"')
    assert 'id="filters" hx-swap-oob="true"' in html and "<html" not in html
    filters = page(client, HX_Request="true", HX_Target="filters")
    assert filters.startswith('<div id="filters"') and "<main" not in filters


def test_going_back_in_the_browser_brings_the_whole_page(client: Client, here: World) -> None:
    html = page(client, HX_Request="true", HX_Target="reading", HX_History_Restore_Request="true")
    assert "<html" in html


def test_a_view_after_a_change_shows_the_change(client: Client, here: World) -> None:
    made = here.annotate(note="first")
    assert "first" in page(client)
    edit_annotation(made, actor=here.annotator, themes=[], note="second", visibility="shared")
    assert "second" in page(client) and "first" not in page(client)
    create_reply(made, author=here.editor, note="an answer")
    assert "an answer" in page(client)
    delete_annotation(made, actor=here.annotator)
    assert "second" not in page(client)


def test_a_theme_that_is_renamed_is_renamed_on_every_card(client: Client, here: World) -> None:
    here.annotate(themes=[here.linkage])
    page(client)
    edit_theme(here.set, here.linkage, actor=here.owner, name="Ties", colour=4, line=5)
    html = page(client)
    assert "Ties" in html and '<mark class="c4 f5 d1">' in html and ">Linkage<" not in html


def test_persons_and_terms_show_their_entries(client: Client, here: World) -> None:
    edition = here.edition
    edition.spans = [["person", 21, 32, "p_A_1"]]
    edition.digest = "with a person"
    edition.save()
    Person.objects.create(
        volume=here.document.volume, key="p_A_1", name="A, Person", description="of <note>"
    )
    html = page(client)
    assert '<a class="who" href="#e-p_A_1">Afghanistan</a>' in html
    index = "/volumes/frus1981-88v03/persons/#e-p_A_1"
    assert f'id="e-p_A_1"><dt><a href="{index}">A, Person</a></dt>' in html
    assert "<dd>of &lt;note&gt;</dd>" in html


def test_a_document_that_is_not_here_is_404(client: Client, here: World) -> None:
    assert client.get("/volumes/frus1981-88v03/d999/").status_code == 404
    assert client.get("/volumes/nowhere/d169/").status_code == 404


def test_a_document_in_no_set_is_read_alone(client: Client) -> None:
    document()
    html = page(client)
    assert "<mark" not in html and "Linkage" not in html


@pytest.mark.parametrize("count", [1, 90])
def test_the_page_takes_at_most_12_queries_and_4_when_nothing_changed(
    client: Client, here: World, django_assert_max_num_queries, count: int
) -> None:
    for number in range(count):
        made = here.annotate(themes=[here.risk], note=str(number))
        create_reply(made, author=here.editor, note="An answer.")
    client.force_login(here.annotator)
    page(client)
    forget_all()
    with django_assert_max_num_queries(12):
        page(client)
    with django_assert_max_num_queries(4):
        page(client)


def test_a_crowded_block_folds_its_cards_and_leads_to_them(client: Client, here: World) -> None:
    for number in range(70):
        here.annotate(note=str(number))
    html = page(client)
    assert len(cards(html)) == 1
    match = re.search(r'class="more" href="([^"]+)"[^>]*>69 more here', html)
    assert match
    stack = client.get(match[1].replace("&amp;", "&")).content.decode()
    assert "70 annotations here" in stack and len(cards(stack)) == 30


def test_all_that_lies_at_an_offset_can_be_asked_for(client: Client, here: World) -> None:
    here_too = here.annotate("With Afghanistan Day behind us")
    made = here.annotate("Afghanistan Day")
    here.annotate("linkage")
    start = here.edition.text.index("Day")
    url = f"{ADDRESS}at/?set={here.set.slug}&at={start}"
    assert cards(client.get(url).content.decode()) == [str(here_too.uuid), str(made.uuid)]
    panel = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert panel.lstrip().startswith('<section class="stack"')


@pytest.mark.parametrize("query", ["", "at=x", "at=99999", "at=-1", "start=5&end=2", "start=1"])
def test_a_place_that_is_none_is_404(client: Client, here: World, query: str) -> None:
    assert client.get(f"{ADDRESS}at/?set={here.set.slug}&{query}").status_code == 404


def test_what_is_kept_for_one_reader_is_never_shown_to_another(client: Client, here: World) -> None:
    other = user("other")
    private = here.annotate(note="mine alone", visibility="private")
    client.force_login(here.annotator)
    assert str(private.uuid) in page(client)
    client.force_login(other)
    assert str(private.uuid) not in page(client)
    client.logout()
    assert str(private.uuid) not in page(client)
    assert Annotation.objects.count() == 1


def test_annotations_on_an_earlier_edition_are_spoken_of(client: Client, here: World) -> None:
    here.annotate(note="on the first")
    edition(here.document, WORDS.replace("must", "may"))
    forget_all()
    html = page(client)
    assert "on the first" not in html
    assert "1 annotation of this set stands in an earlier edition" in html


def test_what_is_made_for_an_account_is_asked_for_again(client: Client, here: World) -> None:
    client.force_login(here.annotator)
    assert client.get(ADDRESS)["Cache-Control"] == "private, no-cache"


def test_a_filtered_page_is_not_kept_whole(client: Client, here: World) -> None:
    from annotations.page import _kept

    page(client)
    before = len(_kept._values)
    for number in range(5):
        page(client, f"?theme=nothing{number}")
    assert len(_kept._values) == before


def test_the_documents_before_and_after_are_one_step_away(client: Client, here: World) -> None:
    before, after = document("d168"), document("d170")
    document("d171")
    html = page(client)
    assert html.count(f'<a rel="prev" href="{before.get_absolute_url()}"') == 2
    assert html.count(f'<a rel="next" href="{after.get_absolute_url()}"') == 2
    first = client.get(before.get_absolute_url()).content.decode()
    assert 'rel="prev"' not in first and 'rel="next"' in first


def test_a_neighbour_without_a_text_is_passed_over(client: Client, here: World) -> None:
    document("d170")
    Document.objects.filter(slug="d170").update(current=None)
    document("d171")
    assert '<link rel="next" href="/volumes/frus1981-88v03/d171/">' in page(client)


def test_the_head_tells_machines_what_the_document_is(
    client: Client, here: World, settings: Any
) -> None:
    settings.SITE_URL = "https://example.org"
    Document.objects.update(
        heading="169. </script><b>A & B",
        date_min="1982-05-10",
        date_max="1982-05-10",
        place="Washington",
    )
    head = page(client).partition("</head>")[0]
    assert f'<link rel="canonical" href="https://example.org{ADDRESS}">' in head
    assert '<meta name="DC.date" content="1982-05-10">' in head
    assert '<meta name="citation_title" content="&lt;/script&gt;&lt;b&gt;A &amp; B">' in head
    data = re.findall(r'<script type="application/ld\+json">(.*?)</script>', head)
    said = json.loads(data[0])
    assert said["name"] == "</script><b>A & B"
    assert said["dateCreated"] == "1982-05-10" and said["isPartOf"]["name"] == "Foreign Relations"
    alternates = re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+)"', head)
    assert len(alternates) == 6
    for media_type, address in alternates:
        answer = client.get(address.removeprefix("https://example.org"))
        assert answer["Content-Type"].partition(";")[0] == media_type
