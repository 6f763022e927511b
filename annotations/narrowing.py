"""What the filters of a list of annotations mean in a set, for somebody who looks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q

from annotations.days import Days, zone_of
from annotations.filters import NONE, Asked
from annotations.models import Anchor, AnnotationSet, AnnotationTheme, GroupMember, Reply
from annotations.models.annotations import AnnotationQuerySet
from annotations.palettes import palette_of
from annotations.sights import Sight
from archive.models import Document


def asked_for(sight: Sight, asked: Asked, *, few: bool = False) -> AnnotationQuerySet:
    """What the viewer sees of the set and is asked for; up to five queries to know what is meant,
    none without filters."""
    return narrowed(sight.rows(), sight, asked, few=few)


def narrowed(
    rows: AnnotationQuerySet, sight: Sight, asked: Asked, *, few: bool = False
) -> AnnotationQuerySet:
    """Those of these annotations of the set that are asked for; queries as ``asked_for``. ``few``:
    the caller looks through a small part of the set, so that each annotation is asked for its
    themes, and not each theme for its annotations."""
    for condition in _conditions(sight, asked, few=few):
        rows = rows.filter(condition)
    return rows


def _conditions(sight: Sight, asked: Asked, *, few: bool) -> list[Q]:
    found: list[Q] = [*_plain(asked), *_dated(asked)]
    if asked.theme:
        found.append(_themed(sight.annotation_set, asked, few=few))
    if asked.author:
        wanted = [one for key, one in sight.authors.items() if key in asked.author]
        found.append(any_of(one.condition for one in wanted))
    if asked.group:
        found.append(_grouped(sight, asked.group))
    if asked.document:
        found.append(_on_document(asked.document))
    if asked.mine:
        found.append(Q(author=sight.viewer.user_id or 0))
    if asked.state == "before":
        found.append(coded_before(sight.annotation_set))
    if asked.replies:
        answered = Q(pk__in=Reply.objects.order_by().filter(sight.replies()).values("annotation"))
        found.append(answered if asked.replies == "some" else ~answered)
    return found + [_with(word) for word in asked.words]


def _with(word: str) -> Q:
    """The condition for a word in the passage or in the note, in large or small letters."""
    if connection.vendor != "postgresql":
        return Q(quote__icontains=word) | Q(note__icontains=word)
    # Twice as fast there as comparing what is made large first.
    letters = (
        f"[{a}{b}]" if len(b := a.swapcase()) == 1 and a != b else re.escape(a) for a in word
    )
    pattern = "".join(letters)
    return Q(quote__regex=pattern) | Q(note__regex=pattern)


def any_of(conditions: Iterable[Q]) -> Q:
    """The condition that is met where one of these is; none of none."""
    found = Q(pk__in=())
    for one in conditions:
        found |= one
    return found


def _plain(asked: Asked) -> list[Q]:
    found = []
    if asked.question:
        found.append(Q(question=asked.question))
    if asked.sharing:
        found.append(Q(visibility=asked.sharing))
    if asked.state == "hidden":
        found.append(Q(hidden_at__isnull=False))
    if asked.state == "review":
        found.append(Q(anchor__in=(Anchor.REVIEW, Anchor.ORPHAN)))
    return found


def _dated(asked: Asked) -> list[Q]:
    since, before = Days(*asked.days).moments(zone_of(asked.zone))
    found = [] if since is None else [Q(created__gte=since)]
    return found if before is None else [*found, Q(created__lt=before)]


def _themed(annotation_set: AnnotationSet, asked: Asked, *, few: bool) -> Q:
    codebook = annotation_set.codebook
    palette = palette_of(codebook.pk, codebook.revision)
    families = [
        [theme.pk for theme in palette.themes if palette.by_slug.get(slug) in theme.lineage]
        for slug in asked.theme
        if slug != NONE
    ]
    bare = Q(theme_ids="") if NONE in asked.theme else Q(pk__in=())
    if asked.match != "all":
        return bare | _with_one_of([pk for family in families for pk in family], few=few)
    found = bare if NONE in asked.theme else Q()
    for family in families:
        found &= _with_one_of(family, few=few)
    return found


def _with_one_of(themes: Sequence[int], *, few: bool) -> Q:
    links = AnnotationTheme.objects.order_by().filter(theme__in=themes)
    if few and themes:
        return Q(Exists(links.filter(annotation=OuterRef("pk"))))
    return Q(pk__in=links.values("annotation")) if themes else Q(pk__in=())


def _grouped(sight: Sight, group: str) -> Q:
    """What was written in a group. For those who know who is in which, also what her members wrote
    in none."""
    known = group.isascii() and group.isdigit() and len(group) < 10
    here = Q(group=int(group)) if known else Q(group__isnull=True)
    if not known and group != NONE:
        return Q(pk__in=())
    if not sight.manages:
        return here
    members = GroupMember.objects.current().order_by().filter(annotation_set=sight.annotation_set)
    if not known:
        return here & ~Q(author__in=members.values("user"))
    hers = members.filter(group=int(group)).values("user")
    return here | Q(group__isnull=True, author__in=hers)


def _on_document(address: str) -> Q:
    volume, _, slug = address.partition("/")
    documents = Document.objects.filter(volume__slug=volume, slug=slug)
    pk = documents.values_list("pk", flat=True).first()
    return Q(edition__document=pk) if pk else Q(pk__in=())


def coded_before(annotation_set: AnnotationSet) -> Q:
    """The condition for annotations with a theme whose meaning has changed since."""
    links = AnnotationTheme.objects.order_by().filter(
        theme__codebook=annotation_set.codebook_id, defined__lt=F("theme__defined")
    )
    return Q(pk__in=links.values("annotation"))
