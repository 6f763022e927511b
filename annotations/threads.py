"""What a member may do in a thread: answer it in private, say that a question is answered."""

from __future__ import annotations

from annotations.models import Annotation, Reply, Sharing
from annotations.naming import Names
from annotations.permissions import may_annotate, may_change, may_manage
from annotations.place import Place


def may_answer_privately(annotation: Annotation, place: Place) -> bool:
    """The editors may, and the annotation's author, to the editors."""
    return may_manage(place.role) or annotation.author_id == place.viewer.user_id


def may_settle(annotation: Annotation, place: Place) -> bool:
    """Whether the viewer may say that a question is answered: its author and the editors."""
    if may_manage(place.role) and may_annotate(annotation.annotation_set, place.role):
        return True
    return may_change(annotation, place.viewer, place.role)


def privately(annotation: Annotation, place: Place) -> tuple[str, bool]:
    """What a reply's form offers: the words beside the choice, or none, and whether it is chosen at
    first; one query at most. Who was answered in private answers in private."""
    if not may_answer_privately(annotation, place):
        return "", False
    seen = Reply.objects.visible_to(place.viewer).filter(annotation=annotation)
    last = list(seen.in_order().values_list("visibility", flat=True))
    chosen = bool(last) and last[-1] == Sharing.PRIVATE
    if annotation.author_id == place.viewer.user_id:
        offered = may_manage(place.role) or Sharing.PRIVATE in last
        return ("Only the editors see this" if offered else ""), chosen
    here = annotation.annotation_set
    name = Names([here], [here.pk]).author(annotation, here.pk).name
    return f"Only {name} and the editors see this", chosen
