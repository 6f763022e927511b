"""What strangers may send: refused with one clear line that says where."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.importers import xml
from archive.importers.faults import ImportFault
from archive.importers.tei import parse_tei
from archive.importers.xml import MAX_DEPTH
from tests.archive.tei import document, documents_of, volume


@pytest.fixture(autouse=True, params=["kept", "in pieces"])
def _size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is refused alike in a file that is kept as a whole and in one that is not."""
    if request.param == "in pieces":
        monkeypatch.setattr(xml, "MAX_TREE_BYTES", 0)


REFUSED = {
    "a bomb": (b"<!DOCTYPE TEI [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]><TEI>&b;</TEI>", "entities"),
    "an external entity": (
        b"<!DOCTYPE TEI [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><TEI>&x;</TEI>",
        "entities",
    ),
    "a parameter entity": (
        b"<!DOCTYPE TEI [<!ENTITY % x SYSTEM 'http://127.0.0.1/x.dtd'> %x;]><TEI/>",
        "entities",
    ),
    "an undefined entity": (b"<!DOCTYPE TEI SYSTEM 'x.dtd'><TEI>&x;</TEI>", "entity"),
    "a broken file": (b"<TEI><text></TEI>", "well-formed"),
    "no XML": (b"169. Memorandum", "not XML"),
    "bytes": (b"\x00\xff\xfe\x01", "not XML"),
    "nothing": (b"  \n", "empty"),
    "a page": (b"<html><body/></html>", "not a TEI file"),
    "no document": (volume("<div><p> </p></div>"), "No document"),
    "a wrong encoding": ("<TEI>é</TEI>".encode("latin-1"), "well-formed"),
    "an unknown encoding": (b"<?xml version='1.0' encoding='none-such'?><TEI/>", "not XML"),
    "a long id": (volume(f"<div type='document' xml:id='d{'1' * 99}'/>"), "longer than"),
    "one id twice": (volume(document("<p>a</p>") * 2), "Two documents have the id d1"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_unsafe_or_not_tei_is_refused_in_one_line(name: str) -> None:
    data, words = REFUSED[name]
    with pytest.raises(ImportFault) as caught:
        parse_tei(data, "bad.xml")
    said = str(caught.value)
    assert said.startswith("bad.xml:")
    assert words in said
    assert "\n" not in said


def test_a_fault_names_the_line() -> None:
    data = volume("\n\n<p>a</q>")
    with pytest.raises(ImportFault) as caught:
        parse_tei(data, "bad.xml")
    assert caught.value.line == 3
    assert str(caught.value).startswith("bad.xml:3: ")


def test_no_file_is_read_for_an_entity_in_an_attribute(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("SECRET")
    data = f"<!DOCTYPE TEI [<!ENTITY x SYSTEM '{secret.as_uri()}'>]><TEI n='&x;'/>".encode()
    with pytest.raises(ImportFault) as caught:
        parse_tei(data, "bad.xml")
    assert "SECRET" not in str(caught.value)


def test_an_include_is_never_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_text("<p>SECRET</p>")
    include = f"<include xmlns='http://www.w3.org/2001/XInclude' href='{secret.as_uri()}'/>"
    made = parse_tei(volume(document(f"<p>a{include}b</p>{include}")))
    assert documents_of(made)[0].text.text == "ab"
    assert [(n.count, "not included" in n.message) for n in made.notices.all()] == [(2, True)]


XI = "<include xmlns='http://www.w3.org/2001/XInclude' href='x.xml'/>"


def test_what_is_refused_in_a_document_is_refused_around_it() -> None:
    name = "d" * 99
    for around in (
        f"<pb xml:id='{name}'/>",
        f"<p><hi xml:id='{name}'/></p>",
        f"<div xml:id='{name}'/>",
        "<div>" * MAX_DEPTH + "<p>a</p>" + "</div>" * MAX_DEPTH,
        "<p>" + "<hi>" * MAX_DEPTH + "</hi>" * MAX_DEPTH + "</p>",
    ):
        body = f"<div type='chapter'>{around}{document('<p>a</p>')}</div>"
        with pytest.raises(ImportFault, match="longer than|deeper than"):
            parse_tei(volume(body), "bad.xml")
    assert (
        parse_tei(volume(f"<div>{XI}<p>{XI}</p>{document('a')}</div>")).notices.all()[0].count == 2
    )


def test_size_is_limited() -> None:
    data = volume(document("<p>a</p>"))
    assert parse_tei(data, max_bytes=len(data)).documents
    with pytest.raises(ImportFault, match="more than the limit"):
        parse_tei(data, "big.xml", max_bytes=len(data) - 1)


@pytest.mark.parametrize("depth", [MAX_DEPTH + 1, 5_000])
@pytest.mark.parametrize("name", ["hi", "div", "list", "note"])
def test_depth_is_limited(name: str, depth: int) -> None:
    data = volume(document(f"<{name}>" * depth + f"</{name}>" * depth))
    with pytest.raises(ImportFault, match="deeper than"):
        parse_tei(data, "deep.xml")


@pytest.mark.parametrize("name", ["hi", "div", "list", "item", "quote", "note", "p", "cell"])
def test_what_is_just_deep_enough_is_read(name: str) -> None:
    deep = MAX_DEPTH - 5
    made = parse_tei(volume(document(f"<{name}>" * deep + "a" + f"</{name}>" * deep)))
    assert documents_of(made)[0].text.text == "a"


def test_other_encodings_are_read_as_they_say() -> None:
    source = volume(document("<p>é</p>")).decode()
    for encoding in ("utf-16", "iso-8859-1", "utf-8-sig"):
        declared = "utf-8" if encoding == "utf-8-sig" else encoding
        data = f"<?xml version='1.0' encoding='{declared}'?>{source}".encode(encoding)
        assert documents_of(parse_tei(data))[0].text.text == "é"
