"""A theme with what was coded with it: its place in the codebook, and every passage in its context.

What a reader of a theme across a corpus needs; all of it as far as the viewer sees it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.utils.safestring import SafeString, mark_safe

from annotations.filters import Asked
from annotations.listing import Listed, Sight, page_of
from annotations.models import (
    Annotation,
    AnnotationSet,
    AnnotationTheme,
    Question,
    Reply,
    SetDocument,
    Sharing,
    Theme,
)
from annotations.models.annotations import AnnotationQuerySet
from annotations.naming import Person
from annotations.notices import in_text
from annotations.overlays import ThemeStyle
from annotations.palettes import palette_of
from annotations.permissions import may_annotate
from archive.models import Document

# Of a longer passage its beginning is shown, in code points.
LONGEST = 1200
# So much of what stands on either side is kept with a passage.
KEPT = 64


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage with some words around it, what was said of it, and by whom; ``chips`` are its
    other themes. ``coded_before``: the theme has another meaning since."""

    pk: int
    uuid: UUID
    href: str
    page: str
    before: str
    quote: str
    behind: str
    note: SafeString
    chips: Sequence[ThemeStyle]
    author: Person
    mine: bool
    created: datetime
    replies: int
    question: str
    private: bool
    hidden: bool
    coded_before: bool


class Group(NamedTuple):
    """Passages of one document, in their order."""

    document: Document
    passages: list[Passage]


class Spot(NamedTuple):
    """Where an annotation stands in its set: such are sorted as they are read."""

    document: int
    start: int
    before_end: int
    pk: int


class Kin(NamedTuple):
    """Where a theme stands: the themes above it, from the top, and those right below it, each with
    how many passages carry it."""

    above: list[ThemeStyle]
    below: list[tuple[ThemeStyle, int]]


def themes_of(sight: Sight) -> Sequence[ThemeStyle]:
    """The themes of the codebook in its order; one query, or none."""
    codebook = sight.annotation_set.codebook
    return palette_of(codebook.pk, codebook.revision).themes


def kin_of(sight: Sight, theme: Theme) -> Kin:
    """Its place in the tree, counted by what the viewer sees; one query, or none."""
    styles = {one.pk: one for one in themes_of(sight)}
    here = styles[theme.pk]
    below = [one for one in styles.values() if one.lineage[1:2] == (theme.pk,)]
    counts: dict[int, int] = {}
    if below:
        links = AnnotationTheme.objects.order_by().filter(theme__in=[one.pk for one in below])
        # Each link's annotation is looked up: to look for all that she sees takes longer.
        links = links.filter(Exists(sight.rows().filter(pk=OuterRef("annotation"))))
        counts = dict(links.values_list("theme").annotate(Count("pk")))
    return Kin(
        [styles[pk] for pk in reversed(here.lineage[1:])],
        [(one, counts.get(one.pk, 0)) for one in below if not one.retired or one.pk in counts],
    )


def coded_before(sight: Sight, theme: Theme) -> AnnotationQuerySet:
    """What the viewer sees that was coded with the theme before it got its present meaning."""
    links = AnnotationTheme.objects.order_by().filter(theme=theme, defined__lt=theme.defined)
    return sight.rows().filter(pk__in=links.values("annotation"))


def to_review(sight: Sight, theme: Theme) -> AnnotationQuerySet:
    """Of what was coded before, what the viewer may decide about: her own, and, for editors, what
    others share."""
    return coded_before(sight, theme).filter(_decides(sight))


def _decides(sight: Sight) -> Q:
    own = Q(author=sight.viewer.user_id or 0)
    return own | Q(visibility=Sharing.SHARED) if sight.manages else own


def how_many_to_review(sight: Sight, theme: Theme) -> int:
    """How many these are; one query, or none where the theme has meant the same all the time."""
    codebook = sight.annotation_set.codebook
    doubtful = palette_of(codebook.pk, codebook.revision).doubtful
    return to_review(sight, theme).count() if str(theme.pk) in doubtful else 0


def all_to_review(sight: Sight) -> dict[int, int]:
    """Theme → how many these are, for all themes of the codebook; one query, or none."""
    codebook = sight.annotation_set.codebook
    doubtful = palette_of(codebook.pk, codebook.revision).doubtful
    if not doubtful or not may_annotate(sight.annotation_set, sight.role):
        return {}
    links = AnnotationTheme.objects.order_by().filter(
        theme__in=[int(pk) for pk in doubtful], defined__lt=F("theme__defined")
    )
    links = links.filter(annotation__in=sight.rows().filter(_decides(sight)).values("pk"))
    return dict(links.values_list("theme").annotate(Count("pk")))


