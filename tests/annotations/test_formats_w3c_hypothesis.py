"""What Hypothesis exports, and what its search answers, is read: passages by their words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from annotations.formats.brought import BroughtReply, Target
from annotations.formats.values import PersonValue
from tests.annotations.webs import Json, read

PAGE = "https://history.state.gov/historicaldocuments/frus1981-88v03/d169"
SELECTORS: list[Json] = [
    {
        "type": "RangeSelector",
        "startContainer": "/div[1]/p[3]",
        "startOffset": 12,
        "endContainer": "/div[1]/p[3]",
        "endOffset": 26,
    },
    {"type": "TextPositionSelector", "start": 4810, "end": 4825},
    {
        "type": "TextQuoteSelector",
        "exact": "Afghanistan Day",
        "prefix": "the observance of an annual day ",
        "suffix": ", which the European Parliament ",
    },
]


def marked(number: int = 1, **changes: object) -> Json:
    """An annotation in the shape in which its API presents one."""
    given: Json = {
        "id": f"hyp{number:019}",
        "created": "2026-03-04T10:11:12.131415+00:00",
        "updated": "2026-03-05T10:11:12.131415+00:00",
        "user": "acct:ada_l@hypothes.is",
        "user_info": {"display_name": "Ada L."},
        "uri": PAGE,
        "text": "Why *this* day?",
        "tags": ["symbols", "public diplomacy"],
        "group": "__world__",
        "permissions": {
            "read": ["group:__world__"],
            "admin": ["acct:ada_l@hypothes.is"],
            "update": ["acct:ada_l@hypothes.is"],
            "delete": ["acct:ada_l@hypothes.is"],
        },
        "target": [{"source": PAGE, "selector": SELECTORS}],
        "document": {"title": ["Document 169 - Office of the Historian"]},
        "links": {"html": f"https://hypothes.is/a/hyp{number:019}"},
        "hidden": False,
        "flagged": False,
    }
    return given | changes


def answering(number: int, *references: int, **changes: object) -> Json:
    """A reply, whose target has no words of its own."""
    named = [f"hyp{one:019}" for one in references]
    given = marked(number, references=named, tags=[], text=f"Answer {number}")
    return given | {"target": [{"source": PAGE}]} | changes


def searched(*rows: Json) -> Json:
    return {"total": len(rows), "rows": list(rows)}


def exported(*annotations: Json) -> Json:
    return {
        "export_date": "2026-04-01T00:00:00.000Z",
        "export_userid": "acct:ada_l@hypothes.is",
        "client_version": "1.1500.0",
        "annotations": list(annotations),
    }


@pytest.mark.parametrize("envelope", [searched, exported, lambda one: [one], lambda one: one])
def test_an_annotation_is_read_in_each_envelope(envelope):
    found = read(envelope(marked()))
    assert found.lost == ()
    (one,) = found.annotations
    assert one.target == Target(
        names=(PAGE, "Document 169 - Office of the Historian"),
        start=4810,
        end=4825,
        quote="Afghanistan Day",
        prefix="the observance of an annual day ",
        suffix=", which the European Parliament ",
    )
    assert (one.id, one.note) == ("hyp0000000000000000001", "Why *this* day?")
    assert one.author == PersonValue("ada_l", "Ada L.")
    assert (one.private, one.question) == (False, "")
    assert one.created == datetime(2026, 3, 4, 10, 11, 12, 131415, UTC)
    assert one.modified == datetime(2026, 3, 5, 10, 11, 12, 131415, UTC)
    assert [theme.name for theme in found.themes] == ["symbols", "public diplomacy"]
    assert one.themes == tuple(theme.key for theme in found.themes)


def test_places_are_rows_of_an_answer_and_annotations_of_an_export():
    rows = [marked(1), marked(2)]
    assert [one.place for one in read(searched(*rows)).annotations] == ["row 1", "row 2"]
    places = [one.place for one in read(exported(*rows)).annotations]
    assert places == ["annotation 1", "annotation 2"]


def test_an_annotation_that_only_its_author_may_read_is_private():
    own = marked(permissions={"read": ["acct:ada_l@hypothes.is"]})
    group = marked(2, group="Wd3x", permissions={"read": ["group:Wd3x"]})
    found = read(searched(own, group))
    assert [one.private for one in found.annotations] == [True, False]
    assert [str(one) for one in found.lost] == [
        "row 2: The group that it is in there is not taken."
    ]


def test_replies_at_each_depth_stand_under_the_first_of_their_thread():
    rows = [answering(3, 1, 2), answering(2, 1), marked(1), answering(4, 1, 9)]
    (one,) = read(searched(*rows)).annotations
    assert [(reply.note, reply.place) for reply in one.replies] == [
        ("Answer 3", "row 1"),
        ("Answer 2", "row 2"),
        ("Answer 4", "row 4"),
    ]
    assert isinstance(one.replies[0], BroughtReply)
    assert one.replies[0].author == PersonValue("ada_l", "Ada L.")


def test_what_is_not_taken_is_said():
    rows = [
        marked(1, target=[{"source": PAGE}]),
        marked(2, target=[{"source": PAGE, "selector": [{"type": "PageSelector", "index": 3}]}]),
        marked(3, hidden=True),
        answering(4, 77),
        marked(5, flagged=True, mood="glad"),
        answering(6, 5, tags=["a", "b"]),
        answering(7, 5, permissions={"read": ["acct:ada_l@hypothes.is"]}),
    ]
    found = read(searched(*rows))
    assert [one.place for one in found.annotations] == ["row 5"]
    assert [str(one) for one in found.lost] == [
        "row 1: It is on a whole page and not on words of it: it is not taken.",
        "row 2: It is on a whole page and not on words of it: it is not taken.",
        "row 3: It is hidden by a moderator there, and is not taken.",
        "row 5: Not read: “mood” of annotations of Hypothesis.",
        "row 5: That it was flagged to the moderators there is not taken.",
        "row 6: The tags of a reply are not taken: a, b.",
        "row 4: It answers something that is not in the file, and is not taken.",
        "row 7: It is private and what it answers is not: it is not taken.",
    ]


def test_a_highlight_and_an_author_without_a_name_are_read():
    given = marked(text="", tags=[], user_info={"display_name": None}, document={"title": "T"})
    (one,) = read(searched(given)).annotations
    assert (one.note, one.themes, one.author) == ("", (), PersonValue("ada_l", ""))
    assert one.target.names == (PAGE, "T")


def test_an_address_without_its_fragment_is_the_document():
    given = marked(uri=f"{PAGE}#p3", document={})
    assert read(searched(given)).annotations[0].target.names == (PAGE,)
