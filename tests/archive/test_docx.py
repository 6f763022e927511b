"""Word documents: text, notes and tables as Word shows them, and no file that is not safe."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.importers.brought import form_of, parse_brought
from archive.importers.docx import parse_docx
from archive.importers.faults import ImportFault
from archive.importers.package import MAX_PARTS
from archive.importers.parsed import Parsed, ParsedDocument
from archive.importers.particulars import Given
from tests.archive.docx import (
    DECLARATION,
    TYPES,
    W,
    call,
    core,
    docx,
    notes,
    packed,
    paragraph,
    run,
)
from tests.archive.test_html import blocks, notices, spans
from tests.archive.test_html import notes as notes_of

LIMIT = 10_000_000


def parsed(data: bytes, limit: int = LIMIT, **given: str) -> tuple[Parsed, ParsedDocument]:
    made = parse_docx(data, "a.docx", volume="v", number="1", max_bytes=limit, given=Given(**given))
    (document,) = made.documents
    assert list(document.text.problems()) == []
    return made, document


def fault(data: bytes, limit: int = LIMIT, name: str = "a.docx") -> str:
    with pytest.raises(ImportFault) as caught:
        parse_brought(data, name, volume="v", number="1", max_bytes=limit)
    said = str(caught.value)
    assert said.startswith(f"{name}: ")
    assert "\n" not in said
    return said.removeprefix(f"{name}: ")


def test_headings_paragraphs_quotations_and_lists_are_blocks() -> None:
    _, document = parsed(
        docx(
            paragraph("The Long Telegram", style="Title"),
            paragraph("Part one", style="Heading1"),
            paragraph("One", " two."),
            paragraph("Said.", style="Quote"),
            paragraph("a", numbered=0),
            paragraph("b", numbered=1),
        )
    )
    assert blocks(document.text) == [
        *[("heading", "The Long Telegram"), ("heading", "Part one"), ("paragraph", "One two.")],
        *[("quotation", "Said."), ("item", "a"), ("item", "b")],
    ]
    assert [b.attrs.get("depth") for b in document.text.blocks[-2:]] == ["1", "2"]
    assert [b.attrs.get("level") for b in document.text.blocks[:2]] == ["1", "2"]


def test_mark_up_within_lines_is_spans() -> None:
    forms = [("i", "italic"), ("b", "bold"), ("strike", "strike"), ("smallCaps", "smallcaps")]
    _, document = parsed(docx(paragraph("x ", *(run(name, name) for name, _ in forms))))
    assert spans(document.text) == [(kind, name) for name, kind in forms]
    underlined = '<w:r><w:rPr><w:u w:val="single"/></w:rPr><w:t>under</w:t></w:r>'
    raised = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>th</w:t></w:r>'
    _, document = parsed(docx(paragraph("x ", underlined, raised)))
    assert spans(document.text) == [("underline", "under"), ("superscript", "th")]


def test_footnotes_and_endnotes_are_the_apparatus() -> None:
    made, document = parsed(
        docx(
            paragraph("Title", style="Title"),
            paragraph("Day", call(2), " ends", call(2, "endnote"), " here", call(3), "."),
            word__footnotes__xml=notes("Source: Library.", "See A."),
            word__endnotes__xml=notes("At the end.", kind="endnote"),
        )
    )
    assert notes_of(document.text) == [
        *[("1", "Source: Library.", "Day"), ("2", "At the end.", "ends"), ("3", "See A.", "here")]
    ]
    assert document.text.notes[0].kind == "source"
    assert blocks(document.text)[1] == ("paragraph", "Day ends here.")
    assert notices(made) == ""


def test_a_table_is_cells() -> None:
    rows = "".join(
        f"<w:tr>{''.join(f'<w:tc>{paragraph(cell)}</w:tc>' for cell in row)}</w:tr>"
        for row in ("ab", "cd")
    )
    _, document = parsed(docx(paragraph("T", style="Title"), f"<w:tbl>{rows}</w:tbl>"))
    assert blocks(document.text)[1:] == [("cell", letter) for letter in "abcd"]
    assert [b.attrs["row"] for b in document.text.blocks[1:]] == ["1", "1", "2", "2"]


def test_comments_and_deletions_are_left_out_and_said() -> None:
    deleted = '<w:del w:id="9"><w:r><w:delText>gone</w:delText></w:r></w:del>'
    inserted = '<w:ins w:id="8"><w:r><w:t>new</w:t></w:r></w:ins>'
    comment = '<w:r><w:commentReference w:id="0"/></w:r>'
    comments = (
        f'{DECLARATION}<w:comments {W}><w:comment w:id="0">{paragraph("Hm.")}</w:comment>'
        "</w:comments>"
    )
    made, document = parsed(
        docx(
            paragraph("T", style="Title"),
            paragraph("old ", deleted, inserted, comment),
            word__comments__xml=comments,
        )
    )
    assert blocks(document.text)[1:] == [("paragraph", "old new")]
    said = notices(made)
    assert "comment in the margin" in said
    assert "tracked changes have deleted" in said


def test_an_image_is_not_unpacked_and_a_linked_one_not_fetched() -> None:
    drawn = (
        '<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
        'wordprocessingDrawing"><a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/'
        '2006/main"><a:graphicData><pic:pic xmlns:pic="http://schemas.openxmlformats.org/'
        'drawingml/2006/picture"><pic:blipFill><a:blip r:link="rId9" xmlns:r="http://schemas.'
        'openxmlformats.org/officeDocument/2006/relationships"/></pic:blipFill></pic:pic>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
    links = (
        f'{DECLARATION}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        'relationships"><Relationship Id="rId9" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/image" TargetMode="External" '
        'Target="http://192.0.2.1/a.png"/></Relationships>'
    )
    named = _parts(docx(paragraph("T", style="Title"), paragraph("x", drawn)))
    named["word/_rels/document.xml.rels"] = links.encode()
    made, document = parsed(packed(named))
    assert blocks(document.text)[1:] == [("paragraph", "x")]
    assert "An image is left out." in notices(made)


def test_an_unknown_style_keeps_its_text_and_is_named() -> None:
    made, document = parsed(docx(paragraph("T", style="Title"), paragraph("x", style="Odd")))
    assert blocks(document.text)[1:] == [("paragraph", "x")]
    assert notices(made) == "The style “Odd” is not known: its text is read as running text."


def test_the_file_says_its_title_and_who_made_it_but_no_date_of_the_document() -> None:
    data = docx(
        paragraph("x", numbered=0), docProps__core__xml=core("Own", "Ann", "2024-01-02T00:00:00Z")
    )
    made, document = parsed(data)
    assert (document.heading, made.volume.title, made.volume.editors) == ("Own", "Own", ("Ann",))
    assert (document.date_text, document.date_min) == ("", None)
    assert "made on 2024-01-02" in notices(made)
    assert parsed(data, title="Given", date="1946")[1].heading == "Given"


def test_a_heading_in_the_text_goes_before_the_title_in_the_properties() -> None:
    data = docx(
        paragraph("Long Telegram", style="Title"),
        docProps__core__xml=core("Microsoft Word - Document1", "", ""),
    )
    assert parsed(data)[1].heading == "Long Telegram"


def test_the_source_that_is_kept_is_what_was_made_of_the_file() -> None:
    made, document = parsed(docx(paragraph("T", style="Title")))
    assert (made.format, document.source) == ("docx", "<h1>T</h1>")


def _parts(data: bytes) -> dict[str, str | bytes]:
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd">'


@pytest.mark.parametrize("doctype", [BOMB, OUTSIDE, "<!DOCTYPE w>"])
@pytest.mark.parametrize(
    "part", ["word/document.xml", "word/footnotes.xml", "docProps/core.xml", "_rels/.rels"]
)
def test_a_doctype_in_any_part_is_refused(part: str, doctype: str) -> None:
    named = _parts(docx(paragraph("x"), word__footnotes__xml=notes("a")))
    named[part] = f"{DECLARATION}{doctype}<w:document {W}>&b;</w:document>"
    assert fault(packed(named)) == (
        f"The part {part} of the file has a DOCTYPE, which is refused for safety."
    )


def test_an_old_word_document_says_what_to_do() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert "Word's old format (.doc); save it as .docx" in fault(ole)
    assert "Word's old format" in fault(ole, name="a.doc")


def test_a_document_with_a_password_says_so() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    assert "protected by a password" in fault(ole)
    data = bytearray(docx(paragraph("x")))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    assert "protected by a password" in fault(bytes(data))


def test_a_zip_of_other_things_is_no_document() -> None:
    assert "a zip archive, but no Word document" in fault(packed({"a.txt": "x"}))
    spreadsheet = TYPES.replace("wordprocessingml", "spreadsheetml")
    assert "no Word document" in fault(packed({"[Content_Types].xml": spreadsheet}))
    only_types = packed({"[Content_Types].xml": TYPES})
    assert "damaged, or no Word document" in fault(only_types)


def test_a_document_without_a_word_holds_no_text() -> None:
    assert "holds no text" in fault(docx(paragraph()))


def test_what_unpacks_to_too_much_is_refused_before_it_is_unpacked() -> None:
    large = docx(paragraph("x"), word__media__png=b"0" * 200_000)
    assert "unpacks to more than the limit of 100,000 bytes" in fault(large, 100_000)
    bomb = docx(paragraph("x"), word__bomb__xml="<x>" + " " * 3_000_000 + "</x>")
    assert "The part word/bomb.xml of the file unpacks to too much" in fault(bomb)


def test_too_many_parts_are_refused() -> None:
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for number in range(MAX_PARTS + 1):
            archive.writestr(f"{number}.png", b"")
    assert "parts, more than the limit" in fault(file.getvalue())


def test_other_kinds_of_packing_and_parts_of_one_name_are_refused() -> None:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_BZIP2) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
    assert "packed in a way that Word does not use" in fault(file.getvalue())
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive, pytest.warns(UserWarning):
        archive.writestr("a.xml", "<a/>")
        archive.writestr("a.xml", "<b/>")
    assert "two parts of one name" in fault(file.getvalue())


def test_xml_that_nests_too_deep_is_refused() -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 60 + paragraph("x") + "</w:tc></w:tr></w:tbl>" * 60
    assert "word/document.xml of the file nests deeper than 120" in fault(docx(deep))


def test_as_deep_as_is_allowed_is_read() -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 36 + paragraph("x") + "</w:tc></w:tr></w:tbl>" * 36
    assert parsed(docx(paragraph("T", style="Title"), deep))[1].text.text == "T\nx"


def test_broken_xml_names_the_part() -> None:
    named = _parts(docx(paragraph("x")))
    named["word/document.xml"] = "<w:document"
    assert "The part word/document.xml of the file is not well-formed XML" in fault(packed(named))


@given(st.integers(0, 10_000), st.integers(0, 255), st.integers(0, 10_000))
def test_a_damaged_file_is_a_fault_and_nothing_else(at: int, byte: int, end: int) -> None:
    data = bytearray(docx(paragraph("T", call(2)), word__footnotes__xml=notes("a")))
    data[at % len(data)] = byte
    try:
        parsed(bytes(data[: max(end, 1)]))
    except ImportFault as caught:
        assert "\n" not in str(caught)


FRAGMENTS = st.sampled_from(
    [
        *["<w:p>", "</w:p>", "<w:r>", "</w:r>", "<w:t>x</w:t>", "<w:tbl>", "</w:tbl>", "<w:tr>"],
        *["</w:tr>", "<w:tc>", "</w:tc>", "<w:br/>", "<w:tab/>", '<w:footnoteReference w:id="2"/>'],
        *['<w:footnoteReference w:id="77"/>', "<w:footnoteReference/>", "<w:sdt/>", "<w:sym/>"],
        *['<w:fldChar w:fldCharType="end"/>', '<w:fldChar w:fldCharType="begin"/>', "<w:x/>"],
        *["<w:hyperlink>y</w:hyperlink>", "<w:commentReference/>", "<w:bookmarkStart/>"],
        *['<w:tcPr><w:gridSpan w:val="q"/></w:tcPr>', "<w:pPr><w:pStyle/></w:pPr>", "<w:drawing/>"],
    ]
)


@given(st.lists(FRAGMENTS, max_size=12).map("".join))
def test_no_body_raises_anything_but_a_fault(body: str) -> None:
    try:
        parsed(docx(body, word__footnotes__xml=notes("a")))
    except ImportFault as caught:
        assert "\n" not in str(caught)


@pytest.mark.parametrize(
    ("data", "name", "form"),
    [
        (b"<p>x", "a.HTML", "html"),
        (b"<p>x", "a.htm", "html"),
        (b"  <!DOCTYPE html><p>x", "a", "html"),
        (b"\xef\xbb\xbf<html>", "pasted", "html"),
        (b"<html> said he", "a.txt", "text"),
        (b"Words", "a.txt", "text"),
        (b"Words", "a", "text"),
        (b"PK\x03\x04", "a.txt", "docx"),
    ],
)
def test_a_file_is_told_by_what_it_holds_and_its_name(data: bytes, name: str, form: str) -> None:
    assert form_of(data, name) == form


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"%PDF-1.7", "a.txt", "bring .txt, .html or .docx"),
        (b"{\\rtf1", "a.docx", "bring .txt, .html or .docx"),
        (b"x", "a.odt", "bring .txt, .html or .docx"),
        (b"x", "a.docx", "damaged, or no Word document"),
        (b" \n", "a.txt", "The file is empty"),
        (b"<?xml version='1.0'?><TEI/>", "a.xml", "import_tei"),
        (b"PK\x03\x04", "a.docx", "damaged, or no Word document"),
    ],
)
def test_what_is_none_of_the_three_says_so(data: bytes, name: str, words: str) -> None:
    assert words in fault(data, name=name)
