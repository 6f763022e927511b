"""What the pages of groups say: what members of one see, and which of them can still be deleted."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from annotations.models import Annotation, AnnotationSet, Assignment, JoinLink, Reply, Rule

_WHEN = {
    Rule.OPEN: "",
    Rule.AFTER: " It opens to each of them on a document after her own work there.",
    Rule.BLIND: " Until the editors open the set, each of them sees her own work alone.",
    Rule.EDITORS: " By the set's rule only the editors see what members write, groups or not.",
}


def told(annotation_set: AnnotationSet) -> str:
    """What groups mean in this set now, as its members are told."""
    if not annotation_set.groups_apart:
        return (
            "In this set groups are sections only: everyone sees what every group writes, as far "
            "as the set's rules let them."
        )
    return (
        "Members of a group see what was written in their own group, and what the editors write; "
        "not what other groups write. Editors see all." + _WHEN[Rule(annotation_set.rule)]
    )


def unwritten(annotation_set: AnnotationSet) -> set[int]:
    """The groups of the set that can be deleted: nothing was written in them, no assignment is for
    them, and no link leads into them. One query."""
    rows = [model._default_manager.order_by() for model in (Annotation, Reply, Assignment)]
    links = JoinLink.objects.alive().order_by()
    uses = (Exists(some.filter(group=OuterRef("pk"))) for some in (*rows, links))
    free = annotation_set.groups.order_by()
    for used in uses:
        free = free.exclude(used)
    return set(free.values_list("pk", flat=True))
