"""Volumes and their contents, the way by a number or an address, sitemaps."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import models
from django.test import Client
from lxml import etree

from archive.models import Document, Volume
from tests.factories import (
    DocumentFactory,
    EditionFactory,
    PersonFactory,
    SectionFactory,
    UserFactory,
    VolumeFactory,
)

pytestmark = pytest.mark.django_db
AT = "/volumes/frus1981-88v03/"


def document(number: int, **fields: Any) -> Document:
    """A document that can be read."""
    made: Document = DocumentFactory(
        number=str(number), slug=f"d{number}", position=number * 1000, **fields
    )
    EditionFactory(document=made)
    return made


@pytest.fixture
def volume() -> Volume:
    """A chapter with a section in it, front matter, dates and pages."""
    made: Volume = VolumeFactory()
    chapter = SectionFactory(volume=made, slug="ch1", heading="The first year", position=1000)
    inner = SectionFactory(volume=made, slug="ch2", heading="May", parent=chapter, position=2000)
    document(1, section=chapter, first_page="1", last_page="3")
    document(
        2,
        section=inner,
        place="Washington",
        date_text="May 10, 1982",
        date_min=date(1982, 5, 10),
        date_max=date(1982, 5, 10),
        first_page="3",
        last_page="5",
        kind="editorial-note",
    )
    DocumentFactory(slug="preface", heading="Preface", kind="front-matter", number="", position=1)
    EditionFactory(document=Document.objects.get(slug="preface"))
    return made


def contents(html: str) -> str:
    return html.partition('id="documents"')[2]


def get(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, address
    return " ".join(answer.content.decode().split())


def test_volumes_stand_by_sub_series_and_can_be_narrowed(client: Client) -> None:
    for slug, years in (("frus1977-80v06", "1977–1980"), ("frus1981-88v03", "1981–1988")):
        title = f"Foreign Relations of the United States, {years}, Soviet Union"
        VolumeFactory(slug=slug, title=title)
    html = get(client, "/volumes/")
    assert html.index("1977–1980: Carter") < html.index("1981–1988: Reagan")
    assert "FRUS, 1981–1988, Soviet Union" in html
    found = get(client, "/volumes/?q=soviet+88v03")
    assert "1 volume with" in found and "Carter" not in found
    assert "0 volumes with" in get(client, "/volumes/?q=nothing%00")


def test_an_unlisted_volume_is_found_by_its_owner_and_opened_by_its_address(
    client: Client, volume: Volume
) -> None:
    owner = UserFactory()
    Volume.objects.update(is_listed=False, owner=owner)
    assert AT not in get(client, "/volumes/")
    assert "The first year" in get(client, AT)
    client.force_login(UserFactory())
    assert AT not in get(client, "/volumes/")
    client.force_login(owner)
    assert AT in get(client, "/volumes/")


def test_the_contents_are_a_tree_with_anchors(client: Client, volume: Volume) -> None:
    html = get(client, AT)
    order = (
        'href="/volumes/frus1981-88v03/preface/"',
        'id="ch1"',
        'id="d1"',
        'id="ch2"',
        'id="d2"',
    )
    places = [html.index(mark) for mark in order]
    assert places == sorted(places)
    assert "<h3>The first year</h3>" in html and "<h4>May</h4>" in html
    assert "Washington, May 10, 1982" in html and "Editorial note" in html
    assert "2, of 10 May 1982" in html
    assert html.count("<details open>") == 2


def test_a_long_volume_opens_with_its_chapters_shut(client: Client, volume: Volume) -> None:
    chapter = SectionFactory(volume=volume, slug="ch3", position=3000)
    Document.objects.bulk_create(
        Document(
            volume=volume,
            section=chapter,
            slug=f"d{n}",
            number=str(n),
            heading=f"{n}. A",
            position=n * 1000,
        )
        for n in range(3, 160)
    )
    html = get(client, AT)
    assert '<li class="branch" id="ch3"><details><summary>' in html
    assert '<li class="branch" id="ch1"><details open><summary>' in html


def test_a_volume_costs_three_queries_and_one_when_it_was_shown_before(
    client: Client, volume: Volume, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):
        first = get(client, AT)
    with django_assert_num_queries(1):
        again = get(client, AT)
    assert contents(again) == contents(first)


def test_an_import_is_seen_at_once(client: Client, volume: Volume) -> None:
    get(client, AT), get(client, f"{AT}time/")
    Document.objects.filter(slug="d1").update(heading="1. Another", date_min="1950-01-01")
    volume.imported_at = volume.imported_at.replace(year=2001)
    volume.save()
    assert "Another" in get(client, AT)
    assert "January 1950" in get(client, f"{AT}time/")


@pytest.mark.parametrize(
    ("to", "address"),
    [
        ("2", f"{AT}d2/"),
        (" d2 ", f"{AT}d2/"),
        ("https://history.state.gov/historicaldocuments/frus1981-88v03/d2", f"{AT}d2/"),
        ("p. 4", f"{AT}d2/#pg-4"),
        ("p. 3", f"{AT}d1/#pg-3"),
        ("ch2", f"{AT}#ch2"),
        ("preface", f"{AT}preface/"),
        ("frus1981-88v03", AT),
        ("d2fn1", f"{AT}d2/#n-d2fn1"),
    ],
)
def test_one_goes_to_a_document_by_number_page_or_address(
    client: Client, volume: Volume, to: str, address: str
) -> None:
    answer = client.get("/go/", {"to": to, "volume": volume.slug})
    assert (answer.status_code, answer["Location"]) == (302, address)


@pytest.mark.parametrize("to", ["linkage", "d999", "p. 77", "frus1950v01/d1", "\0", "p. mm", "²"])
def test_what_is_not_here_becomes_a_search_that_says_so(
    client: Client, volume: Volume, to: str
) -> None:
    answer = client.get("/go/", {"to": to, "volume": volume.slug}, follow=True)
    where = answer.redirect_chain[0][0]
    if to == "\0":
        assert where == "/volumes/"
        return
    assert where.startswith("/search/?q=") and where.endswith("volume=frus1981-88v03")
    assert "This is what a search for it finds" in answer.content.decode()


def test_a_number_alone_goes_where_one_volume_has_it(client: Client, volume: Volume) -> None:
    assert client.get("/go/?to=2")["Location"] == f"{AT}d2/"
    other = document(2, volume=VolumeFactory(slug="frus1977-80v06"))
    assert client.get("/go/?to=2")["Location"].startswith("/search/")
    Volume.objects.filter(pk=other.volume_id).update(is_listed=False)
    assert client.get("/go/?to=2")["Location"] == f"{AT}d2/"
    assert client.get("/go/?to=frus1977-80v06/d2")["Location"] == "/volumes/frus1977-80v06/d2/"


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("", "/volumes/"),
        ("/", "/volumes/"),
        ("/frus1981-88v03", AT),
        ("/frus1981-88v03/", AT),
        ("/frus1981-88v03/d2", f"{AT}d2/"),
        ("/frus1981-88v03/d2/", f"{AT}d2/"),
        ("/frus1981-88v03/d2fn1", f"{AT}d2/#n-d2fn1"),
        ("/frus1981-88v03/ch1", f"{AT}#ch1"),
        ("/frus1981-88v03/preface", f"{AT}preface/"),
        ("/frus1981-88v03/persons", f"{AT}persons/"),
        ("/frus1981-88v03/terms", f"{AT}terms/"),
        ("/frus1981-88v03/pg_4", f"{AT}d2/#pg-4"),
        ("/frus1981-88v03/toc", AT),
    ],
)
def test_one_can_change_the_host_of_the_publishers_address_and_be_here(
    client: Client, volume: Volume, path: str, address: str
) -> None:
    answer = client.get(f"/historicaldocuments{path}")
    if answer["Location"] == f"/historicaldocuments{path}/":
        answer = client.get(answer["Location"])
    assert (answer.status_code, answer["Location"]) == (301, address)
    assert client.get(address.partition("#")[0]).status_code == 200


@pytest.mark.parametrize(
    "path", ["nope", "frus1981-88v03/d9", "frus1981-88v03/pg_99", "a b/c", "%00"]
)
def test_an_address_that_the_publisher_alone_has_is_not_found(
    client: Client, volume: Volume, path: str
) -> None:
    get(client, f"/historicaldocuments/{path}", 404)


def test_going_costs_a_few_queries_at_most(
    client: Client, volume: Volume, django_assert_max_num_queries: Any
) -> None:
    for path in ("d2", "ch1", "pg_4", "nothing"):
        with django_assert_max_num_queries(3):
            client.get(f"/historicaldocuments/frus1981-88v03/{path}")


def test_time_shows_each_document_once_and_leads_to_its_list(
    client: Client, volume: Volume, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        html = get(client, f"{AT}time/")
    assert '<a href="#m1982-05" aria-label="May 1982: 1 document">' in html
    assert 'id="m1982-05">May 1982' in html and 'id="undated">Without a date' in html
    assert html.count(f'href="{AT}d2/"') == 1
    assert "Preface" not in html
    with django_assert_num_queries(1):
        get(client, f"{AT}time/")


def test_time_over_all_volumes_leads_to_those_of_a_year(
    client: Client, volume: Volume, django_assert_num_queries: Any
) -> None:
    owner = UserFactory()
    own = VolumeFactory(slug="own", title="Mine", is_listed=False, owner=owner)
    document(7, volume=own, date_min=date(1950, 1, 1), date_max=date(1950, 1, 1))
    with django_assert_num_queries(2):
        html = get(client, "/time/")
    assert f'href="{AT}time/#y1982"' in html and "1 without a date is not counted" in html
    assert "1950" not in html
    with django_assert_num_queries(1):
        get(client, "/time/")
    client.force_login(owner)
    assert "/volumes/own/time/#y1950" in get(client, "/time/")


def test_the_sitemap_has_what_is_listed_and_can_be_read(client: Client, volume: Volume) -> None:
    hidden = VolumeFactory(slug="hidden", is_listed=False)
    document(8, volume=hidden)
    DocumentFactory(number="9", position=9000)
    index = etree.fromstring(client.get("/sitemap.xml").content)
    parts = [one.text or "" for one in index.iter("{*}loc")]
    assert [part.rpartition("sitemap-")[2] for part in parts] == [
        "lists.xml",
        "volumes.xml",
        "documents.xml",
    ]
    found = []
    for part in parts:
        page = etree.fromstring(client.get(part).content)
        found += [(one.text or "").removeprefix("http://testserver") for one in page.iter("{*}loc")]
    assert {"/", "/persons/", AT, f"{AT}d1/", f"{AT}d2/", f"{AT}preface/"} <= set(found)
    assert not any("hidden" in one or one.endswith("/d9/") for one in found)
    for address in found:
        get(client, address)


def test_a_sitemap_of_many_documents_has_pages_and_few_queries(
    client: Client, volume: Volume, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr("archive.sitemaps.Documents.limit", 2)
    index = client.get("/sitemap.xml").content.decode()
    assert "sitemap-documents.xml?p=2" in index
    with django_assert_num_queries(2):
        page = client.get("/sitemap-documents.xml?p=2").content.decode()
    assert page.count("<loc>") == 1
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_robots_are_told_of_the_sitemap(client: Client) -> None:
    said = client.get("/robots.txt").content.decode()
    assert "Sitemap: http://testserver/sitemap.xml\n" in said
    assert "Disallow: /search/\n" in said and "Disallow: /volumes" not in said


def test_what_is_listed_no_more_is_in_no_page_that_was_kept(client: Client) -> None:
    first = VolumeFactory(slug="v1", title="The first")
    second = VolumeFactory(slug="v2", title="The second", is_listed=False)
    for one in (first, second):
        document(1, volume=one, date_min=date(1950, 1, 1), date_max=date(1950, 1, 1))
    assert "/volumes/v1/" in get(client, "/time/")
    # Neither their number nor the time of the last import is another than before.
    Volume.objects.update(is_listed=models.Q(slug="v2"), imported_at=first.imported_at)
    html = get(client, "/time/")
    assert "/volumes/v1/" not in html and "/volumes/v2/" in html


@pytest.mark.parametrize("path", ["/go/", "/time/", "/sitemap.xml", "/robots.txt", f"{AT}time/"])
def test_nothing_can_be_posted(client: Client, volume: Volume, path: str) -> None:
    assert client.post(path).status_code == 405


def test_a_volume_leads_to_its_persons_terms_and_dates(client: Client, volume: Volume) -> None:
    PersonFactory(volume=volume)
    html = get(client, AT)
    assert f'href="{AT}persons/"' in html and f'href="{AT}time/"' in html
    assert f'href="{AT}terms/"' not in html
