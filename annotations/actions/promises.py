"""What is promised to those who write, and how the others' annotations open for them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Count, F, Q, Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.text import slugify

from annotations.actions.history import record
from annotations.actions.holding import hold_unfrozen, hold_written
from annotations.actions.veiling import veil_mentions
from annotations.models import (
    Annotation,
    AnnotationSet,
    GroupMember,
    Membership,
    Naming,
    Progress,
    Promise,
    Pseudonym,
    Reply,
    Rule,
    SetDocument,
    Sharing,
)
from annotations.models.visibility import promise_of
from annotations.pseudonyms import new_pseudonym


def promise_to(annotation_set: AnnotationSet, user: User) -> Promise:
    """What is promised to somebody who writes in the set now; two queries."""
    member = Membership.objects.filter(annotation_set=annotation_set, user=user)
    role = member.values_list("role", flat=True).first()
    groups = GroupMember.objects.current().filter(annotation_set=annotation_set, user=user)
    group = groups.values_list("group", flat=True).first()
    return promise_of(annotation_set, role, group)


def keep(written: Annotation | Reply, promise: Promise) -> None:
    """Sets the promise on what is being written; its author gets a pseudonym if she needs one."""
    written.audience, written.naming, written.group_id = promise
    if promise.naming == Naming.PSEUDONYM:
        pseudonym_of(written.in_set, written.author)


def pseudonym_of(annotation_set: AnnotationSet, user: User) -> Pseudonym:
    """What somebody is called in the set; given to her when she has no pseudonym there."""
    where = {"annotation_set": annotation_set, "user": user}
    found = Pseudonym.objects.filter(**where).first()
    while found is None:
        taken = set(annotation_set.pseudonyms.values_list("name", flat=True))
        name = new_pseudonym(taken)
        # The set is not locked for it: who writes may hold an annotation, for which those wait who
        # have locked the set.
        given = Pseudonym(**where, name=name, slug=slugify(name))
        Pseudonym.objects.bulk_create([given], ignore_conflicts=True)
        found = Pseudonym.objects.filter(**where).first()
    return found


def open_if_due(annotation_set: AnnotationSet, user: User, document_id: int) -> bool:
    """Opens the others' annotations on a document for somebody who has written enough there.

    Call it inside the transaction of what she wrote. True when they open now.
    """
    if annotation_set.rule != Rule.AFTER or not annotation_set.after_count:
        return False
    hers = Annotation.objects.in_set(annotation_set.pk).alive()
    hers = hers.filter(author=user, edition__document=document_id, visibility=Sharing.SHARED)
    if hers.count() < annotation_set.after_count:
        return False
    return _open(annotation_set, user, document_id)


@transaction.atomic
def finish_reading(annotation_set: AnnotationSet, user: User, document_id: int) -> bool:
    """Notes that somebody has read the document; True when the others' annotations open by it."""
    progress = _progress(annotation_set, user, document_id)
    if progress.finished_at is None:
        progress.finished_at = timezone.now()
        progress.save(update_fields=["finished_at"])
    if annotation_set.rule == Rule.AFTER and not annotation_set.after_count:
        return _open(annotation_set, user, document_id)
    return False


def _progress(annotation_set: AnnotationSet, user: User, document_id: int) -> Progress:
    return Progress.objects.get_or_create(
        annotation_set=annotation_set, user=user, document_id=document_id
    )[0]


def _open(annotation_set: AnnotationSet, user: User, document_id: int) -> bool:
    progress = _progress(annotation_set, user, document_id)
    if progress.opened_at is not None:
        return False
    progress.opened_at = timezone.now()
    progress.save(update_fields=["opened_at"])
    return True


@transaction.atomic
def change_rules(
    annotation_set: AnnotationSet,
    *,
    actor: User,
    rule: str,
    after_count: int,
    naming: int,
    groups_apart: bool,
    leaving: str,
) -> AnnotationSet:
    """Gives the set other rules of visibility. What was written before keeps its promise: it may be
    shown to fewer from now on, and to more by its author alone. Where members are named no more,
    mentions of them by user name change too.

    Raises PermissionDenied when the set has been frozen meanwhile.
    """
    hold_unfrozen(annotation_set)
    hold_written(annotation_set)
    fields = ("rule", "after_count", "naming", "groups_apart", "leaving")
    before = AnnotationSet.objects.values(*fields).get(pk=annotation_set.pk)
    annotation_set.rule, annotation_set.after_count = rule, after_count
    annotation_set.naming, annotation_set.groups_apart = naming, groups_apart
    annotation_set.leaving = leaving
    annotation_set.save(update_fields=fields)
    if naming == Naming.PSEUDONYM:
        _name_all(annotation_set)
    named = before["naming"] == Naming.NAME
    veiled = veil_mentions(annotation_set) if named and naming < Naming.NAME else 0
    if rule == Rule.AFTER:
        _open_what_is_due(annotation_set)
    touch_all(annotation_set)
    record(
        "annotationset",
        annotation_set.pk,
        "change_rules",
        actor=actor,
        annotation_set=annotation_set,
        before=before,
        state={field: getattr(annotation_set, field) for field in fields} | {"veiled": veiled},
    )
    return annotation_set


