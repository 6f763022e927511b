"""What the worker does for annotations."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django_tasks import task

from annotations.actions.emptying import empty_bin
from annotations.binned import kept_since
from annotations.digests import are_sent, send_all


def digests_every() -> timedelta | None:
    """How often digests go out; None where they do not."""
    return timedelta(hours=settings.DIGEST_HOURS) if are_sent() else None


@task()
def send_digests() -> None:
    """Mails each what she has not read. What was mailed is not mailed again, so that the task can
    be broken off and begun again."""
    send_all()


def every_day() -> timedelta:
    """How often the bin is emptied."""
    return timedelta(days=1)


@task()
def empty_bins() -> None:
    """Deletes for good what was deleted long ago."""
    empty_bin(kept_since())
