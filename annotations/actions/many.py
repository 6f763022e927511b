"""Acts on many annotations at once: each one transaction, with one row of history at its head.

``rows`` are annotations that the actor sees (``AnnotationQuerySet.within``); what of them she may
not change, or what is so already, is left, and counted with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from annotations.actions.flags import Held, hold, set_flags
from annotations.actions.history import record
from annotations.actions.mentions import rendered, tell_mentioned
from annotations.actions.moderation import settle_hidden
from annotations.actions.notices import notify
from annotations.actions.promises import open_if_due, promise_to, pseudonym_of
from annotations.actions.retagging import Choice, Links, chunks, retag, swap
from annotations.models import (
    Annotation,
    AnnotationSet,
    AnnotationTheme,
    History,
    Kind,
    Naming,
    Report,
    Sharing,
    Theme,
)
from annotations.models.annotations import AnnotationQuerySet
from annotations.permissions import may_annotate, may_change_set, may_manage

NOT_YOURS = "not yours"
PRIVATE = "private"
SO_ALREADY = "so already"
WITHOUT = "without that theme"


class Done(NamedTuple):
    """What an act on many did: its head row (None when it did nothing), how many it changed, and
    why how many were left."""

    row: History | None
    done: int
    left: dict[str, int]

    @property
    def untouched(self) -> int:
        return sum(self.left.values())


class Chosen(NamedTuple):
    """The annotations that were chosen, by whom, and what she is in the set."""

    annotation_set: AnnotationSet
    rows: AnnotationQuerySet
    actor: User
    role: str | None

    @property
    def retaggable(self) -> AnnotationQuerySet:
        """Those that she may give other themes (permissions.may_retag)."""
        own = Q(author=self.actor)
        return self.rows.filter(own | Q(visibility=Sharing.SHARED) if self.manages else own)

    @property
    def own(self) -> AnnotationQuerySet:
        return self.rows.filter(author=self.actor)

    @property
    def manages(self) -> bool:
        return may_manage(self.role)

    def check_annotates(self) -> None:
        if not may_annotate(self.annotation_set, self.role):
            raise PermissionDenied("Nobody changes annotations in this set now.")

    def check_moderates(self) -> None:
        if not may_change_set(self.annotation_set, self.role):
            raise PermissionDenied("Only the editors of the set can do this, unless it is frozen.")

    def head(self, action: str, why: str = "") -> History:
        return record(
            "many",
            self.annotation_set.pk,
            action,
            actor=self.actor,
            annotation_set=self.annotation_set,
            state={},
            why=why,
        )


def _finish(head: History, done: int, left: dict[str, int], **state: Any) -> Done:
    left = {why: count for why, count in left.items() if count}
    if not done:
        head.delete()
        return Done(None, 0, left)
    head.state = {"done": done, "left": sum(left.values()), "reasons": left, **state}
    head.save(update_fields=["state"])
    return Done(head, done, left)


@transaction.atomic
def retag_many(chosen: Chosen, *, add: Sequence[Theme] = (), remove: Sequence[Theme] = ()) -> Done:
    """Adds these themes, and takes those off."""
    chosen.check_annotates()
    choose = swap(add, [theme.pk for theme in remove])
    names = {"add": [one.name for one in add], "remove": [one.name for one in remove]}
    return _retag(chosen, choose, chosen.retaggable, "retag", **names)


@transaction.atomic
def move_many(chosen: Chosen, *, old: Theme, new: Theme) -> Done:
    """Gives those that carry one theme another in its place."""
    chosen.check_annotates()
    swapped = swap([new], [old.pk])

    def choose(links: Links) -> Links:
        return swapped(links) if old.pk in links else links

    carrying = AnnotationTheme.objects.order_by().filter(theme=old).values("annotation")
    rows = chosen.retaggable.filter(pk__in=carrying)
    return _retag(chosen, choose, rows, "retag", add=[new.name], remove=[old.name])


@transaction.atomic
def review_many(chosen: Chosen) -> Done:
    """Notes that all their themes still fit, as the codebook defines them now."""
    chosen.check_annotates()
    themes = Theme.objects.of_codebook(chosen.annotation_set.codebook_id)
    now = dict(themes.values_list("pk", "defined"))

    def choose(links: Links) -> Links:
        return {pk: max(defined, now.get(pk, 0)) for pk, defined in links.items()}

    return _retag(chosen, choose, chosen.retaggable, "review")


def _retag(
    chosen: Chosen, choose: Choice, rows: AnnotationQuerySet, action: str, **names: list[str]
) -> Done:
    every, may = chosen.rows.count(), chosen.retaggable.count()
    fits = rows.count()
    head = chosen.head(action)
    done = retag(chosen.annotation_set, rows, choose, head=head)
    left = {NOT_YOURS: every - may, WITHOUT: may - fits, SO_ALREADY: fits - done}
    return _finish(head, done, left, **names)


@transaction.atomic
def hide_many(chosen: Chosen, *, reason: str) -> Done:
    """Takes what was shared out of everyone's sight but its authors' and the editors'."""
    chosen.check_moderates()
    return _hide(chosen, chosen.rows, chosen.head("hide", reason), reason)


