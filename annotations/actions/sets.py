"""What people do to annotation sets, their documents and members: each one transaction."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from annotations.actions.codebook import copy_codebook
from annotations.actions.history import record
from annotations.actions.holding import hold, hold_unfrozen
from annotations.actions.joining import revoke_link
from annotations.actions.slugs import free_slug
from annotations.actions.wording import SET_WORDS, words_of_set
from annotations.models import (
    Annotation,
    AnnotationSet,
    Codebook,
    GroupMember,
    Membership,
    Role,
    SetDocument,
    Visibility,
)
from annotations.models.sets import new_link_key
from annotations.stale import check
from archive.models import Document

# Pages of the app that stand where a set's name would.
RESERVED = frozenset(["new"])


class SetFault(ValueError):
    """Something that cannot be done to a set; its message says why, in one sentence."""


_KEPT = ("title", "description", "visibility", "rights", "state")


def _log_set(
    annotation_set: AnnotationSet,
    action: str,
    actor: User,
    before: dict[str, Any] | None = None,
    **more: Any,
) -> None:
    state = {field: getattr(annotation_set, field) for field in _KEPT} | more
    record(
        "annotationset",
        annotation_set.pk,
        action,
        actor=actor,
        annotation_set=annotation_set,
        before=before,
        state=state,
    )


def _log_member(
    membership: Membership, action: str, actor: User, username: str, was: str = ""
) -> None:
    record(
        "membership",
        membership.pk,
        action,
        actor=actor,
        annotation_set=membership.annotation_set,
        before={"user": username, "role": was} if was else None,
        state={"user": username, "role": membership.role},
    )


@transaction.atomic
def create_set(
    *,
    owner: User,
    title: str,
    description: str = "",
    visibility: str = Visibility.PRIVATE,
    rights: str = "",
    codebook: Codebook | None = None,
    document: Document | None = None,
    slug: str = "",
) -> AnnotationSet:
    """A new set of ``owner``'s, with an empty codebook or a copy of ``codebook``.

    Its slug is ``slug`` or made from its title, with a number where that is taken. The caller has
    made sure that the owner sees ``codebook``.
    """
    annotation_set = AnnotationSet.objects.create(
        slug=free_slug(slug or title, AnnotationSet.objects.all(), "set", RESERVED),
        title=title,
        description=description,
        owner=owner,
        visibility=visibility,
        rights=rights,
        codebook=(
            copy_codebook(codebook, title=title)
            if codebook
            else Codebook.objects.create(title=title)
        ),
    )
    membership = Membership.objects.create(
        annotation_set=annotation_set, user=owner, role=Role.OWNER
    )
    _log_set(annotation_set, "create", owner, slug=annotation_set.slug)
    _log_member(membership, "create", owner, owner.get_username())
    if document is not None:
        add_document(annotation_set, document, actor=owner)
    return annotation_set


@transaction.atomic
def edit_set(
    annotation_set: AnnotationSet,
    *,
    actor: User,
    title: str,
    description: str,
    visibility: str,
    rights: str,
    base: str = "",
) -> AnnotationSet:
    """Gives the set another title, description, visibility, rights; its address stays. ``base`` is
    the mark of ``words_of_set`` when the form was opened: raises Stale when they are others by now,
    with ``annotation_set`` as it is.

    This and what follows raise PermissionDenied when the set has been frozen meanwhile.
    """
    hold_unfrozen(annotation_set)
    before = AnnotationSet.objects.values(*_KEPT).get(pk=annotation_set.pk)
    for name in SET_WORDS:
        setattr(annotation_set, name, before[name])
    check(base, words_of_set(annotation_set))
    annotation_set.title, annotation_set.description = title, description
    annotation_set.visibility, annotation_set.rights = visibility, rights
    annotation_set.save(update_fields=["title", "description", "visibility", "rights"])
    _log_set(annotation_set, "edit", actor, before)
    return annotation_set


@transaction.atomic
def renew_link(annotation_set: AnnotationSet, *, actor: User) -> AnnotationSet:
    """A new secret link, of a frozen set too; whoever has only the old one sees it no longer."""
    hold(annotation_set)
    annotation_set.link_key = new_link_key()
    annotation_set.save(update_fields=["link_key"])
    _log_set(annotation_set, "renew_link", actor)
    return annotation_set


@transaction.atomic
def add_document(annotation_set: AnnotationSet, document: Document, *, actor: User) -> SetDocument:
    """Puts a document at the end of the set's list; one that is there already stays where it is."""
    hold_unfrozen(annotation_set)
    last = annotation_set.set_documents.aggregate(last=Max("position"))["last"]
    row, made = SetDocument.objects.get_or_create(
        annotation_set=annotation_set,
        document=document,
        defaults={"position": 0 if last is None else last + 1},
    )
    if made:
        _log_set(annotation_set, "add_document", actor, document=_address(document))
    return row


