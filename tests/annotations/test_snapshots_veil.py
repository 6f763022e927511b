"""A pseudonymised snapshot names nobody: not in any byte of any file in it."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from hypothesis import assume, given
from hypothesis import strategies as st

from annotations.actions.replies import create_reply
from annotations.actions.sets import add_member
from annotations.formats.values import CodebookValue, ThemeValue
from annotations.freezing import content_of
from annotations.models import Annotation, AnnotationSet, Naming, Pseudonym, Reach, Reply, Variant
from annotations.snapshot_looks import doubts
from annotations.snapshots.scrub import MAIL_INSTEAD, Known, Scrub
from annotations.snapshots.veil import Veil, new_id, numbered
from tests.annotations.frozen import every_byte, folder_of_snapshots, freeze, plain
from tests.annotations.values import PersonValue, annotation, package
from tests.annotations.worlds import World, world
from tests.factories import AnnotationFactory

__all__ = ["folder_of_snapshots"]
AT = datetime(2026, 3, 4, 17, 43, 21, 987654, tzinfo=UTC)
ACCOUNT, ROW = 90_210_013, 80_310_099
PEOPLE = {
    "owner": ("ozan-brightwater", "Ozan", "Brightwater"),
    "editor": ("kasimir.quist@hollow-mill.example", "Kasimir", "Quist"),
    "annotator": ("zoe-traenkle", "Zoë", "Tränkle-Vogt"),
    "reader": ("rufus_p", "Rufus", "Pemberton"),
}
NOTE = (
    "As @zoe-traenkle says (and @ZOE-TRAENKLE, and @rufus_p.), Zoë Tränkle-Vogt wrote to "
    "kasimir.quist@hollow-mill.example; Rufus agrees, and so does PEMBERTON. Ask @nobody-known! "
    "Tränkle has it, Zoe\u0308 too; ozan-brightwater’s view: http://127.0.0.1:8000/annotations/{}/"
)


def named_world(**changes: Any) -> World:
    """A world whose people have names, and keys that stand out."""
    here = world(**changes)
    for role, (username, first, last) in PEOPLE.items():
        user: User = getattr(here, role)
        user.username, user.first_name, user.last_name = username, first, last
        user.email = f"{last.lower()}@hollow-mill.example"
        user.save()
    here.set.title = "Ozan Brightwater’s seminar"
    here.set.description = "Led by Ozan Brightwater (ozan@hollow-mill.example)."
    here.set.slug = "ozan-brightwater-2026"
    here.set.codebook.description = "Made by Kasimir Quist."
    here.set.codebook.save()
    here.set.save()
    here.risk.definition = "What Rufus Pemberton calls risk."
    here.risk.slug = "what-pemberton-fears"
    here.risk.save()
    return here


def needles(here: World) -> set[str]:
    """What must stand nowhere."""
    found = {str(here.set.link_key), "brightwater", "hollow-mill", "ozan", "wight", "wim "}
    for role, (username, first, last) in PEOPLE.items():
        user = getattr(here, role)
        found |= {username, first, last, user.email}
        found |= set(last.split("-"))
    for model in (Annotation, Reply):
        uuids = model._default_manager.values_list("uuid", flat=True)
        found |= {form for one in uuids for form in (str(one), one.hex)}
    found |= {json.dumps(one)[1:-1] for one in found}
    found |= {"17:43", str(ACCOUNT), str(ROW)}
    found |= {unicodedata.normalize("NFD", one) for one in found}
    return {one.casefold() for one in found}


def write(here: World) -> None:
    first = here.annotate(author=here.owner, note="Mine.")
    second = here.annotate("speak", author=here.editor, note=NOTE.format(first.uuid))
    here.annotate("linkage", themes=[here.risk], note="Plain.")
    user = User.objects.create(pk=ACCOUNT, username="numbered-wight", first_name="Wim")
    add_member(here.set, actor=here.owner, username=user.username)
    AnnotationFactory(
        pk=ROW, annotation_set=here.set, edition=here.edition, author=user, note="As Wim says."
    )
    create_reply(first, author=here.annotator, note=f"Thanks, Ozan. See {second.uuid}.")
    create_reply(first, author=here.editor, note="Signed: Kasimir Quist")
    for rows in (Annotation.objects.all(), Reply.objects.all()):
        rows.update(created=AT, modified=AT)


@pytest.mark.django_db
@pytest.mark.parametrize("reach", Reach.values)
@pytest.mark.parametrize("naming", [Naming.NAME, Naming.PSEUDONYM, Naming.NOBODY])
def test_no_byte_of_it_names_anybody(reach: str, naming: Naming):
    here = named_world(visibility="public")
    AnnotationSet.objects.update(naming=naming)
    here.set.refresh_from_db()
    if naming == Naming.PSEUDONYM:
        Pseudonym.objects.get_or_create(
            annotation_set=here.set,
            user=here.annotator,
            defaults={"name": "Crested Heron", "slug": "crested-heron"},
        )
    write(here)
    aliases = Pseudonym.objects.values_list("name", "slug")
    unwanted = needles(here) | {one.casefold() for row in aliases for one in row}
    made = freeze(here.set, reach, Variant.PSEUDONYMISED, note="For Zoë Tränkle-Vogt.")
    files = list(every_byte(made.path.read_bytes()))
    assert len(files) > 12
    for name, data in files:
        text = data.decode("utf-8", "replace").casefold()
        assert [one for one in unwanted if one in text] == [], name
    for wrong in (made.title, made.name):
        assert [one for one in unwanted if one in wrong.casefold()] == []


@pytest.mark.django_db
def test_as_it_is_the_same_words_are_found():
    """That the test above looks at what it should."""
    here = named_world(visibility="public")
    write(here)
    data = b"".join(data for _, data in every_byte(freeze(here.set).path.read_bytes()))
    text = data.decode("utf-8", "replace").casefold()
    for one in ("zoe-traenkle", "brightwater", "17:43", str(Annotation.objects.first().uuid)):
        assert one in text


@pytest.mark.django_db
def test_readers_stay_the_same_person_within_it_and_mentions_lead_to_them():
    here = named_world(visibility="public")
    write(here)
    found = plain(freeze(here.set, variant=Variant.PSEUDONYMISED))
    authors = {one["quote"]: one["author"] for one in found["annotations"]}
    replied = {r["note"]: r["author"] for one in found["annotations"] for r in one["replies"]}
    assert len(set(authors.values())) == 4
    assert authors["speak"] == next(who for note, who in replied.items() if "Signed" in note)
    number = authors["linkage"].removeprefix("reader-")
    note = next(one["note"] for one in found["annotations"] if one["quote"] == "speak")
    assert note.startswith(f"As @Reader {number} says (and @Reader {number}, and @a member.)")
    assert "Ask @a member!" in note
    assert MAIL_INSTEAD in note
    ids = {one["id"] for one in found["annotations"]}
    lead = note.rpartition("urn:uuid:")[2]
    assert lead in ids, "what leads to an annotation leads to the same one in here"
    assert all(one["created"].endswith("T00:00:00Z") for one in found["annotations"])


@pytest.mark.django_db
def test_who_was_promised_not_to_be_told_apart_is_not():
    here = named_world(visibility="public")
    AnnotationSet.objects.update(naming=Naming.NOBODY)
    here.set.refresh_from_db()
    add_member(here.set, actor=here.owner, username=here.stranger.username)
    here.annotate()
    here.annotate("speak")
    here.annotate("linkage", author=here.stranger)
    found = plain(freeze(here.set, variant=Variant.PSEUDONYMISED))
    assert {one["author"] for one in found["annotations"]} == {"-"}


@pytest.mark.django_db
def test_words_that_may_be_names_are_shown_first_and_stay_where_they_are_none():
    here = named_world(visibility="public")
    here.annotate(note="Rufus was a Roman. Zoë Tränkle-Vogt says so.")
    found = {one.key: one for one in doubts(content_of(here.set, Reach.EVERYONE))}
    assert found["rufus"].word == "Rufus"
    assert found["rufus"].samples[0].after.startswith(" was a Roman")
    assert "zoë" not in found, "a whole name is no doubt"
    kept = plain(freeze(here.set, variant=Variant.PSEUDONYMISED, keep=["rufus"]))
    assert "Rufus was a Roman." in kept["annotations"][0]["note"]
    gone = plain(freeze(here.set, variant=Variant.PSEUDONYMISED))
    assert "Rufus" not in gone["annotations"][0]["note"]


def test_themes_that_are_called_like_somebody_stay_apart_from_all_others():
    themes = [
        ThemeValue(slug, "x", slug) for slug in ("alice", "theme-1", "alice-again", "theme-3")
    ]
    book = CodebookValue("t", "", "u", 1, tuple(themes))
    alice = [Known("Reader 1", "alice", ("alice",), ())]
    veil = Veil(package([annotation(1)], codebook=book), "https://e.org/", lambda _: alice)
    slugs = [theme.slug for theme in veil.package().codebook.themes]
    assert slugs == ["theme-2", "theme-1", "theme-4", "theme-3"]


def test_numbers_follow_no_order():
    people = [PersonValue(f"user-{n:02}", f"Name {n}") for n in range(20)]
    given = [numbered(people) for _ in range(5)]
    orders = {tuple(each[one].username for one in people) for each in given}
    assert len(orders) == 5
    assert all(set(one) == {f"reader-{n}" for n in range(1, 21)} for one in orders)


def test_identifiers_cannot_be_made_again_without_the_secret():
    old = "00000000-0000-0000-0000-000000000001"
    assert new_id(b"one", old) == new_id(b"one", old)
    assert new_id(b"one", old) != new_id(b"two", old)


names = st.text(st.characters(categories=["L", "M", "Nd"]), min_size=2, max_size=8)


@given(names, names, st.sampled_from(["", "NFC", "NFD"]), st.sampled_from(["", "NFC", "NFD"]))
def test_a_whole_name_is_taken_out_in_any_form(first: str, last: str, here: str, there: str):
    def formed(form: str) -> str:
        name = f"{first} {last}"
        return unicodedata.normalize(form, name) if form else name  # type: ignore[arg-type]

    assume(all(any(c.isalnum() for c in name) for name in (first, last)))
    scrub = Scrub([Known("Reader 1", "zz-99", (formed(here),))], (), lambda one: one)
    # A mark that stands alone at the beginning belongs to no word.
    start = next(n for n, c in enumerate(formed(there)) if c.isalnum())
    left = formed(there)[:start]
    if there or not here:
        assert scrub.clean(f"x {formed(there)}, y") == f"x {left}Reader 1, y"


@given(st.text(max_size=60))
def test_what_names_nobody_stays_as_it_is(text: str):
    scrub = Scrub([Known("Reader 1", "zoe-traenkle", ("Zoë Tränkle",))], (), lambda one: one)
    if "@" not in text and "zoe" not in text.casefold() and "zo" not in text.casefold():
        assert scrub.clean(text) == text


def test_the_longest_name_is_meant_and_others_who_are_called_alike_are_not_mixed_up():
    known = [
        Known("Reader 1", "ann", ("Ann Lee",), ("Ann", "Lee")),
        Known("Reader 2", "ann-lee-b", ("Ann Lee Berg",), ("Ann", "Lee", "Berg")),
    ]
    scrub = Scrub(known, (), lambda one: one)
    assert scrub.clean("Ann Lee Berg and Ann Lee") == "Reader 2 and Reader 1"
    assert scrub.clean("@ann-lee-b, @ann.") == "@Reader 2, @Reader 1."
    assert scrub.clean("Ann?") == "a member?"
    assert scrub.clean("Annette leeward") == "Annette leeward"
