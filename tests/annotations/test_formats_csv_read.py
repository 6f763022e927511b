"""CSV comes back: our own tables whole, those of other tools by the names of their columns."""

from __future__ import annotations

import io
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.formats import csv as csv_format
from annotations.formats import csv_read, tables
from annotations.formats.brought import Brought, BroughtAnnotation, BroughtReply, FormatFault
from annotations.formats.values import AnnotationValue, PersonValue, ReplyValue, ThemeValue
from tests.annotations.values import AT, SITE, annotation, annotations, package, reply

HEAD = "document,start,end,quote,themes,note\n"


def read(data: str | bytes) -> Brought:
    return csv_format.read(io.BytesIO(data.encode() if isinstance(data, str) else data))


def fault(data: str | bytes) -> str:
    with pytest.raises(FormatFault) as found:
        read(data)
    assert "\n" not in str(found.value)
    return str(found.value)


def sent(*values: AnnotationValue) -> Brought:
    return read("".join(csv_format.write(package(values))))


def whom(person: PersonValue) -> PersonValue | None:
    return person if person.username or person.name else None


def answer(value: ReplyValue, place: str) -> BroughtReply:
    return BroughtReply(
        value.note, value.id, whom(value.author), value.created, value.modified, place
    )


def agree(one: BroughtAnnotation, value: AnnotationValue) -> None:
    """All of the annotation has come back that a table says of it."""
    target = one.target
    assert (target.start, target.end) == (value.start, value.end)
    assert (target.quote, target.prefix, target.suffix) == (
        value.quote,
        value.prefix,
        value.suffix,
    )
    assert target.digest == value.edition.digest
    assert target.names == (
        value.document.public_address,
        f"{value.document.volume}/{value.document.slug}",
    )
    assert (one.id, one.note, one.private) == (value.id, value.note, value.private)
    assert one.themes == tuple(theme.slug for theme in value.themes)
    assert (one.author, one.question) == (whom(value.author), value.question)
    assert (one.created, one.modified) == (value.created, value.modified)
    assert one.replies == tuple(answer(each, one.place) for each in value.replies)


# A canonical text has no carriage return.
whole = st.builds(
    lambda value, question, number, quote: replace(
        value,
        question=question,
        id=str(UUID(int=number)),
        quote=f"q{quote}",
        prefix=value.prefix.replace("\r", ""),
        suffix=value.suffix.replace("\r", ""),
    ),
    annotations,
    st.sampled_from(["", "open", "answered"]),
    st.integers(1),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=20),
)


@given(st.lists(whole, max_size=4, unique_by=lambda one: one.id))
def test_our_own_table_comes_back_as_it_was(values: list[AnnotationValue]):
    found = sent(*values)
    assert len(found.annotations) == len(values)
    for one, value in zip(found.annotations, values, strict=True):
        agree(one, value)
    assert not found.lost


def test_it_knows_the_server_and_the_set_that_wrote_it():
    found = sent(annotation(1), annotation(2))
    assert (found.site, found.slug) == (SITE, "seminar")
    assert [(t.key, t.slug, t.name) for t in found.themes] == [
        ("linkage", "linkage", "Linkage"),
        ("risk", "risk", "Alliance risk"),
    ]
    assert [one.place for one in found.annotations] == ["line 2", "line 3"]


def test_a_theme_with_a_semicolon_in_its_name_is_known_by_its_slug():
    odd = ThemeValue("odd", "One; two", "")
    found = sent(annotation(themes=(odd,)), annotation(2, themes=(odd,)))
    assert [one.themes for one in found.annotations] == [("odd",), ("odd",)]


