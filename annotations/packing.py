"""A set as the package that every format is given: annotations, codebook, people, texts.

Making it is two queries; the rest is read when it is asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, RowRange, Window
from django.urls import reverse
from django.utils import timezone

from annotations.export import (
    OPERATOR,
    Taker,
    document_value,
    edition_value,
    last_change,
    marks,
    set_value,
    stream,
    total,
)
from annotations.export import people as authors
from annotations.formats.features import Counts, Feature
from annotations.formats.package import WHOLE, Package, Scope
from annotations.formats.values import CodebookValue, PartValue, ThemeValue
from annotations.models import Anchor, AnnotationSet, AnnotationTheme, Question, Sharing, Theme
from annotations.models.annotations import AnnotationQuerySet
from archive.models import Edition, Footnote

_HEAVY = ("text", "blocks", "spans", "source")


def package(
    annotation_set: AnnotationSet,
    annotations: AnnotationQuerySet,
    taker: Taker = OPERATOR,
    *,
    scope: Scope = WHOLE,
    made: datetime | None = None,
) -> Package:
    """These annotations of a set, which the taker sees, with all that belongs to them.

    ``scope`` only says which part of the set they are, and with a document leaves the texts of the
    others out: ``annotations`` are already that part.
    """
    return Package(
        set=set_value(annotation_set),
        changed=partial(last_change, annotation_set, annotations),
        codebook=codebook_value(annotation_set),
        made=made or timezone.now(),
        annotations=partial(stream, annotations, taker),
        parts=partial(_parts, annotation_set, annotations, taker, scope),
        people=partial(authors, annotation_set, annotations, taker),
        scope=scope,
        total=partial(total, annotations, taker),
    )


def codebook_value(annotation_set: AnnotationSet) -> CodebookValue:
    """A set's codebook with its tree: one query."""
    book = annotation_set.codebook
    address = settings.SITE_URL + reverse("annotations:codebook", args=[annotation_set.slug])
    themes = list(Theme.objects.of_codebook(book.pk))
    slugs = {theme.pk: theme.slug for theme in themes}
    values = tuple(theme_value(theme, address, slugs) for theme in themes)
    return CodebookValue(book.title, book.description, address, book.revision, values)


def theme_value(theme: Theme, codebook: str, slugs: dict[int, str]) -> ThemeValue:
    """A theme as a value: ``codebook`` is the address of its codebook, ``slugs`` those of its
    themes."""
    return ThemeValue(
        slug=theme.slug,
        name=theme.name,
        address=f"{codebook}#{theme.slug}",
        definition=theme.definition,
        use_when=theme.use_when,
        not_when=theme.not_when,
        example=theme.example,
        colour=theme.colour,
        line=theme.line,
        parent=slugs.get(theme.parent_id or 0, ""),
        retired=theme.retired_at is not None,
        merged_into=slugs.get(theme.merged_into_id or 0, ""),
    )


def _editions(
    annotation_set: AnnotationSet, written: Iterable[int] | QuerySet[Any, Any], scope: Scope
) -> QuerySet[Edition]:
    """The latest editions of the set's documents, and those on which something is ``written``."""
    documents = annotation_set.set_documents.order_by().values("document")
    hers = Q(pk__in=written)
    latest = Q(pk=F("document__current"), document__in=documents)
    found = Edition.objects.filter(hers if scope.themes or scope.words else hers | latest)
    if scope.document:
        volume, _, slug = scope.document.partition("/")
        found = found.filter(document__volume__slug=volume, document__slug=slug)
    return found.order_by("document__volume__slug", "document__position", "number")