def in_order_of_text(annotation_set: AnnotationSet, rows: AnnotationQuerySet) -> list[Spot]:
    """These annotations as the set is read, document by document; one query."""
    places = SetDocument.objects.order_by().filter(
        annotation_set=annotation_set, document=OuterRef("edition__document")
    )
    placed = rows.order_by().annotate(place=Subquery(places.values("position")[:1]))
    found = placed.values_list("place", "start", "end", "pk")
    return sorted(Spot(place or 0, start, -end, pk) for place, start, end, pk in found)


def gather(
    sight: Sight, theme: Theme, asked: Asked, size: int, after: str = "", *, below: bool = True
) -> tuple[list[Group], Listed]:
    """A page of the passages under the theme (and, ``below``, under the themes below it), by
    document where they come in the order of the text; as ``page_of`` and four queries."""
    only = None
    if below:
        asked = replace(asked, theme=(theme.slug,), match="")
    else:
        links = AnnotationTheme.objects.order_by().filter(theme=theme)
        asked, only = asked.without("theme"), Q(pk__in=links.values("annotation"))
    listed = page_of(sight, asked, size, after, only)
    passages = passages_of(sight, theme, listed.pks)
    groups = groupby(passages, key=lambda pair: pair[0].pk)
    found = []
    for _, pairs in groups:
        some = list(pairs)
        found.append(Group(some[0][0], [passage for _, passage in some]))
    return found, listed


def passages_of(sight: Sight, theme: Theme, pks: Sequence[int]) -> list[tuple[Document, Passage]]:
    """These annotations in their order, as far as the viewer sees them, with their documents; four
    queries."""
    found = {one.pk: one for one in sight.rows().filter(pk__in=pks).with_place()}
    answers = Reply.objects.order_by().filter(sight.replies(), annotation__in=list(found))
    replies = dict(answers.values_list("annotation").annotate(Count("pk")))
    links = AnnotationTheme.objects.filter(
        annotation__in=list(found), theme=theme, defined__lt=F("theme__defined")
    )
    before = set(links.values_list("annotation", flat=True))
    return [
        (one.edition.document, _passage(sight, theme, one, replies.get(pk, 0), pk in before))
        for pk in pks
        if (one := found.get(pk)) is not None
    ]


def _passage(
    sight: Sight, theme: Theme, one: Annotation, replies: int, coded_before: bool
) -> Passage:
    room = sight.annotation_set
    whole = len(one.quote) <= LONGEST
    chips = palette_of(room.codebook.pk, room.codebook.revision).chosen(one.theme_ids)
    return Passage(
        pk=one.pk,
        uuid=one.uuid,
        href=in_text(one, room),
        page=one.get_absolute_url(),
        before=_from_a_word(one.prefix.rsplit("\n", 1)[-1]),
        quote=one.quote if whole else one.quote[:LONGEST].rsplit(" ", 1)[0] + " …",
        behind=_to_a_word(one.suffix.split("\n", 1)[0]) if whole else "",
        # Cleaned when it was written.
        note=mark_safe(one.note_html),  # noqa: S308
        chips=[chip for chip in chips if chip.pk != theme.pk],
        author=sight.names.author(one, room.pk),
        mine=one.author_id == sight.viewer.user_id,
        created=one.created,
        replies=replies,
        question="" if one.question == Question.NONE else one.question,
        private=one.visibility == Sharing.PRIVATE,
        hidden=one.hidden_at is not None,
        coded_before=coded_before,
    )


def _from_a_word(words: str) -> str:
    """What stands before a passage, from the beginning of a word."""
    if len(words) < KEPT or " " not in words:
        return words
    return "… " + words.split(" ", 1)[1]


def _to_a_word(words: str) -> str:
    """What stands behind a passage, to the end of a word."""
    if len(words) < KEPT or " " not in words:
        return words
    return words.rsplit(" ", 1)[0] + " …"


def offered(choices: dict[str, Any]) -> dict[str, Any]:
    """Of the filters of a list those that fit one theme: authors, group, document, order."""
    return {
        "ticks": [one for one in choices["ticks"] if one.name == "author"],
        "selects": [one for one in choices["selects"] if one.name in ("group", "document")],
        "sorts": choices["sorts"],
    }
