"""A small world to test sets in, made by the app's own actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User

from annotations.actions.annotations import create_annotation
from annotations.actions.codebook import create_theme
from annotations.actions.sets import add_document, add_member, create_set
from annotations.models import Annotation, AnnotationSet, Theme
from archive.ingest import digest_of
from archive.models import Document, Edition, Footnote, Volume
from archive.text import Block, Note, Span, Text, pack_blocks, pack_spans
from tests.replaying import replayed

WORDS = "169. Memorandum\nWith Afghanistan Day behind us, we must speak of linkage.\nA source."
HEADING, BODY, NOTE = WORDS.split("\n")


def user(name: str) -> User:
    return User.objects.create_user(name)


def text_of(words: str = WORDS) -> Text:
    """A text whose last line is its one footnote."""
    blocks: list[Block] = []
    for line in words.split("\n"):
        start = blocks[-1].end + 1 if blocks else 0
        blocks.append(Block("paragraph", start, start + len(line)))
    last = blocks.pop()
    blocks.append(Block("note", last.start, last.end, "fn1"))
    spans = (Span("italic", 0, 3), Span("call", 5, 5, "fn1"))
    note = Note("fn1", "1", "editorial", 5, last.start, last.end)
    return Text(words, tuple(blocks), spans, (note,))


def document(slug: str = "d169", words: str = WORDS) -> Document:
    volume, _ = Volume.objects.get_or_create(
        slug="frus1981-88v03",
        defaults={
            "title": "Foreign Relations",
            "source_url": "https://history.state.gov/historicaldocuments/frus1981-88v03",
        },
    )
    number = slug.removeprefix("d")
    heading = f"{number}. Memorandum"
    made = Document.objects.create(
        volume=volume, slug=slug, number=number, heading=heading, position=int(number)
    )
    edition(made, words)
    return made


def edition(of: Document, words: str = WORDS) -> Edition:
    """A further edition of a document, its current one from now on."""
    text = text_of(words)
    made = Edition.objects.create(
        document=of,
        number=of.editions.count() + 1,
        text=text.text,
        blocks=pack_blocks(text.blocks),
        spans=pack_spans(text.spans),
        digest=digest_of(text),
        source_format="text",
    )
    for position, note in enumerate(text.notes):
        Footnote.objects.create(
            edition=made,
            position=position,
            key=note.key,
            label=note.label,
            kind=note.kind,
            call=note.call,
            start=note.start,
            end=note.end,
        )
    of.current = made
    of.save()
    return made


@dataclass(frozen=True)
class World:
    """A set with a document, an owner and a member of each role, and three themes:
    "Linkage" with "Tacit" below it, then "Risk"."""

    owner: User
    editor: User
    annotator: User
    reader: User
    stranger: User
    document: Document
    set: AnnotationSet
    linkage: Theme
    tacit: Theme
    risk: Theme

    @property
    def edition(self) -> Edition:
        assert self.document.current is not None
        return self.document.current

    def path(self, tail: str = "") -> str:
        return f"/sets/{self.set.slug}/{tail}"

    def annotate(self, words: str = "Afghanistan Day", **changes: Any) -> Annotation:
        """An annotation of the annotator's on the first place where the words stand."""
        start = self.edition.text.index(words)
        given: dict[str, Any] = {
            "author": self.annotator,
            "annotation_set": self.set,
            "edition": self.edition,
            "start": start,
            "end": start + len(words),
            "quote": words,
        }
        return create_annotation(**given | changes)


def world(**changes: Any) -> World:
    """A new world; ``changes`` are for its set."""
    if all(isinstance(value, str) for value in changes.values()):
        return replayed(("world", *sorted(changes.items())), lambda: _made(**changes))
    return _made(**changes)


def _made(**changes: Any) -> World:
    people = {name: user(name) for name in ("owner", "editor", "annotator", "reader", "stranger")}
    owner = people["owner"]
    one = create_set(owner=owner, title="A seminar", **changes)
    for role in ("editor", "annotator", "reader"):
        add_member(one, actor=owner, username=role, role=role)
    made = document()
    add_document(one, made, actor=owner)
    linkage = create_theme(one, actor=owner, name="Linkage", definition="Tied to another matter.")
    risk = create_theme(one, actor=owner, name="Risk", colour=2, line=2)
    tacit = create_theme(one, actor=owner, name="Tacit", parent=linkage, colour=3, line=3)
    risk.refresh_from_db()
    return World(**people, document=made, set=one, linkage=linkage, tacit=tacit, risk=risk)