def test_replies_that_people_read_are_told_apart_without_those_for_machines():
    value = annotation()
    answers = (reply(1, value), replace(reply(2, value), note="Two\n\nparagraphs"))
    rows = list(csv_format.write(package([replace(value, replies=answers)])))
    table = read(f"start,end,replies\n1,2,{rows[1].split(',', 17)[17]}")
    (one,) = table.annotations
    assert [(r.author and r.author.username, r.note, r.created) for r in one.replies] == [
        ("cyd", "Answer 1", AT),
        ("cyd", "Two\n\nparagraphs", AT),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_columns_come_in_any_order_under_any_name_and_sign(separator: str, encoding: str):
    rows = [["Code", "Highlight", "END OFFSET", "Start offset", "Document Name"]]
    rows.append(["Überblick", "naïve words", "15", "4", "d169"])
    data = "\r\n".join(separator.join(row) for row in rows).encode(encoding)
    found = read(data)
    (one,) = found.annotations
    assert (one.target.start, one.target.end, one.target.quote) == (4, 15, "naïve words")
    assert (one.target.names, one.themes) == (("d169",), ("Überblick",))
    assert [str(doubt) for doubt in found.lost] == (
        ["line 2: This is not UTF-8; it was read as Windows-1252. Look at accented letters."]
        if encoding == "cp1252"
        else []
    )


def test_the_words_alone_are_enough():
    (one,) = read("quote\nAfghanistan Day\n").annotations
    assert (one.target.quote, one.target.start, one.target.names) == ("Afghanistan Day", None, ())


def test_a_row_for_each_tag_is_one_annotation():
    found = read("id,document,tag,content\n7,d169,Linkage,the words\n7,d169,Risk,the words\n")
    (one,) = found.annotations
    assert (one.id, one.themes, one.target.quote) == ("7", ("Linkage", "Risk"), "the words")


def test_the_columns_of_other_tools_are_found():
    recogito = "UUID,FILE,QUOTE_TRANSCRIPTION,ANCHOR,TYPE,TAGS,COMMENTS\n"
    found = read(recogito + "u1,d169.txt,Moscow,char-offset:12,PLACE,one|two,Where?\n")
    (one,) = found.annotations
    assert (one.target.start, one.target.end, one.themes) == (12, 18, ("one", "two"))
    assert (one.note, [str(doubt) for doubt in found.lost]) == (
        "Where?",
        ["line 1: Not read: the column “TYPE”."],
    )
    hypothesis = "id,url,updated,quote,tags,text,author\n"
    (one,) = read(f'{hypothesis}a,https://x/d,2026-01-02,words,"a, b",A note,ada\n').annotations
    assert (one.target.quote, one.note, one.themes) == ("words", "A note", ("a", "b"))
    assert (one.author, one.target.names) == (PersonValue("ada", ""), ("https://x/d",))


def test_what_is_understood_and_not_taken_is_said():
    table = "quote,start,end,anchor,created,mood\nx,1,2,review,yesterday,glad\n,,,,,sad\n"
    assert [str(doubt) for doubt in read(table).lost] == [
        "line 1: Not read: the column “mood”.",
        "line 2: That its passage is to be looked at is not taken.",
        "line 2: This is not read as a time: “yesterday”.",
        "line 3: This row has no passage, and is not taken.",
    ]


def test_a_line_is_counted_where_its_row_begins():
    table = 'sep=;\nquote;note\n"one";"two\nlines"\n\n"three";x\n'
    assert [one.place for one in read(table).annotations] == ["line 3", "line 6"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "The table is empty."),
        ("\n \n", "The table is empty."),
        ("a,b\n1,2\n", "line 1: The first row names the columns, and one must be"),
        (HEAD + "d,x,2,q,,\n", "line 2: “x” is no offset (start)."),
        (HEAD + "d,-1,2,q,,\n", "line 2: “-1” is no offset (start)."),
        (HEAD + f"d,1,{10**12},q,,\n", "line 2: “1000000000000” is no offset (end)."),
        (HEAD + f"d,1,{'9' * 5000},q,,\n", "line 2: “9999999999"),
        (HEAD + "d,5,5,q,,\n", "line 2: The passage ends at 5, before or where it begins."),
        (HEAD + 'd,1,2,"q,,\n', "line 2: A quotation mark is opened and not closed"),
        (HEAD + 'd,1,2,"q"x,,\n', "line 2: A quotation mark is opened and not closed"),
        ("id,quote\n1,a\n1,b\n", "line 3: The id 1 is that of another annotation, too: see line 2"),
        ("quote,replies_json\nq,[\n", "line 2: The replies are no JSON."),
        ("quote,replies_json\nq,{}\n", "line 2: The replies are no list of at most 1,000."),
        ("quote,replies_json\nq,[1]\n", "line 2: A reply has no note."),
        ("quote,replies_json\nq," + "[" * 5000 + "\n", "line 2: The replies are no JSON."),
        ('quote;replies_json\nq;[{"note": "\\ud800"}]\n', "line 2: A reply has half"),
        ('quote\treplies_json\nq\t\'[{"note": "\\ud800"}]\n', "line 2: The replies are no"),
        (b"PK\x03\x04....", "This is a workbook or an archive: save the table as CSV."),
        (b"quote\n\x00\n", "line 2: This is not text: save the table as CSV in UTF-8."),
        (b"quote\na\n\x81\n", "line 3: This is not text: save the table as CSV in UTF-8."),
        (b"\xff\xfeq", "This is not text: save the table as CSV in UTF-8."),
        ("#FORMAT=WebAnno TSV 3.3\n", "This is INCEpTION’s own table: export from there as"),
    ],
)
def test_what_cannot_be_read_is_one_sentence_with_its_line(data: str | bytes, said: str):
    assert fault(data).startswith(said)


def test_what_is_too_much_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    assert fault("quote\na\nb\nc\n") == "line 4: More than 2 rows cannot be read."
    monkeypatch.setattr(tables, "MAX_THEMES", 1)
    assert fault("quote,tag\na,x|y\n") == "line 2: More than 1 themes cannot be read."
    monkeypatch.setattr(csv_read, "MAX_BYTES", 1 << 20)
    assert fault("x" * (1 << 20) + "y") == "The table is too large: at most 1 MB can be read."


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes):
    try:
        read(data)
    except FormatFault as found:
        assert found.message and "\n" not in str(found)


@given(whole, st.data())
def test_a_table_that_was_cut_is_read_or_refused(value: AnnotationValue, data: st.DataObject):
    table = "".join(csv_format.write(package([value]))).encode()
    try:
        read(table[: data.draw(st.integers(0, len(table)))])
    except FormatFault as found:
        assert found.message


@pytest.mark.parametrize(
    ("head", "cell", "private"),
    [
        ("visibility", "private", True),
        ("visibility", "Only me", True),
        ("visibility", "shared", False),
        ("sharing", "", False),
        ("private", "yes", True),
        ("private", "no", False),
    ],
)
def test_what_is_not_surely_shared_is_private(head: str, cell: str, private: bool):
    found = csv_format.read(io.BytesIO(f"quote,{head}\nwords,{cell}\n".encode()))
    assert [one.private for one in found.annotations] == [private]


def test_cells_that_no_column_names_are_told():
    found = csv_format.read(io.BytesIO(b"quote,note\na,b,c\n"))
    assert [str(one) for one in found.lost] == [
        "line 2: This row has more cells than there are columns."
    ]
