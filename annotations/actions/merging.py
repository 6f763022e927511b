"""How several themes become one: their passages, what stands below them, what asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.utils import timezone

from annotations.actions.planting import order_now, place_theme, reword_theme
from annotations.actions.retagging import retag, swap
from annotations.actions.tree import lineage
from annotations.actions.versions import Change, ThemeFault, changing
from annotations.models import Annotation, AnnotationSet, Assignment, History, Sharing, Theme
from annotations.models.annotations import AnnotationQuerySet


class Weight(NamedTuple):
    """What a merge would do: so many passages get the other theme, ``both`` of them have it
    already; ``unseen`` are private or deleted. Themes below move along, assignments ask anew."""

    passages: int
    both: int
    unseen: int
    below: int
    assignments: int


def carrying(annotation_set: AnnotationSet, themes: Sequence[Theme]) -> AnnotationQuerySet:
    """All annotations of the set that carry one of these themes, also private and deleted ones: the
    codebook is one for all."""
    return Annotation.objects.in_set(annotation_set.pk).filter(
        pk__in=Annotation.themes.through.objects.order_by()
        .filter(theme__in=[one.pk for one in themes])
        .values("annotation")
    )


def weigh(annotation_set: AnnotationSet, sources: Sequence[Theme], into: Theme) -> Weight:
    """What merging the sources into a theme would do; three queries."""
    keys = [one.pk for one in sources]
    rows = carrying(annotation_set, sources).order_by()
    links = Annotation.themes.through.objects.filter(theme=into).values("annotation")
    unseen = ~Q(visibility=Sharing.SHARED) | Q(deleted_at__isnull=False)
    counts = rows.aggregate(
        passages=Count("pk"),
        both=Count("pk", filter=Q(pk__in=links)),
        unseen=Count("pk", filter=unseen),
    )
    below = Theme.objects.filter(parent__in=keys).exclude(pk__in=[*keys, into.pk]).count()
    asking = Assignment.objects.filter(annotation_set=annotation_set, themes__in=keys)
    return Weight(**counts, below=below, assignments=asking.distinct().count())


def merge_themes(
    annotation_set: AnnotationSet,
    sources: Sequence[Theme],
    into: Theme,
    *,
    actor: User,
    why: str = "",
    review: bool = False,
    words: dict[str, Any] | None = None,
) -> History:
    """Gives all passages of the sources the theme ``into``; what stands below them goes under it,
    assignments ask for it, and the sources are retired. ``words`` are its words from now on; with
    ``review`` the passages that it gets are to be looked at. Gives the row of history by which it
    is taken back.

    Raises ThemeFault when there is nothing to merge, or the tree would grow too deep.
    """
    keys = {one.pk for one in sources}
    if not keys or into.pk in keys:
        raise ThemeFault("Choose a theme to merge, and another one to merge it into.")
    with changing(annotation_set, actor, "merge", why=why, many=True) as change:
        if not keys <= change.themes.keys() or into.pk not in change.themes:
            raise ThemeFault("One of these themes was deleted meanwhile.")
        if any(change.themes[pk]["merged_into_id"] for pk in keys):
            raise ThemeFault("One of these themes was merged into another one already.")
        into.refresh_from_db()
        for source in sources:
            source.refresh_from_db()
            _bring_below(change, source, into)
        assert change.head is not None
        choose = swap([into], keys, review=review)
        rows = carrying(annotation_set, sources)
        done = retag(annotation_set, rows, choose, head=change.head)
        asked = _ask_anew(annotation_set, sources, into)
        now = timezone.now()
        Theme.objects.filter(pk__in=keys).update(merged_into=into, retired_at=now)
        # What was merged into them before leads on.
        Theme.objects.filter(merged_into__in=keys).update(merged_into=into)
        if words:
            reword_theme(into, words)
        change.state |= {
            "name": ", ".join(f"“{one.name}”" for one in sources) + f" into “{into.name}”",
            "passages": done,
            "into": into.pk,
            "assignments": asked,
        }
    return change.head


def _bring_below(change: Change, source: Theme, into: Theme) -> None:
    """Brings what stands below the source under the theme that it becomes."""
    order = order_now(change)
    if source.pk in lineage(order, into.pk):
        # It stands below it itself: first it takes its place.
        place_theme(change, into, source.parent, source, behind=True)
        into.refresh_from_db(fields=["parent", "position"])
    for child in Theme.objects.filter(parent=source).exclude(pk=into.pk).order_by("position"):
        place_theme(change, child, into, None, behind=True)


def _ask_anew(
    annotation_set: AnnotationSet, sources: Sequence[Theme], into: Theme
) -> list[list[int | bool]]:
    """Has assignments ask for the theme instead; what was changed: assignment, theme, whether it
    asked for the new one already."""
    changed: list[list[int | bool]] = []
    rows = Assignment.objects.filter(annotation_set=annotation_set, themes__in=sources)
    for one in rows.distinct().order_by("pk"):
        asked = set(one.themes.values_list("pk", flat=True))
        gone = [source.pk for source in sources if source.pk in asked]
        changed += [[one.pk, pk, into.pk in asked] for pk in gone]
        one.themes.remove(*gone)
        one.themes.add(into)
    return changed
