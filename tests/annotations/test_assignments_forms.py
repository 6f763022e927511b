"""The form of an assignment: times in the zone of whoever fills it in, ranges by paragraphs."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.test import override_settings

from annotations.actions.assignments import Part
from annotations.forms_assignments import AssignmentForm, MarkForm, Offered
from annotations.readings import blocks_to_choose
from annotations.stretches import texts_of
from tests.factories import EditionFactory

pytestmark = pytest.mark.django_db

LINES = ("Heading", "First words here.", "Second words here.", "Third words here.")


def form(**sent: Any) -> AssignmentForm:
    edition = EditionFactory(paragraphs=LINES)
    document = edition.document
    blocks = blocks_to_choose(texts_of([edition.pk])[edition.pk])
    data = {"title": "Read", "documents": str(document.pk), f"edition-{document.pk}": edition.pk}
    data |= {k.replace("_range", f"-{document.pk}"): v for k, v in sent.items()}
    query = QueryDict(mutable=True)
    for name, value in data.items():
        query[name] = str(value)
    return AssignmentForm(query, offered=[Offered(document, blocks)], themes=[], groups=[])


def part(found: AssignmentForm) -> Part:
    assert found.is_valid(), found.errors
    return found.given()["parts"][0]


@pytest.mark.parametrize(
    ("zone", "typed", "moment"),
    [
        ("Europe/Berlin", "2026-11-27T17:00", datetime(2026, 11, 27, 16, tzinfo=UTC)),
        ("Europe/Berlin", "2026-07-27T17:00", datetime(2026, 7, 27, 15, tzinfo=UTC)),
        ("Asia/Kathmandu", "2026-11-27T17:00", datetime(2026, 11, 27, 11, 15, tzinfo=UTC)),
        ("", "2026-11-27T17:00", datetime(2026, 11, 27, 17, tzinfo=UTC)),
        ("Not/AZone", "2026-11-27T17:00", datetime(2026, 11, 27, 17, tzinfo=UTC)),
        ("../../etc/passwd", "2026-11-27T17:00", datetime(2026, 11, 27, 17, tzinfo=UTC)),
    ],
)
def test_times_are_taken_in_the_zone_that_the_form_names(
    zone: str, typed: str, moment: datetime
) -> None:
    found = form(zone=zone, due_at=typed)
    assert found.is_valid()
    assert found.given()["due_at"] == moment


@override_settings(TIME_ZONE="America/New_York")
def test_without_a_script_times_are_in_the_server_s_zone() -> None:
    found = form(due_at="2026-11-27T17:00")
    assert found.zone_name == "America/New_York" and found.is_valid()
    assert found.given()["due_at"] == datetime(2026, 11, 27, 22, tzinfo=UTC)


def test_an_hour_that_the_clocks_leave_out_is_told() -> None:
    assert "due_at" in form(zone="Europe/Berlin", due_at="2026-03-29T02:30").errors


def test_it_is_due_after_it_opens() -> None:
    found = form(opens_at="2026-11-27T17:00", due_at="2026-11-27T17:00")
    assert not found.is_valid() and "due_at" in found.errors


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("1", "2", "First words here.\nSecond words here."),
        ("", "1", "Heading\nFirst words here."),
        ("3", "", "Third words here."),
        ("2", "2", "Second words here."),
    ],
)
def test_a_range_goes_from_a_paragraph_to_a_paragraph(first: str, last: str, words: str) -> None:
    found = form(from_range=first, to_range=last)
    _, edition, start, end = part(found)
    assert edition is not None and start is not None
    assert "\n".join(LINES)[start:end] == words


def test_without_ends_the_whole_document_is_read() -> None:
    found = form()
    assert part(found)[1:] == (None, None, None)


@pytest.mark.parametrize(
    ("first", "last"), [("2", "1"), ("9", ""), ("", "4"), ("x", ""), ("-1", ""), ("²", "")]
)
def test_a_range_that_is_none_is_told(first: str, last: str) -> None:
    assert form(from_range=first, to_range=last).non_field_errors()


def test_a_range_of_a_text_that_has_changed_meanwhile_is_told() -> None:
    assert "has changed" in form(from_range="1", edition_range="0").non_field_errors()[0]


def test_an_assignment_has_a_title_and_a_document_of_the_set() -> None:
    assert set(form(title="", documents="0").errors) == {"title", "documents"}


@pytest.mark.parametrize("value", ["-1", "x", "1001", "1.5"])
def test_numbers_are_numbers(value: str) -> None:
    assert "annotations" in form(annotations=value).errors


@pytest.mark.parametrize(
    ("points", "right"), [("0", True), ("8.5", True), ("10", True), ("10.01", False), ("-1", False)]
)
def test_a_mark_has_at_most_the_points_of_the_assignment(points: str, right: bool) -> None:
    assert MarkForm({"points": points}, most=Decimal("10.00")).is_valid() is right


def test_an_assignment_without_points_is_only_commented() -> None:
    found = MarkForm({"points": "5", "comment": "Good"}, most=None)
    assert found.is_valid() and found.given() == {"points": None, "comment": "Good"}
