"""Who may see what and who may do what: the one place that decides it.

Reading is decided by ``visible_to(viewer)`` of the querysets, which build on ``sets_seen_by``;
acting by the predicates below. What one may not see answers 404.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from django.http import HttpRequest

    from annotations.models import Annotation, AnnotationSet, Reply

LINK_KEYS = "link_keys"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: an account or nobody, and the secret links that were opened in this session."""

    user_id: int | None = None
    link_keys: frozenset[str] = frozenset()

    @property
    def signed_in(self) -> bool:
        return self.user_id is not None


ANYONE = Viewer()


def viewer_of(request: HttpRequest) -> Viewer:
    """The viewer behind a request."""
    user_id = request.user.pk if request.user.is_authenticated else None
    return Viewer(user_id, frozenset(request.session.get(LINK_KEYS, ())))


def sets_seen_by(viewer: Viewer, prefix: str = "") -> Q:
    """The condition for a set to be visible; ``prefix`` leads from another model to the set."""
    from annotations.models import Membership, Visibility

    seen = Q(**{f"{prefix}visibility": Visibility.PUBLIC})
    if viewer.link_keys:
        seen |= Q(
            **{f"{prefix}visibility": Visibility.LINK, f"{prefix}link_key__in": viewer.link_keys}
        )
    if viewer.user_id is not None:
        mine = Membership.objects.filter(user_id=viewer.user_id).values("annotation_set")
        path = f"{prefix.removesuffix('__')}__in" if prefix else "pk__in"
        seen |= Q(**{path: mine})
    return seen


def may_annotate(annotation_set: AnnotationSet, role: str | None) -> bool:
    """Whether a member of this role may add to the set now: it is open, and she no mere reader."""
    from annotations.models import Role

    return role in (Role.OWNER, Role.EDITOR, Role.ANNOTATOR) and annotation_set.is_open


def may_manage(role: str | None) -> bool:
    """Whether a member of this role may change the set, its documents, members and codebook."""
    from annotations.models import Role

    return role in (Role.OWNER, Role.EDITOR)


def may_change(item: Annotation | Reply, viewer: Viewer, role: str | None) -> bool:
    """Whether the viewer may change or delete this: it is her own, and the set is open."""
    return (
        viewer.user_id is not None
        and item.author_id == viewer.user_id
        and may_annotate(item.in_set, role)
    )
