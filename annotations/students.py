"""The members of a set whose work is looked at: its annotators, in the order of their names."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Lower

from annotations.models import AnnotationSet, GroupMember, History, Membership, Role


def students_of(annotation_set: AnnotationSet, group: int | None = None) -> QuerySet[Any]:
    """The memberships of its annotators with their accounts, and with ``group_pk`` and
    ``group_name`` of the group that each is in; those of one ``group`` alone where it is given."""
    groups = GroupMember.objects.order_by().current()
    hers = groups.filter(annotation_set=annotation_set, user=OuterRef("user"))
    found = Membership.objects.filter(annotation_set=annotation_set, role=Role.ANNOTATOR)
    found = found.select_related("user").annotate(
        group_pk=Subquery(hers.values("group")[:1]),
        group_name=Subquery(hers.values("group__name")[:1]),
    )
    if group is not None:
        found = found.filter(group_pk=group)
    names = ("last_name", "first_name", "username")
    return found.order_by(*(Lower(f"user__{name}") for name in names), "pk")


def came_by_link(annotation_set: AnnotationSet) -> set[tuple[str, int]]:
    """The membership's key and the account of those who joined by a link; one query.

    Whoever knows a user name can add its owner to a set, and shall not get her address by that.
    """
    rows = History.objects.filter(
        annotation_set=annotation_set, kind="membership", action="create", state__has_key="link"
    )
    return set(rows.order_by().values_list("key", "actor"))
