"""One document of a TEI file: its element and its plan to plain values."""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from archive.importers.dates import date_of
from archive.importers.divisions import is_apart
from archive.importers.markings import marking_of
from archive.importers.outline import Plan
from archive.importers.parsed import ParsedDocument
from archive.importers.teitext import TextWalk
from archive.importers.vocabulary import FRUS, local, words
from archive.text import BlockKind, NoteKind, Span, SpanKind, Text

_HEADING, _PAGE = BlockKind.HEADING.value, SpanKind.PAGE.value


def document_of(
    element: etree._Element, plan: Plan, walk: TextWalk, *, is_paged: bool
) -> ParsedDocument:
    """The document that ``plan`` makes of ``element``, its text read by ``walk``.

    ``is_paged`` says whether it begins on the page of the last break before it.
    """
    if plan.is_rest:
        element = rest_of(element)
    text = walk.text_of(element, plan.slug)
    dateline = walk.dateline
    date, place = _date_and_place(dateline)
    dated = date_of(
        *_stated_dates(element),
        date,
        words(dateline),
    )
    subject = _subject(walk.subject)
    first, last = pages_of(text, plan.page if is_paged else "")
    return ParsedDocument(
        slug=plan.slug,
        number=plan.number,
        position=plan.position,
        heading=_heading(text) or subject or plan.title or plan.slug,
        text=text,
        source=etree.tostring(element, encoding="unicode", with_tail=False),
        kind=plan.kind,
        subject=subject,
        place=words(place),
        date_min=dated.min,
        date_max=dated.max,
        date_text=words(date) or words(dateline),
        date_precision=dated.precision,
        classification=_classification(text),
        section=plan.section,
        first_page=first[:30],
        last_page=last[:30],
    )


def _stated_dates(element: etree._Element) -> tuple[str | None, str | None]:
    """The earliest and the latest date that the publisher states in attributes of its own, or, in
    TEI that is valid without them, in an instruction ``frus`` before all else in the element."""
    first = element[0] if len(element) else None
    if isinstance(first, etree._ProcessingInstruction) and first.target == "frus":
        return first.get("doc-dateTime-min"), first.get("doc-dateTime-max")
    return element.get(f"{FRUS}doc-dateTime-min"), element.get(f"{FRUS}doc-dateTime-max")


def rest_of(element: etree._Element) -> etree._Element:
    """A copy of a section without the divisions in it, nor the page breaks after the first."""
    rest = etree.Element(element.tag, dict(element.attrib), nsmap=element.nsmap)
    rest.text = element.text
    has_passed = False
    for child in element:
        if is_apart(child):
            has_passed = True
        if is_apart(child) or (has_passed and local(child) == "pb"):
            _append_text(rest, child.tail)
        else:
            rest.append(deepcopy(child))
    return rest


def _append_text(element: etree._Element, text: str | None) -> None:
    if text and len(element):
        element[-1].tail = (element[-1].tail or "") + text
    elif text:
        element.text = (element.text or "") + text


def _date_and_place(
    dateline: etree._Element | None,
) -> tuple[etree._Element | None, etree._Element | None]:
    """The first ``date`` and the first ``placeName`` of a dateline that are not in a note."""
    found: dict[str, etree._Element] = {}
    for element in dateline.iter("{*}date", "{*}placeName") if dateline is not None else ():
        around = element.getparent()
        while around is not dateline and local(around) != "note":
            around = around.getparent()
        if around is dateline:
            found.setdefault(local(element), element)
    return found.get("date"), found.get("placeName")


def _heading(text: Text) -> str:
    for block in text.blocks:
        if block.kind == _HEADING and block.attrs.get("level") == "1":
            return text.text[block.start : block.end]
    return ""


def _subject(listing: etree._Element | None) -> str:
    if listing is None:
        return ""
    return "; ".join(said for i in listing if local(i) == "item" and (said := words(i)))


def _classification(text: Text) -> str:
    """The marking that the source note states."""
    for note in text.notes:
        if note.kind == NoteKind.SOURCE:
            return marking_of(text.text[note.start : note.end])
    return ""


def pages_of(text: Text, before: str) -> tuple[str, str]:
    """The first and last page; a break before the first word or after the last is not crossed.

    A break inside a note stands where the note is called.
    """
    end = next((block.start - 1 for block in text.blocks if block.note), len(text.text))
    first, last, reached = before, before, 0
    for span in text.spans:
        if span.kind != _PAGE:
            continue
        at = span.start if span.start < end else _place_in_body(text, span)
        if span.start == 0 and end:
            first = span.ref
        if at is not None and at >= reached:
            last, reached = span.ref, at
    return first, last


def _place_in_body(text: Text, page: Span) -> int | None:
    """Where the note is called in which a page breaks, None where no word of it follows."""
    for note in text.notes:
        if note.start <= page.start < note.end:
            return note.call
    return None
