"""Moderation: members report, editors hide, show again and lock; each one transaction."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from annotations.actions.changing import bump, fresh, log
from annotations.actions.history import record
from annotations.actions.holding import hold
from annotations.actions.notices import notify
from annotations.actions.replies import fresh_reply, log_reply
from annotations.models import Annotation, Kind, Membership, Reply, Report, Role

# What one person can have waiting in a set: more is no report but a nuisance.
MOST_OPEN = 20
Written = Annotation | Reply


class TooManyReports(Exception):
    """Somebody has as many reports waiting as one can have."""


def _about(item: Written) -> dict[str, Any]:
    if isinstance(item, Reply):
        return {"annotation": item.annotation, "reply": item}
    return {"annotation": item, "reply": None}


@transaction.atomic
def report(item: Written, *, by: User, reason: str = "") -> Report:
    """Tells the editors that this should not stand; the same thing by the same person is one
    report. Raises TooManyReports."""
    annotation_set = item.in_set
    # Locked, so that nobody gets past the limit by asking twice at once.
    hold(annotation_set)
    mine = annotation_set.reports.filter(by=by, outcome=Report.Outcome.OPEN)
    found = mine.filter(**_about(item)).first()
    if found is not None:
        return found
    if mine.count() >= MOST_OPEN:
        raise TooManyReports
    made = Report.objects.create(
        annotation_set=annotation_set, by=by, reason=reason, **_about(item)
    )
    _record(made, "report", by)
    leading = Membership.objects.filter(
        annotation_set=annotation_set, role__in=(Role.OWNER, Role.EDITOR)
    )
    users = leading.values_list("user", flat=True)
    notify(Kind.REPORT, users=users, annotation_set=annotation_set, actor=by, **_about(item))
    return made


def _record(one: Report, action: str, actor: User) -> None:
    state = {
        "annotation": str(one.annotation.uuid),
        "reply": str(one.reply.uuid) if one.reply else "",
        "reason": one.reason,
        "outcome": one.outcome,
    }
    record("report", one.pk, action, actor=actor, annotation_set=one.annotation_set, state=state)


def _settle(item: Written, outcome: str, actor: User) -> int:
    """Closes the open reports on this; gives their number."""
    rows = Report.objects.filter(**_about(item), outcome=Report.Outcome.OPEN)
    rows = rows.select_related("annotation", "reply", "annotation_set")
    found = list(rows.select_for_update(of=("self",)))
    for one in found:
        one.outcome, one.settled_by, one.settled_at = outcome, actor, timezone.now()
        one.save(update_fields=["outcome", "settled_by", "settled_at"])
        _record(one, "settle", actor)
    return len(found)


def settle_hidden(item: Written, actor: User) -> int:
    """Closes the open reports on what has been hidden; gives their number."""
    return _settle(item, Report.Outcome.HIDDEN, actor)


@transaction.atomic
def keep_as_it_is(item: Written, *, actor: User) -> int:
    """Closes the open reports on this, which stays; gives their number."""
    return _settle(item, Report.Outcome.KEPT, actor)


@transaction.atomic
def hide(item: Written, *, actor: User, reason: str) -> None:
    """Takes this out of everyone's sight but its author's and the editors', who read why; the
    reports on it are settled."""
    _set_hidden(item, "hide", actor, reason)
    settle_hidden(item, actor)
    notify(
        Kind.HIDDEN, users=[item.author_id], annotation_set=item.in_set, actor=actor, **_about(item)
    )


@transaction.atomic
def show(item: Written, *, actor: User) -> None:
    """Brings back into sight what was hidden."""
    _set_hidden(item, "show", actor, "")


def _set_hidden(item: Written, action: str, actor: User, reason: str) -> None:
    before = fresh_reply(item) if isinstance(item, Reply) else fresh(item)
    item.hidden_at = timezone.now() if action == "hide" else None
    item.hidden_reason = reason
    item.save(update_fields=["hidden_at", "hidden_reason"])
    if isinstance(item, Reply):
        log_reply(item, action, actor, bump(item.annotation), before=before)
    else:
        log(item, action, actor, bump(item), before=before)


@transaction.atomic
def lock(annotation: Annotation, *, actor: User) -> None:
    """Closes the thread under an annotation: it takes no more replies."""
    _lock(annotation, actor, "lock")


@transaction.atomic
def unlock(annotation: Annotation, *, actor: User) -> None:
    """Opens the thread again."""
    _lock(annotation, actor, "unlock")


def _lock(annotation: Annotation, actor: User, action: str) -> None:
    before = fresh(annotation)
    annotation.locked_at = timezone.now() if action == "lock" else None
    annotation.save(update_fields=["locked_at"])
    log(annotation, action, actor, bump(annotation), before=before)
