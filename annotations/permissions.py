"""Who may do what. What may be seen is decided by ``visible_to(viewer)`` of the querysets alone.

What one may not see answers 404; what one sees but may not do answers 403.
"""

from __future__ import annotations

from annotations.models import Annotation, AnnotationSet, Reply, Role, Sharing, State
from annotations.viewers import ANYONE, LINK_KEYS, Viewer, viewer_of

__all__ = [
    "ANYONE",
    "LINK_KEYS",
    "Viewer",
    "may_annotate",
    "may_change",
    "may_change_set",
    "may_decide",
    "may_manage",
    "may_report",
    "may_retag",
    "viewer_of",
]


def may_annotate(annotation_set: AnnotationSet, role: str | None) -> bool:
    """Whether a member of this role may add to the set now: it is open, and she no mere reader."""
    return role in (Role.OWNER, Role.EDITOR, Role.ANNOTATOR) and annotation_set.is_open


def may_manage(role: str | None) -> bool:
    """Whether a member of this role leads the set: she sees all of it, and who is who."""
    return role in (Role.OWNER, Role.EDITOR)


def may_change_set(annotation_set: AnnotationSet, role: str | None) -> bool:
    """Whether a member of this role may change the set now: its rules, documents, codebook, groups,
    assignments, members. Nobody may while it is frozen; its owner can thaw it."""
    return may_manage(role) and annotation_set.state != State.FROZEN


def may_change(item: Annotation | Reply, viewer: Viewer, role: str | None) -> bool:
    """Whether the viewer may change or delete this: it is her own, and the set is open."""
    return (
        viewer.user_id is not None
        and item.author_id == viewer.user_id
        and may_annotate(item.in_set, role)
    )


def may_retag(annotation: Annotation, viewer: Viewer, role: str | None) -> bool:
    """Whether the viewer may give this other themes: her own, and, for those who lead the set, what
    others share; while it is open."""
    if may_change(annotation, viewer, role):
        return True
    shared = annotation.visibility == Sharing.SHARED
    return shared and may_manage(role) and annotation.annotation_set.is_open


def may_report(item: Annotation | Reply, viewer: Viewer, role: str | None) -> bool:
    """Whether the viewer may tell the editors of this: a member, of what somebody else wrote."""
    return role is not None and not may_manage(role) and item.author_id != viewer.user_id


def may_decide(annotation: Annotation, viewer: Viewer, role: str | None) -> bool:
    """Whether the viewer may say where this stands in a new edition: its author, and who manages
    the set, unless it is frozen."""
    if may_change(annotation, viewer, role):
        return True
    return may_change_set(annotation.annotation_set, role)