def _hide(chosen: Chosen, rows: AnnotationQuerySet, head: History, reason: str) -> Done:
    every, shared = rows.count(), rows.filter(visibility=Sharing.SHARED).count()
    held = hold(rows, Q(visibility=Sharing.SHARED, hidden_at__isnull=True))
    values = {"hidden": True, "reason": reason}
    done = set_flags(chosen.annotation_set, held, values, "hide", head=head, why=reason)
    _tell_hidden(chosen, held)
    return _finish(head, done, {PRIVATE: every - shared, SO_ALREADY: shared - done})


def _tell_hidden(chosen: Chosen, held: Sequence[Held]) -> None:
    """Settles the reports on what was hidden, and tells each author once, by the first of hers."""
    for some in chunks(held):
        keys = [one.pk for one in some]
        waiting = Report.objects.order_by().filter(
            annotation__in=keys, reply__isnull=True, outcome=Report.Outcome.OPEN
        )
        for one in Annotation.objects.filter(pk__in=waiting.values("annotation")):
            settle_hidden(one, chosen.actor)
    firsts: dict[int, int] = {}
    for item in held:
        firsts.setdefault(item.author, item.pk)
    for one in Annotation.objects.with_place().filter(pk__in=firsts.values()):
        notify(
            Kind.HIDDEN,
            users=[one.author_id],
            annotation_set=chosen.annotation_set,
            actor=chosen.actor,
            annotation=one,
        )


@transaction.atomic
def show_many(chosen: Chosen) -> Done:
    """Brings back into sight what was hidden."""
    chosen.check_moderates()
    every = chosen.rows.count()
    head = chosen.head("show")
    held = hold(chosen.rows, Q(hidden_at__isnull=False))
    values = {"hidden": False, "reason": ""}
    done = set_flags(chosen.annotation_set, held, values, "show", head=head)
    return _finish(head, done, {SO_ALREADY: every - done})


@transaction.atomic
def delete_many(chosen: Chosen, *, hide_others: bool = False, reason: str = "") -> Done:
    """Deletes the actor's own. With ``hide_others`` editors hide what others shared, as one act."""
    chosen.check_annotates()
    every = chosen.rows.count()
    head = chosen.head("delete", reason)
    held = hold(chosen.own, Q(deleted_at__isnull=True))
    deleted = set_flags(chosen.annotation_set, held, {"deleted": True}, "delete", head=head)
    if not hide_others:
        return _finish(head, deleted, {NOT_YOURS: every - deleted})
    chosen.check_moderates()
    others = chosen.rows.exclude(author=chosen.actor)
    held = hold(others, Q(visibility=Sharing.SHARED, hidden_at__isnull=True))
    values = {"hidden": True, "reason": reason}
    hidden = set_flags(chosen.annotation_set, held, values, "hide", head=head, why=reason)
    _tell_hidden(chosen, held)
    left = {SO_ALREADY: every - deleted - hidden}
    return _finish(head, deleted + hidden, left, deleted=deleted, hidden=hidden)


@transaction.atomic
def share_many(chosen: Chosen, *, visibility: str) -> Done:
    """Shares the actor's own under the set's present rules, or makes them private."""
    chosen.check_annotates()
    shares = visibility == Sharing.SHARED
    every, own = chosen.rows.count(), chosen.own.count()
    head = chosen.head("share" if shares else "unshare")
    held = hold(chosen.own, ~Q(visibility=visibility))
    done = share_held(chosen.annotation_set, held, visibility, head)
    return _finish(head, done, {NOT_YOURS: every - own, SO_ALREADY: own - done})


def share_held(
    annotation_set: AnnotationSet, held: Sequence[Held], visibility: str, head: History
) -> int:
    """Shares what is held, or makes it private, for ``head``'s actor, who wrote it; how many."""
    assert head.actor is not None
    shares = visibility == Sharing.SHARED
    if shares and promise_to(annotation_set, head.actor).naming == Naming.PSEUDONYM:
        pseudonym_of(annotation_set, head.actor)
    action = "share" if shares else "edit"
    done = set_flags(annotation_set, held, {"visibility": visibility}, action, head=head)
    if shares:
        _mention(annotation_set, head.actor, held)
        for document in {one.document for one in held}:
            open_if_due(annotation_set, head.actor, document)
    return done


def _mention(annotation_set: AnnotationSet, actor: User, held: Sequence[Held]) -> None:
    """Whom a note can mention depends on the group that it is written in, which is now another."""
    for some in chunks([one.pk for one in held]):
        for one in Annotation.objects.with_place().filter(pk__in=some, note__contains="@"):
            one.note_html, people = rendered(one.note, annotation_set, one.group_id)
            one.save(update_fields=["note_html"])
            tell_mentioned(people, one, actor)
