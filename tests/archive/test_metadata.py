"""What a page's head says to machines."""

from __future__ import annotations

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from archive.citations import Citation
from archive.metadata import Described

CITATION = Citation(
    key="v-d169",
    title="Memorandum From Haig",
    number="169",
    date="May 10, 1982",
    volume="Foreign Relations, Volume III",
    editors=("James Graham Wilson", "Adam M. Howard"),
    publisher="Government Publishing Office",
    place="Washington",
    year="2016",
    first_page="545",
    last_page="547",
    url="https://history.state.gov/historicaldocuments/v/d169",
)
AT = "https://example.org/volumes/v/d169/"
WHOLE = Described(
    CITATION, AT, "https://example.org/volumes/v/", "Washington", date(1982, 5, 10), None, "PD"
)


def test_dublin_core_and_highwire_say_what_is_known() -> None:
    tags = WHOLE.tags
    assert ("DC.title", "Memorandum From Haig") in tags
    assert ("DC.date", "1982-05-10") in tags
    assert ("DC.identifier", AT) in tags
    assert [c for n, c in tags if n == "citation_editor"] == list(CITATION.editors)
    for pair in (
        ("citation_inbook_title", "Foreign Relations, Volume III"),
        ("citation_firstpage", "545"),
        ("citation_public_url", CITATION.url),
    ):
        assert pair in tags


def test_a_range_of_dates_is_one_interval() -> None:
    described = Described(CITATION, AT, "", first=date(1982, 5, 1), last=date(1982, 5, 31))
    assert described.dates == "1982-05-01/1982-05-31"


def test_what_is_not_known_is_not_said() -> None:
    bare = Described(Citation(key="v-d1", title="A letter"), AT, "")
    assert all(content for _, content in bare.tags)
    said = json.loads(bare.json_ld)
    assert "isPartOf" not in said and "dateCreated" not in said and "locationCreated" not in said
    assert said["name"] == "A letter"


def test_schema_org_has_the_volume_and_the_files() -> None:
    said = json.loads(WHOLE.json_ld)
    assert said["@type"] == "CreativeWork" and said["position"] == "169"
    assert said["isPartOf"]["editor"][0] == {"@type": "Person", "name": "James Graham Wilson"}
    assert said["pagination"] == "545–547"
    files = {one["encodingFormat"]: one["contentUrl"] for one in said["encoding"]}
    assert files["text/plain"] == "https://example.org/volumes/v/d169.txt"


def test_alternates_are_beside_the_page() -> None:
    ends = [one.href.partition("d169.")[2] for one in WHOLE.alternates]
    assert ends == ["txt", "xml", "json", "bib", "ris", "csl.json"]


@given(st.text())
def test_no_title_ends_the_element_that_the_data_stand_in(title: str) -> None:
    described = Described(Citation(key="k", title=f"</script>{title}<!--"), AT, "")
    packed = described.json_ld
    assert not set("<>&\u2028\u2029") & set(packed)
    assert json.loads(packed)["name"] == f"</script>{title}<!--"
