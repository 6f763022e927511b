"""The lists, and what lies beside a document's page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from lxml import etree

from archive.importers.plain import parse_text
from archive.importers.tei import parse_tei
from archive.ingest import ingest
from archive.models import Edition
from tests.archive.tei import FIXTURE

pytestmark = pytest.mark.django_db
AT = "/volumes/frus1981-88v03/"


@pytest.fixture
def edition() -> Edition:
    ingest(parse_tei(Path(FIXTURE).read_bytes(), FIXTURE))
    return Edition.objects.get(document__slug="d169")


def test_an_empty_archive_says_what_to_do(client: Client) -> None:
    assert "import_tei" in client.get("/volumes/").content.decode()


def test_the_volumes_are_listed_in_one_query_and_counted_in_another(
    client: Client, edition: Edition, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(2):  # type: ignore[operator]
        client.get("/volumes/")
    with django_assert_num_queries(1):  # type: ignore[operator]
        page = client.get("/volumes/").content.decode()
    assert f'href="{AT}"' in page
    assert "1 document " in page


def test_the_text_is_the_canonical_text(client: Client, edition: Edition) -> None:
    response = client.get(f"{AT}d169.txt")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content == edition.text.encode()
    assert b"\r" not in response.content


def test_the_source_is_the_documents_tei(client: Client, edition: Edition) -> None:
    response = client.get(f"{AT}d169.xml")
    assert response["Content-Type"] == "application/xml"
    root = etree.fromstring(response.content)
    assert root.get("{http://www.w3.org/XML/1998/namespace}id") == "d169"
    assert len(root.findall(".//{*}note")) == 3


def test_the_source_of_a_transcription_is_its_text(client: Client) -> None:
    ingest(parse_text("1. Café\n\nb".encode(), "a.txt", volume="v", number="1"))
    response = client.get("/volumes/v/d1.xml")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == "1. Café\n\nb"


def test_the_data_say_where_everything_is(client: Client, edition: Edition) -> None:
    value = json.loads(client.get(f"{AT}d169.json").content)
    text = client.get(f"{AT}d169.txt").content.decode()
    assert value["volume"]["id"] == "frus1981-88v03"
    assert (value["document"]["id"], value["document"]["number"]) == ("d169", "169")
    assert value["edition"]["number"] == 1
    assert value["edition"]["digest"] == edition.digest
    assert value["edition"]["length"] == len(text)
    assert "\n".join(text[b["start"] : b["end"]] for b in value["blocks"]) == text
    haig = next(s for s in value["spans"] if s["kind"] == "person")
    assert text[haig["start"] : haig["end"]] == "Haig"
    assert [n["label"] for n in value["notes"]] == ["1", "2", "3"]
    assert text[: value["notes"][1]["call"]].endswith("Afghanistan Day")


def test_citations_are_given_for_programs(client: Client, edition: Edition) -> None:
    assert b"@incollection{frus1981-88v03-d169," in client.get(f"{AT}d169.bib").content
    assert client.get(f"{AT}d169.ris").content.startswith(b"TY  - CHAP\r\n")
    item = client.get(f"{AT}d169.csl.json")
    assert item["Content-Type"] == "application/vnd.citationstyles.csl+json"
    assert [one["id"] for one in json.loads(item.content)] == ["frus1981-88v03-d169"]


@pytest.mark.parametrize("suffix", ["txt", "xml", "json", "bib", "ris", "csl.json"])
def test_what_the_client_has_is_not_sent_again(
    client: Client, edition: Edition, suffix: str
) -> None:
    first = client.get(f"{AT}d169.{suffix}")
    again = client.get(f"{AT}d169.{suffix}", headers={"If-None-Match": first["ETag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    Edition.objects.update(source="<other/>", text="other", digest="other", blocks=[], spans=[])
    if suffix in ("txt", "xml", "json"):
        changed = client.get(f"{AT}d169.{suffix}", headers={"If-None-Match": first["ETag"]})
        assert changed.status_code == 200


@pytest.mark.parametrize(
    ("suffix", "most"),
    [("txt", 1), ("xml", 1), ("json", 2), ("bib", 1), ("ris", 1), ("csl.json", 1)],
)
def test_a_download_costs_two_queries_at_most(
    client: Client, edition: Edition, suffix: str, most: int, django_assert_num_queries: object
) -> None:
    with django_assert_num_queries(most):  # type: ignore[operator]
        client.get(f"{AT}d169.{suffix}")


@pytest.mark.parametrize("address", ["nope/", "nope/d169.txt", "frus1981-88v03/d1.json"])
def test_what_is_not_there_is_not_found(client: Client, edition: Edition, address: str) -> None:
    assert client.get(f"/volumes/{address}").status_code == 404


@pytest.mark.parametrize("address", ["", "frus1981-88v03/", "frus1981-88v03/d169.txt"])
def test_nothing_can_be_posted(client: Client, edition: Edition, address: str) -> None:
    assert client.post(f"/volumes/{address}").status_code == 405


def test_what_a_source_says_is_escaped_on_the_page(client: Client) -> None:
    ingest(parse_text(b"1. <script>alert(1)</script>\n\nb", "a.txt", volume="v", number="1"))
    page = client.get("/volumes/v/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_admin_shows_the_archive_and_changes_nothing(client: Client, edition: Edition) -> None:
    client.force_login(User.objects.create_superuser("root"))
    for name in ("volume", "document", "edition", "footnote", "person", "term"):
        assert client.get(f"/admin/archive/{name}/").status_code == 200
        assert client.get(f"/admin/archive/{name}/add/").status_code == 403
    address = f"/admin/archive/edition/{edition.pk}/change/"
    assert client.get(address).status_code == 200
    assert client.post(address, {"text": "other"}).status_code == 403