def touch_all(annotation_set: AnnotationSet) -> None:
    """Tells the caches that what the set shows has changed on each of its documents."""
    hold_written(annotation_set)
    Annotation.objects.in_set(annotation_set.pk).update(version=F("version") + 1)
    annotation_set.set_documents.update(revision=F("revision") + 1)


def _name_all(annotation_set: AnnotationSet) -> None:
    """A pseudonym for each who is in the set or wrote something there and has none."""
    written = Annotation.objects.order_by().in_set(annotation_set.pk)
    replied = Reply.objects.order_by().filter(annotation__annotation_set=annotation_set)
    people = User.objects.filter(
        Q(memberships__annotation_set=annotation_set)
        | Q(pk__in=written.values("author"))
        | Q(pk__in=replied.values("author"))
    )
    nameless = people.exclude(pk__in=annotation_set.pseudonyms.values("user")).distinct()
    # Again where somebody who wrote meanwhile has taken a name.
    while users := list(nameless.order_by("?")):
        taken = set(annotation_set.pseudonyms.values_list("name", flat=True))
        made = []
        for user in users:
            name = new_pseudonym(taken)
            taken.add(name)
            made.append(
                Pseudonym(annotation_set=annotation_set, user=user, name=name, slug=slugify(name))
            )
        Pseudonym.objects.bulk_create(made, ignore_conflicts=True)


def _open_what_is_due(annotation_set: AnnotationSet) -> None:
    """Opens documents for members who have done already what the rule asks for now."""
    progress = annotation_set.progress.filter(opened_at__isnull=True)
    if not annotation_set.after_count:
        progress.filter(finished_at__isnull=False).update(opened_at=timezone.now())
        return
    done = (
        Annotation.objects.order_by()
        .in_set(annotation_set.pk)
        .alive()
        .filter(visibility=Sharing.SHARED)
        .values_list("author", "edition__document")
        .annotate(written=Count("pk"))
        .filter(written__gte=annotation_set.after_count)
    )
    for user, document, _ in done:
        where = {"annotation_set": annotation_set, "user_id": user, "document_id": document}
        row, _ = Progress.objects.get_or_create(**where)
        if row.opened_at is None:
            row.opened_at = timezone.now()
            row.save(update_fields=["opened_at"])


@transaction.atomic
def open_blind_set(annotation_set: AnnotationSet, *, actor: User) -> AnnotationSet:
    """The editors open a set whose members worked blind."""
    return change_rules(
        annotation_set,
        actor=actor,
        rule=Rule.OPEN,
        after_count=annotation_set.after_count,
        naming=annotation_set.naming,
        groups_apart=annotation_set.groups_apart,
        leaving=annotation_set.leaving,
    )


def narrower(annotation_set: AnnotationSet, user: User) -> tuple[Q, Promise]:
    """The condition for what somebody wrote under a narrower promise than the present one."""
    now = promise_to(annotation_set, user)
    less = Q(audience__lt=now.audience) | Q(naming__lt=min(now.naming, Naming.NAME))
    if now.group_id is None:
        less |= Q(group__isnull=False)
    return less, now


@transaction.atomic
def release(annotation_set: AnnotationSet, *, actor: User) -> int:
    """Shows what its author wrote under an earlier, narrower promise as the rules say now.

    Only she can do this; what was promised more widely in some way stays so. Gives the number of
    annotations and replies. Raises PermissionDenied when the set has been frozen meanwhile.
    """
    hold_unfrozen(annotation_set)
    less, now = narrower(annotation_set, actor)
    changes: dict[str, Any] = {
        "audience": Greatest(F("audience"), Value(now.audience)),
        "naming": Greatest(F("naming"), Value(now.naming)),
    }
    if now.group_id is None:
        changes["group"] = None
    hold_written(annotation_set)
    hers = Annotation.objects.in_set(annotation_set.pk).filter(less, author=actor)
    count = hers.update(**changes, version=F("version") + 1)
    replies = Reply.objects.filter(less, author=actor, annotation__annotation_set=annotation_set)
    answered = list(replies.values_list("annotation", flat=True))
    count += replies.update(**changes)
    Annotation.objects.filter(pk__in=answered).update(version=F("version") + 1)
    if count:
        SetDocument.objects.filter(annotation_set=annotation_set).update(revision=F("revision") + 1)
        record(
            "annotationset",
            annotation_set.pk,
            "release",
            actor=actor,
            annotation_set=annotation_set,
            state={"count": count, "audience": now.audience, "naming": now.naming},
        )
    return count