@transaction.atomic
def remove_document(annotation_set: AnnotationSet, document: Document, *, actor: User) -> None:
    """Takes a document off the set's list. Raises SetFault when the set has annotations on it,
    or an assignment asks to read it."""
    hold_unfrozen(annotation_set)
    # Locked as annotating locks it (by adding to its revision), so that none arrives meanwhile.
    row = SetDocument.objects.select_for_update().get(
        annotation_set=annotation_set, document=document
    )
    count = Annotation.objects.in_set(annotation_set.pk).filter(edition__document=document).count()
    if count:
        raise SetFault(
            f"This document stays: {count} annotation{'s' * (count != 1)} of this set "
            f"stand{'s' * (count == 1)} on it (private and deleted ones count too)."
        )
    asked = annotation_set.assignments.alive().filter(documents=document).first()
    if asked is not None:
        raise SetFault(f"This document stays: “{asked.title}” asks to read it.")
    row.delete()
    _log_set(annotation_set, "remove_document", actor, document=_address(document))


def _address(document: Document) -> str:
    return f"{document.volume.slug}/{document.slug}"


@transaction.atomic
def add_member(
    annotation_set: AnnotationSet, *, actor: User, username: str, role: str = Role.ANNOTATOR
) -> Membership:
    """Makes the account of this name a member. Raises SetFault when it cannot be one."""
    _check_role(role)
    hold_unfrozen(annotation_set)
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise SetFault(f"There is no account called “{username}” on this server.")
    if annotation_set.blocks.filter(user=user).exists():
        raise SetFault(f"{username} is kept out of this set: let them in again first.")
    try:
        with transaction.atomic():
            membership = Membership.objects.create(
                annotation_set=annotation_set, user=user, role=role
            )
    except IntegrityError:
        raise SetFault(f"{username} is a member of this set already.") from None
    _log_member(membership, "create", actor, user.get_username())
    return membership


@transaction.atomic
def change_role(membership: Membership, *, actor: User, role: str) -> Membership:
    """Gives a member another role. Raises SetFault for the owner: a set has one, and keeps her."""
    _check_role(role)
    _check_not_owner(membership)
    if membership.role == Role.EDITOR != role:
        withdraw_editor_links(membership, actor=actor)
    was, membership.role = membership.role, role
    membership.save(update_fields=["role"])
    if role == Role.EDITOR:
        # Editors see all groups, and are in none.
        current = GroupMember.objects.current().filter(annotation_set=membership.annotation_set)
        current.filter(user=membership.user_id).update(left_at=timezone.now())
    _log_member(membership, "edit", actor, membership.user.get_username(), was)
    return membership


def withdraw_editor_links(membership: Membership, *, actor: User) -> None:
    """Closes the links that make editors: who was one knows them, and could come in by them."""
    links = membership.annotation_set.join_links.filter(role=Role.EDITOR, revoked_at__isnull=True)
    for link in links.select_related("annotation_set", "group"):
        revoke_link(link, actor=actor)


def _check_role(role: str) -> None:
    if role not in (Role.EDITOR, Role.ANNOTATOR, Role.READER):
        raise SetFault("Choose editor, annotator or reader: a set has one owner.")


def _check_not_owner(membership: Membership) -> None:
    # Locked as handing over locks it: who was an editor a moment ago may own the set by now.
    room = hold(membership.annotation_set_id)
    if membership.role == Role.OWNER or membership.user_id == room.owner_id:
        raise SetFault("The owner of a set keeps her role and stays a member.")
