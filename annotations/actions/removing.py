"""How a set is deleted for good, with all that is in it."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from annotations.actions.history import record
from annotations.actions.sets import SetFault
from annotations.actions.snapshots import forget_unpublished
from annotations.models import Annotation, AnnotationSet, Codebook, Theme


def why_kept(annotation_set: AnnotationSet) -> str:
    """Why a set cannot be deleted now, in one sentence; empty when it can. One query."""
    others = annotation_set.memberships.count() - 1
    if others:
        member = f"{others} other member{'s' * (others != 1)}"
        return f"This set has {member}: hand it over to one of them, or remove them first."
    return ""


@transaction.atomic
def delete_set(annotation_set: AnnotationSet, *, actor: User) -> None:
    """Deletes a set in which its owner is left alone, with everything that anybody wrote in it.

    Its documents stay in the archive, and what was published of it at its address. Raises SetFault
    for everyone else, and while it has members.
    """
    room = AnnotationSet.objects.select_for_update().get(pk=annotation_set.pk)
    if room.owner_id != actor.pk:
        raise SetFault("Only its owner can delete a set.")
    if why := why_kept(room):
        raise SetFault(why)
    state = {"slug": room.slug, "title": room.title, "annotations": room.annotations.count()}
    # In this order: annotations and assignments hold on to groups and themes.
    Annotation.objects.in_set(room.pk).delete()
    room.assignments.all().delete()
    forget_unpublished(room)
    codebook = room.codebook
    key = room.pk
    room.delete()
    _delete_codebook(codebook)
    record("annotationset", key, "delete", actor=actor, annotation_set=None, state=state)


def _delete_codebook(codebook: Codebook) -> None:
    if codebook.sets.exists():
        return
    themes = Theme.objects.filter(codebook=codebook)
    themes.update(parent=None)
    themes.delete()
    codebook.delete()
