"""How many annotations a viewer sees, counted where lists need them: one query each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.db.models import Count

from annotations.models import Annotation, AnnotationSet
from annotations.permissions import Viewer

Counts = dict[int, int]


def by_set(viewer: Viewer, sets: Iterable[AnnotationSet]) -> Counts:
    """Set → annotations that the viewer sees in it, for sets that she has been found to see."""
    seen = Annotation.objects.shown_in_set(viewer).filter(annotation_set__in=list(sets))
    rows = seen.order_by().values_list("annotation_set").annotate(Count("pk"))
    return dict(rows)


def by_document(viewer: Viewer, annotation_set: AnnotationSet) -> Counts:
    """Document → annotations that the viewer sees on it in this set."""
    seen = Annotation.objects.in_set(annotation_set.pk).shown_in_set(viewer)
    rows = seen.order_by().values_list("edition__document").annotate(Count("pk"))
    return dict(rows)


def by_theme(viewer: Viewer, annotation_set: AnnotationSet) -> Counts:
    """Theme → annotations that carry it and that the viewer sees in this set."""
    seen = Annotation.objects.in_set(annotation_set.pk).shown_in_set(viewer)
    # An index has the lists of themes: to look for each link takes more than twice as long.
    lists = Counter(seen.order_by().values_list("theme_ids", flat=True).iterator())
    counts: Counter[int] = Counter()
    for ids, many in lists.items():
        counts.update(dict.fromkeys(map(int, ids.split()), many))
    return dict(counts)
