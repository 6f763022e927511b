"""The search page: form, hits in context, filters, what it says where nothing is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from lxml import html

from archive.importers.tei import parse_tei
from archive.ingest import ingest
from archive.models import Edition, Volume
from archive.search import find as module
from archive.search.index import add_to_index
from tests.archive.tei import FIXTURE
from tests.factories import EditionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def edition() -> Edition:
    ingest(parse_tei(Path(FIXTURE).read_bytes(), FIXTURE))
    return Edition.objects.get(document__slug="d169")


def page_of(client: Client, address: str, **headers: str) -> Any:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return html.fromstring(answer.content.decode())


def by_class(page: Any, name: str, below: str = "") -> list[Any]:
    """The elements of a class, or what is below them."""
    found: list[Any] = page.xpath(f"//*[contains(concat(' ', @class, ' '), ' {name} ')]{below}")
    return found


def words(page: Any) -> str:
    return " ".join(page.text_content().split())


def test_each_hit_leads_to_its_place(client: Client, edition: Edition) -> None:
    page = page_of(client, "/search/?q=%22arms+control%22+AND+reagan")
    lines = by_class(page, "line", "/a")
    assert lines
    for line in lines:
        path, _, rest = line.get("href").partition("?find=")
        place, _, block = rest.partition("#b")
        start, end = map(int, place.split("-"))
        marked = line.xpath(".//mark")[0].text
        assert path == "/volumes/frus1981-88v03/d169/"
        assert edition.text[start:end] == marked and marked.casefold() in ("reagan", "arms control")
        _, low, high, *_ = edition.blocks[int(block)]
        assert low <= start < end <= high


def test_a_hit_in_a_note_names_the_note(client: Client, edition: Edition) -> None:
    note = edition.footnotes.exclude(kind="source").get(label="2")
    word = max(edition.text[note.start : note.end].split(), key=len).strip(".,”“")
    page = page_of(client, f"/search/?q={word}")
    assert "Note 2" in [one.text for one in by_class(page, "where")]
    source = edition.footnotes.get(kind="source")
    word = edition.text[source.start : source.end].split()[1]
    page = page_of(client, f"/search/?q={word}")
    assert "Source note" in [one.text for one in by_class(page, "where")]


def test_the_reader_takes_the_place_of_a_hit_and_keeps_nothing_of_it(
    client: Client, edition: Edition
) -> None:
    plain = client.get("/volumes/frus1981-88v03/d169/").content
    found = client.get("/volumes/frus1981-88v03/d169/?find=154-165")
    assert found.status_code == 200 and len(found.content) == len(plain)
    assert b"154-165" not in found.content
    for odd in ("", "x", "9-1", "1-999999999", "-1--1"):
        assert client.get(f"/volumes/frus1981-88v03/d169/?find={odd}").status_code == 200


def test_the_form_keeps_what_was_asked_and_filters_can_be_taken_off(
    client: Client, edition: Edition
) -> None:
    page = page_of(client, "/search/?q=soviet&level=secret&since=1982-04&person=Haig&sort=date")
    values = {i.get("name"): i.get("value") for i in by_class(page, "search", "//input")}
    assert values["q"] == "soviet" and values["since"] == "1982-04" and values["sort"] == "date"
    assert page.xpath("//*[@id='search-level']/option[@selected]")[0].get("value") == "secret"
    assert by_class(page, "narrow")[0].get("open") is not None
    off = [one.get("href") for one in by_class(page, "chosen", "//a")]
    assert "?q=soviet&since=1982-04&level=secret&sort=date" in off and len(off) == 3
    assert "Haig, Alexander" in words(page)


def test_without_a_question_the_page_says_how_to_ask(client: Client) -> None:
    for address in ("/search/", "/search/?q=", "/search/?q=***", "/search/?page=x&sort=none"):
        assert "How to ask" in words(page_of(client, address))
    assert "no word in what you typed" in words(page_of(client, "/search/?q=***"))


def test_empty_results_say_what_to_do(client: Client, edition: Edition) -> None:
    assert "Try fewer words" in words(page_of(client, "/search/?q=zebra"))
    page = page_of(client, "/search/?q=soviet&place=Oslo")
    assert "take a filter off" in words(page) and by_class(page, "empty", "//li/a")
    assert "No list of persons has the name “Nobody”" in words(
        page_of(client, "/search/?q=soviet&person=Nobody")
    )
    page = page_of(client, "/search/?q=soviet&since=yesterday")
    assert page.xpath("//*[@id='search-since'][@aria-invalid]") and not by_class(page, "hits")


def test_bad_syntax_is_read_as_words_and_said(client: Client, edition: Edition) -> None:
    page = page_of(client, "/search/?q=%22arms+control")
    assert by_class(page, "hits", "/li") and "read as plain words" in words(page)


def test_what_is_asked_is_escaped(client: Client, edition: Edition) -> None:
    attack = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    for name in ("q", "volume", "since", "person", "place", "kind", "level"):
        answer = client.get(f"/search/?q=soviet&{name}={attack}").content.decode()
        assert "<script>alert" not in answer


def test_the_text_of_a_hit_is_escaped(client: Client) -> None:
    made = EditionFactory(paragraphs=("1. Memo", "a <b>bold</b> & wild linkage"))
    add_to_index([(made.pk, made.text, made.blocks)])
    answer = client.get("/search/?q=linkage+b").content.decode()
    assert "a &lt;<mark>b</mark>&gt;bold&lt;/<mark>b</mark>&gt; &amp; wild" in answer


def test_the_page_states_its_queries(
    client: Client, edition: Edition, django_assert_num_queries: Any
) -> None:
    """The volumes, the matches, the texts of those on the page, the labels of notes."""
    with django_assert_num_queries(4):
        client.get("/search/?q=see")
    with django_assert_num_queries(5):
        client.get("/search/?q=see&person=haig")
    with django_assert_num_queries(2):
        client.get("/search/?q=zebra")
    with django_assert_num_queries(1):
        client.get("/search/")


def test_pages_follow_each_other(
    client: Client, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 1)
    first = page_of(client, "/search/?q=e*")
    second = page_of(client, "/search/" + first.xpath("//a[@rel='next']")[0].get("href"))
    assert second.xpath("//a[@rel='prev']") and not first.xpath("//a[@rel='prev']")
    headings = [by_class(page, "hits", "//h3")[0].text_content() for page in (first, second)]
    assert headings[0] != headings[1]


def test_the_best_of_many_are_said_to_be_so(
    client: Client, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(module.backend()), "ranked", 1)
    assert "compared for relevance" in words(page_of(client, "/search/?q=e*"))
    assert "compared for relevance" not in words(page_of(client, "/search/?q=e*&sort=date"))


def test_htmx_gets_the_form_and_its_results_alone(client: Client, edition: Edition) -> None:
    part = client.get("/search/?q=soviet", headers={"HX-Request": "true"})
    assert part.content.lstrip().startswith(b'<div id="search"') and "HX-Request" in part["Vary"]
    assert b"<html" not in part.content and b"hits" in part.content


def test_an_unlisted_volume_shows_to_its_owner_alone(client: Client, edition: Edition) -> None:
    owner = UserFactory()
    Volume.objects.update(is_listed=False, owner=owner)
    page = page_of(client, "/search/?q=soviet")
    assert not by_class(page, "hits") and edition.document.volume.slug not in words(page)
    assert len(page.xpath("//*[@id='search-volume']/option")) == 1
    client.force_login(UserFactory())
    assert not by_class(page_of(client, "/search/?q=soviet&volume=frus1981-88v03"), "hits")
    client.force_login(owner)
    assert by_class(page_of(client, "/search/?q=soviet"), "hits")


def test_every_page_has_a_way_to_search(client: Client, edition: Edition) -> None:
    for address in ("/", "/volumes/", "/volumes/frus1981-88v03/d169/", "/accounts/login/"):
        page = page_of(client, address)
        assert by_class(page, "seek", "[@action='/search/']//input[@name='q']"), address
        assert by_class(page, "seek-link", "[@href='/search/']"), address
