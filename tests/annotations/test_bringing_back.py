"""Out of the database by a format, and into another set again: what the format carries is there."""

from __future__ import annotations

import io
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from annotations.actions.annotations import create_annotation
from annotations.actions.bringing import carry_out, plan
from annotations.actions.codebook import create_theme, retire_theme
from annotations.actions.replies import create_reply
from annotations.actions.sets import add_document, create_set
from annotations.export import Taker, shared_of
from annotations.formats import FORMATS, READERS, in_bytes
from annotations.formats.brought import Brought
from annotations.formats.features import Feature
from annotations.formats.package import Package
from annotations.integrity import problems
from annotations.models import AnnotationSet, Question, Theme
from annotations.packing import package
from tests.annotations.worlds import World, document, edition, world

pytestmark = pytest.mark.django_db

WORDS = (
    "170. Telegram\nПривет 𝔸𝔹 cafe\u0301 — naïve 👩‍🚀 words, and words again.\n"
    "שלום עולם is said; then words again, twice.\nA note of שלום."
)
NOTES = (
    "*Why* “so”?\n\n- one\n- two",
    "= 1 + 1, \"quoted\", 'single'; <b>&amp;</b>",
    "שלום 𝔸 cafe\u0301\ttab",
    "",
    "See https://example.org/?a=1&b=2 — `code`",
)
CARRIES = [name for name in READERS if name != "qdc"]


def filled(here: World, seed: int) -> AnnotationSet:
    """A set with a bit of everything: the same for the same seed."""
    chance = random.Random(seed)
    other = document("d170")
    edition(other, WORDS)
    add_document(here.set, other, actor=here.owner)
    old = create_theme(
        here.set,
        actor=here.owner,
        name='Retired; "old", ‘one’',
        parent=here.tacit,
        definition="First.\n\nSecond <line> & more.",
        use_when="𝔸lways",
        not_when="never",
        example="“words”",
    )
    themes = list(Theme.objects.of_codebook(here.set.codebook_id))
    assert old in themes
    people = [here.owner, here.editor, here.annotator]
    for number in range(14):
        of = chance.choice([here.document, other])
        assert of.current is not None
        text = of.current.text
        line = chance.choice([part for part in text.split("\n") if part])
        at = text.index(line)
        start = at + chance.randrange(len(line) - 1)
        end = chance.randint(start + 1, at + len(line))
        if not text[start:end].strip():
            continue
        made = create_annotation(
            annotation_set=here.set,
            edition=of.current,
            start=start,
            end=end,
            quote=text[start:end],
            author=chance.choice(people),
            themes=chance.sample(themes, chance.randrange(3)),
            note=chance.choice(NOTES),
            question=chance.random() < 0.3,
            at=datetime(2026, 3, 1, 12, tzinfo=UTC) + timedelta(seconds=number, microseconds=7),
        )
        for _ in range(chance.randrange(3)):
            create_reply(made, author=chance.choice(people), note=chance.choice(NOTES) or "Yes.")
    retire_theme(here.set, old, actor=here.owner)
    # What was written before is on an earlier edition now.
    edition(other, WORDS.replace("Telegram", "A telegram"))
    return here.set


def kept(one: AnnotationSet, loses: frozenset[Feature]) -> list[Any]:
    """What of a set's annotations a format that loses these has to bring back, in any order."""
    whole = package(one, shared_of(one), Taker(names=True))
    found = []
    for a in whole.annotations():
        says = a.note and Feature.NOTES not in loses
        if Feature.BARE in loses and not a.themes and not says:
            continue
        row: list[Any] = [a.document.slug, a.edition.number, a.start, a.end, a.quote]
        if Feature.NOTES not in loses:
            row.append(a.note)
        if Feature.THEMES not in loses:
            row.append(sorted(theme.name for theme in a.themes))
        if Feature.AUTHORS not in loses:
            row.append(a.author.username.partition("/")[0])
        if Feature.QUESTIONS not in loses:
            row.append(a.question != Question.NONE)
        if Feature.TIMES not in loses:
            row.append((a.created, a.modified))
        if Feature.REPLIES not in loses:
            row.append([(r.note, r.author.username.partition("/")[0]) for r in a.replies])
        found.append(row)
    return sorted(found, key=repr)


def tree(one: AnnotationSet, loses: frozenset[Feature]) -> list[Any]:
    rows = []
    for theme in Theme.objects.of_codebook(one.codebook_id).select_related("parent"):
        row: list[Any] = [theme.name]
        if Feature.TREE not in loses:
            row.append(theme.parent.name if theme.parent else "")
        if Feature.DEFINITIONS not in loses:
            row += [theme.definition, theme.use_when, theme.not_when, theme.example]
        if Feature.SIGNS not in loses:
            row += [theme.colour, theme.line]
        if Feature.RETIRED not in loses:
            row.append(theme.retired_at is not None)
        rows.append(row)
    return rows


def bring(into: AnnotationSet, form: str, whole: Package) -> Brought:
    """Writes a package as a file, and takes that into a set, for its owner."""
    file = io.BytesIO(b"".join(in_bytes(FORMATS[form].write(whole))))
    brought = READERS[form].read(file)
    made = plan(into, brought, actor=into.owner)
    carry_out(into, brought, seen=made.mark, actor=into.owner)
    return brought


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("form", CARRIES)
def test_what_a_format_carries_comes_back(form: str, seed: int):
    here = world()
    one = filled(here, seed)
    loses = FORMATS[form].LOSES
    whole = package(one, shared_of(one), Taker(names=True))
    other = create_set(owner=here.owner, title="Other")
    for row in one.set_documents.select_related("document"):
        add_document(other, row.document, actor=here.owner)
    if Feature.DEFINITIONS in loses:
        # Such a format goes with a codebook.
        bring(other, "qdc", package(one, shared_of(one)))
    brought = bring(other, form, whole)
    assert kept(other, loses) == kept(one, loses)
    if Feature.UNUSED not in loses:
        assert tree(other, loses) == tree(one, loses)
    assert list(problems()) == []
    assert not plan(other, brought, actor=here.owner).changes
    if Feature.ADDRESSES not in loses:
        assert not plan(one, brought, actor=here.owner, by_operator=True).changes


def test_a_codebook_comes_back_by_itself():
    here = world()
    one = filled(here, 1)
    other = create_set(owner=here.owner, title="Other")
    bring(other, "qdc", package(one, shared_of(one)))
    assert tree(other, FORMATS["qdc"].LOSES) == tree(one, FORMATS["qdc"].LOSES)
