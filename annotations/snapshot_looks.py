"""What a snapshot would hold, told before it is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from annotations.export import shared_of
from annotations.freezing import Content, content_of, counted, veil_of
from annotations.models import AnnotationSet, Naming, Reach, Rule, Variant, Visibility
from annotations.snapshots.scrub import Found, Scrub

SAMPLES = 3


@dataclass
class Doubt:
    """A word that looks like a name: how often it stands there, and the first places."""

    key: str
    word: str
    count: int = 0
    samples: list[Found] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Look:
    """``counts`` of what is in it; ``left`` shared annotations are not, for the reason ``why``.
    ``unlisted`` volumes stay out. ``names`` says how people are called in it."""

    counts: dict[str, int]
    left: int
    why: str
    unlisted: list[str]
    names: str
    doubts: list[Doubt]


def look(annotation_set: AnnotationSet, reach: str, variant: str) -> Look:
    """What a snapshot would hold now; looks through all notes only for pseudonyms."""
    content = content_of(annotation_set, reach)
    counts = counted(content)
    hidden = variant == Variant.PSEUDONYMISED
    left = 0
    if reach == Reach.EVERYONE:
        left = shared_of(annotation_set).count() - counts["annotations"]
    return Look(
        counts=counts,
        left=left,
        why=_why(annotation_set) if left else "",
        unlisted=sorted(content.unlisted),
        names=_names(annotation_set, hidden=hidden),
        doubts=doubts(content) if hidden else [],
    )


def _why(one: AnnotationSet) -> str:
    if one.rule == Rule.BLIND:
        return "The members work blind: open the set first."
    if one.rule == Rule.AFTER:
        return "Members still see each other’s work only after their own: change the rule first."
    if one.rule == Rule.EDITORS:
        return "Members were promised that only the editors see their work."
    if one.visibility == Visibility.PRIVATE:
        return (
            "What was written while the set was private was promised to its members alone. Each "
            "author can release her own work, on “What is mine”."
        )
    return "They were promised to fewer readers, or to a group. Their authors can release them."


def _names(one: AnnotationSet, *, hidden: bool) -> str:
    if hidden and one.naming == Naming.NOBODY:
        return "Nobody is named in it, and nothing says that two things are by one person."
    if hidden:
        return (
            "People are “Reader 1”, “Reader 2” … in it, by chance; of all times the date is left."
        )
    return {
        Naming.NAME: "Authors stand in it under their names.",
        Naming.PSEUDONYM: "Members stand in it under their pseudonyms, editors under their names.",
        Naming.NOBODY: "Members are not named in it, editors are.",
    }[Naming(one.naming)]


def doubts(content: Content) -> list[Doubt]:
    """Words in notes, codebook and description that may be somebody's name, or another word."""
    scrub = veil_of(content, "", ()).scrub
    found: dict[str, Doubt] = {}
    for hit in _hits(content, scrub):
        doubt = found.setdefault(hit.key, Doubt(hit.key, hit.word))
        doubt.count += 1
        if len(doubt.samples) < SAMPLES:
            doubt.samples.append(hit)
    return sorted(found.values(), key=lambda one: one.key)


def _hits(content: Content, scrub: Scrub) -> Iterator[Found]:
    for text in _texts(content):
        if text:
            yield from scrub.doubtful(text)


def _texts(content: Content) -> Iterable[str]:
    one, book = content.annotation_set, content.annotation_set.codebook
    yield from (one.title, one.description, book.title, book.description)
    columns = ("name", "definition", "use_when", "not_when", "example")
    for row in book.themes.values_list(*columns):
        yield from row
    notes = content.annotations.order_by("pk").values_list("note", flat=True)
    yield from notes.iterator(chunk_size=2_000)
    rows = content.annotations.order_by().values("pk")
    replies = content.taker.replies().filter(annotation__in=rows).order_by("pk")
    yield from replies.values_list("note", flat=True).iterator(chunk_size=2_000)
