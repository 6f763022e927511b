"""A file that makes no sense is brought in as far as it makes some, on every database, and what was
put right is told; or it is refused in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from annotations.actions.bringing import carry_out, plan
from annotations.actions.codebook import ThemeFault
from annotations.bringing import KEPT, MOST_PEOPLE
from annotations.formats.brought import (
    Brought,
    BroughtReply,
    BroughtTheme,
    FormatFault,
)
from annotations.formats.sound import MOST_THEMES
from annotations.formats.values import PersonValue
from annotations.integrity import problems
from annotations.models import Annotation, Reply, Theme
from annotations.notes import MAX_LENGTH
from tests.annotations.bringing import brought, note, of
from tests.annotations.worlds import world

pytestmark = pytest.mark.django_db

WORDS = "Afghanistan Day"
UUID = "0787bc1f-458e-4589-8009-6d59017499a4"


def one(**changes: Any) -> Brought:
    return of(note(place="line 2", **changes))


def replies(*given: BroughtReply) -> Brought:
    return one(replies=given)


def themes(*names: str, **changes: Any) -> Brought:
    """A file with these themes, all on one annotation; the first of them as ``changes`` say."""
    made = [BroughtTheme(f"k{at}", name, {"name": name}) for at, name in enumerate(names)]
    if changes:
        words = {"name": names[0]} | changes.pop("words", {})
        made[0] = BroughtTheme(**{"key": "k0", "name": names[0], "words": words} | changes)
    return Brought(tuple(made), (note(id="x", themes=tuple(theme.key for theme in made)),))


def year(number: int, hours: int = 0) -> datetime:
    return datetime(number, 12 if hours < 0 else 1, 1, tzinfo=timezone(timedelta(hours=hours)))


CASES: dict[str, tuple[Brought, str]] = {
    "NUL in a note": (one(note="a\0b"), "Its note has half of a character or NUL"),
    "half of a character in a note": (one(note="a\ud800b"), "Its note has half"),
    "a note without end": (one(note="x" * (MAX_LENGTH + 1)), "Its note is cut after 20,000"),
    "a name of no characters": (one(author=PersonValue("a\0b", "c\ud800d")), ""),
    "a name without end": (one(author=PersonValue("a" * 1000, "b" * 1000)), ""),
    "a name that leads away": (one(author=PersonValue("/../", "/")), ""),
    "an id of no characters": (one(id="a\ud800\0b"), ""),
    "a document of no characters": (
        one(target={"names": ("fr\ud800us/d169", "f\0/d1", "frus1981-88v03/d169")}),
        "",
    ),
    "a digest of no characters": (one(target={"digest": "\ud800\0" * 999}), ""),
    "huge offsets": (one(target={"start": 10**30, "end": 10**31}), ""),
    "offsets before the text": (one(target={"start": -5, "end": -1}), ""),
    "a time without a zone": (one(created=datetime(2020, 1, 1), modified=datetime(2020, 1, 2)), ""),
    "a time before all times": (one(created=year(1, hours=14)), ""),
    "a time after all times": (one(created=year(9999, hours=-14)), ""),
    "a question of another kind": (one(question="whatever"), ""),
    "NUL in a reply": (replies(BroughtReply("a\0")), "A reply has half"),
    "a reply without end": (replies(BroughtReply("a" * (MAX_LENGTH + 1))), "A reply is cut after"),
    "a reply by nobody": (replies(BroughtReply("a", author=PersonValue("x\0", "y\ud800"))), ""),
    "a theme's name of no characters": (themes("a\ud800\0b"), "The name of “a��b” has half"),
    "a theme's name without end": (themes("x" * 81), "is cut after 80"),
    "a theme without a name": (themes("  "), ""),
    "a colour that is none": (themes("A", words={"colour": "red"}), "“A” has a colour"),
    "a colour of another palette": (themes("A", words={"colour": 99}), "“A” has a colour"),
    "a line that is none": (themes("A", words={"line": -1}), "“A” has a line"),
    "NUL in a definition": (themes("A", words={"definition": "a\0b"}), "The definition of “A”"),
    "a slug that leads away": (themes("A", slug="../\0Ä b" + "x" * 500), ""),
    "a theme below nobody": (themes("A", parent="nobody"), ""),
    "two themes of one name": (themes("A", "A", "a"), ""),
    "two themes by the name of one that is here": (themes("Linkage", "linkage"), ""),
    "more themes than an annotation has": (
        themes(*(f"T{at}" for at in range(MOST_THEMES + 300))),
        "It has more than 100 themes",
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_what_makes_no_sense_is_put_right_and_told_and_comes_in_once(what: str) -> None:
    here = world()
    given, told = CASES[what]
    made = plan(here.set, given, actor=here.owner)
    said = " ".join(message for _, message in made.lost)
    assert told in said if told else not said
    carry_out(here.set, given, seen=made.mark, actor=here.owner)
    assert Annotation.objects.get().quote == WORDS
    assert Reply.objects.count() == sum(len(row.replies) for row in made.rows)
    assert list(problems()) == []
    again = plan(here.set, given, actor=here.owner)
    assert (dict(again.counts), again.changes) == ({"same": 1}, False)


def test_what_stands_in_a_file_twice_comes_in_once_and_is_told() -> None:
    here = world()
    same = note(id="", note="Twice", place="line 2")
    given = Brought(
        annotations=(
            note(id=UUID, note="First", place="line 2"),
            note(id=f"urn:uuid:{UUID}", note="Last", place="line 2"),
            same,
            same,
        )
    )
    made = plan(here.set, given, actor=here.owner)
    assert made.lost == [("line 2", "It stands in the file once more: the last one counts.")] * 2
    carry_out(here.set, given, seen=made.mark, actor=here.owner)
    assert sorted(Annotation.objects.values_list("note", flat=True)) == ["Last", "Twice"]


def test_a_line_that_moved_in_its_file_is_the_same_line() -> None:
    here = world()
    for place in ("line 2", "line 9"):
        given = note(id="", place=place, replies=(BroughtReply("So?"),))
        brought(here.set, of(given), here.owner)
    assert (Annotation.objects.count(), Reply.objects.count()) == (1, 1)


def test_two_replies_of_the_same_words_to_two_annotations_are_two() -> None:
    here = world()
    agreed = (BroughtReply("Agreed"),)
    given = of(note(id="", replies=agreed), note(id="", note="No", replies=agreed))
    brought(here.set, given, here.owner)
    assert Reply.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (themes("A", parent="k0"), "“A” stands below itself"),
        (
            Brought(
                tuple(
                    BroughtTheme(f"k{at}", f"T{at}", {"name": f"T{at}"}, parent=f"k{at - 1}")
                    for at in range(20)
                )
            ),
            "at most 8 levels",
        ),
        (
            Brought(
                annotations=tuple(
                    note(id="", note=str(at), author=PersonValue(f"u{at}", ""))
                    for at in range(MOST_PEOPLE + 1)
                )
            ),
            "more than 2,000 people",
        ),
    ],
    ids=["loop", "depth", "people"],
)
def test_what_cannot_be_put_right_is_refused_in_a_sentence(given: Brought, says: str) -> None:
    here = world()
    before = Theme.objects.count()
    with pytest.raises((FormatFault, ThemeFault), match=says):
        brought(here.set, given, here.owner)
    assert (Annotation.objects.count(), Theme.objects.count()) == (0, before)


def test_a_file_does_not_tell_what_somebody_else_has_made_private() -> None:
    here = world()
    hers = here.annotate(note="A secret", visibility="private")
    for words in ("A secret", "Another guess"):
        given = one(id=str(hers.uuid), note=words)
        made = plan(here.set, given, actor=here.owner)
        assert [(row.fate, row.says) for row in made.rows] == [
            (KEPT, ["It stays: only who wrote it changes it."])
        ]


def test_times_that_are_kept_are_those_of_the_file() -> None:
    here = world()
    given = one(created=datetime(2020, 1, 1), modified=datetime(2020, 1, 2, tzinfo=UTC))
    brought(here.set, given, here.owner)
    made = Annotation.objects.get()
    assert (made.created.isoformat(), made.modified.day) == ("2020-01-01T00:00:00+00:00", 2)
