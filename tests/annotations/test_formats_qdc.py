"""REFI-QDA codebooks: valid, whole when they come back, and read as other tools write them."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given
from lxml import etree

from annotations.formats import qdc
from annotations.formats.brought import Brought, FormatFault
from annotations.formats.values import ThemeValue
from tests.annotations.qda import project, schema, theme, trees
from tests.annotations.test_formats_qdpx import themes_of


def written(themes: tuple[ThemeValue, ...]) -> bytes:
    return "".join(qdc.write(project([], themes))).encode()


def read(data: bytes | str) -> Brought:
    return qdc.read(io.BytesIO(data if isinstance(data, bytes) else data.encode()))


@given(trees())
def test_every_codebook_is_valid_and_comes_back_whole(themes: tuple[ThemeValue, ...]):
    data = written(themes)
    schema("Codebook-mrt2019").assertValid(etree.fromstring(data))
    found = read(data)
    keys = {one.slug: one.key for one in found.themes}
    assert [replace(one, line=0) for one in found.themes] == themes_of(project([], themes), keys)
    assert found.lost == ()


def test_a_codebook_without_themes_is_valid_and_empty():
    data = written(())
    schema("Codebook-mrt2019").assertValid(etree.fromstring(data))
    assert read(data) == Brought()


def test_a_definition_reads_as_people_write_it():
    risk = theme(
        "risk",
        definition="A danger.",
        use_when="Often.",
        not_when="Never.",
        example="“Fire!”\nor so",
        line=2,
        retired=True,
        merged_into="other",
    )
    code = etree.fromstring(written((risk,)))[0][0]
    assert code.get("color") == "#0b62a0"
    assert code.get("isCodable") == "true"
    assert code[0].text == (
        "A danger.\n\nWhen to use: Often.\n\nWhen not to use: Never.\n\nExample: “Fire!”\nor so\n\n"
        "Underline: dashed\n\nSlug: risk\n\nRetired: yes\n\nMerged into: other"
    )


NVIVO = """<?xml version="1.0" encoding="utf-8"?>
<CodeBook xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" origin="NVivo 14"
 xmlns="urn:QDA-XML:codebook:1.0"><Codes>
<Code guid="{A5DE7584-8296-418B-A322-136F77ADF87B}" name=" Risk  of&#10;war " isCodable="false"
 color="#C00"><Description>Line one&#13;
line two</Description><Code guid="F9C6EAC0-8A66-4757-9D8A-9A6C8FEA3C44" name="Tacit"
 isCodable="true"><Description/></Code></Code>
</Codes><Sets><Set guid="F9C6EAC0-8A66-4757-9D8A-9A6C8FEA3C45" name="Mine"/></Sets></CodeBook>"""


def test_a_codebook_of_another_tool_gives_what_it_has_and_tells_the_rest():
    found = read(NVIVO)
    upper, lower = found.themes
    assert upper.name == "Risk of war"
    assert upper.words == {"name": "Risk of war", "definition": "Line one\nline two", "colour": 6}
    assert (lower.parent, lower.words) == (upper.key, {"name": "Tacit"})
    assert [str(one) for one in found.lost] == [
        "Codes that group others and code nothing are taken as themes: 1.",
        "Colours that are not of the palette are taken as the nearest of it: 1.",
        "line 8: The set of codes “Mine” is not taken.",
    ]


@pytest.mark.parametrize(
    "namespace",
    [
        'xmlns="urn:QDA-XML:codebook:1:0"',
        'xmlns="urn:QDA-XML:codebook:0:4"',
        'xmlns="urn:QDA-XML:project:1.0"',
        "",
    ],
)
def test_every_namespace_that_tools_write_is_read(namespace: str):
    found = read(NVIVO.replace('xmlns="urn:QDA-XML:codebook:1.0"', namespace))
    assert [one.name for one in found.themes] == ["Risk of war", "Tacit"]


def test_one_guid_twice_and_names_that_are_missing_or_too_long_are_told_at_their_code():
    found = read(
        "<CodeBook><Codes><Code guid='a'/><Code guid='a' name='B'><Code name='C'/></Code>"
        f"<Code name='{'x' * 90}' color='blue'/></Codes></CodeBook>"
    )
    assert [one.name for one in found.themes] == ["Code 1", "B", "C", "x" * 80]
    assert len({one.key for one in found.themes}) == 4
    assert found.themes[2].parent == found.themes[1].key
    doubts = [one.doubts[0][:28] if one.doubts else "" for one in found.themes]
    assert doubts == [
        "The code has no name: it is ",
        "Another code has this GUID: ",
        "",
        "The name is cut after 80 cha",
    ]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "The file is empty."),
        (b"no xml", "line 1: The file is not XML"),
        (b"<Other/>", "no REFI-QDA codebook"),
        (b"<CodeBook><Codes>", "not well-formed"),
        (b"<CodeBook>" + b"<Code>" * 300, "deeper than 256"),
        (b"<!DOCTYPE a [<!ENTITY a 'b'>]><CodeBook>&a;</CodeBook>", "DOCTYPE"),
        (b"<CodeBook><Codes>" + b"<Code/>" * 5001 + b"</Codes></CodeBook>", "5,000 codes"),
        (b" " * (qdc.MAX_BYTES + 1), "more than the limit"),
    ],
)
def test_bad_files_give_one_sentence(data: bytes, said: str):
    with pytest.raises(FormatFault) as caught:
        read(data)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