def _parts(
    annotation_set: AnnotationSet, annotations: AnnotationQuerySet, taker: Taker, scope: Scope
) -> Iterator[PartValue]:
    """Two queries, and two for each text, of which one is in memory at a time; those for what is
    on it come when that is asked for."""
    counted = annotations.order_by().values_list("edition").annotate(Count("pk", distinct=True))
    written = dict(counted)
    for pk in list(_editions(annotation_set, written, scope).values_list("pk", flat=True)):
        edition = Edition.objects.select_related("document__volume").get(pk=pk)
        hers = annotations.filter(edition=pk)
        yield PartValue(
            document=document_value(edition.document),
            edition=edition_value(edition),
            text=edition.as_text(),
            source=edition.source,
            source_format=edition.source_format,
            source_name=edition.source_name,
            count=written.get(pk, 0),
            annotations=partial(stream, hers, taker, edition=pk),
            brief=partial(marks, hers, edition=pk),
        )


def counts(
    annotation_set: AnnotationSet,
    annotations: AnnotationQuerySet,
    taker: Taker = OPERATOR,
    scope: Scope = WHOLE,
) -> Counts:
    """What there is in an export, for formats to say what they leave out. Seven queries."""
    found: Counter[Feature] = Counter(_of_annotations(annotations))
    found.update(_of_codebook(annotation_set, annotations))
    replies = taker.replies().filter(annotation__in=annotations.order_by().values("pk"))
    found[Feature.REPLIES] = replies.count()
    written = annotations.order_by().values("edition")
    editions = _editions(annotation_set, written, scope).order_by()
    found[Feature.TEXTS] = found[Feature.MARKUP] = editions.count()
    notes = Footnote.objects.order_by().filter(edition__in=editions.values("pk"))
    found[Feature.APPARATUS] = notes.count()
    found[Feature.RIGHTS] = bool(annotation_set.rights)
    found[Feature.DESCRIPTION] = bool(annotation_set.description)
    return found


def _of_annotations(annotations: AnnotationQuerySet) -> dict[Feature, int]:
    rows = annotations.order_by()
    had = rows.aggregate(
        all=Count("pk"),
        notes=Count("pk", filter=~Q(note="")),
        themes=Count("pk", filter=~Q(theme_ids="")),
        bare=Count("pk", filter=Q(note="", theme_ids="")),
        questions=Count("pk", filter=~Q(question=Question.NONE)),
        private=Count("pk", filter=Q(visibility=Sharing.PRIVATE)),
        doubtful=Count("pk", filter=~Q(anchor=Anchor.SURE)),
        earlier=Count("pk", filter=~Q(edition=F("edition__document__current"))),
        parted=Count("pk", filter=Q(quote__contains="\n")),
    )
    found = {Feature(name): count for name, count in had.items() if name != "all"}
    for one in (Feature.AUTHORS, Feature.TIMES, Feature.ADDRESSES):
        found[one] = had["all"]
    furthest = Window(
        Max("end"),
        partition_by="edition",
        order_by=[F("start").asc(), F("end").desc(), F("pk").asc()],
        frame=RowRange(start=None, end=-1),
    )
    found[Feature.OVERLAPS] = rows.annotate(before=furthest).filter(before__gt=F("start")).count()
    return found


def _of_codebook(
    annotation_set: AnnotationSet, annotations: AnnotationQuerySet
) -> dict[Feature, int]:
    themes = Theme.objects.of_codebook(annotation_set.codebook_id).order_by()
    bare = Q(definition="", use_when="", not_when="", example="")
    had = themes.aggregate(
        definitions=Count("pk", filter=~bare),
        tree=Count("pk", filter=Q(parent__isnull=False)),
        signs=Count("pk"),
        retired=Count("pk", filter=Q(retired_at__isnull=False)),
    )
    hers = annotations.order_by().values("pk")
    # Each theme is looked for until it is found once: most have many annotations.
    had_once = AnnotationTheme.objects.filter(theme=OuterRef("pk"), annotation__in=hers)
    unused = themes.filter(~Exists(had_once)).count()
    return {Feature(name): count for name, count in had.items()} | {Feature.UNUSED: unused}
