"""What the worker does again and again: apps above this one say what, and how often."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

# Seconds between two looks at what is due.
LOOK_EVERY = 60
# Tasks that are done are forgotten after some weeks, and with them when they were done.
MOST = timedelta(days=25)

Often = Callable[[], timedelta | None]
_jobs: dict[str, tuple[Task[Any, Any], Often]] = {}


def repeat(task: Task[Any, Any], often: Often) -> None:
    """Has the worker do a task every so often, or not while ``often`` gives None. The task may be
    broken off at any point and done again."""
    _jobs[task.module_path] = task, often


def enqueue_due() -> int:
    """Makes ready what is due and does not wait already: one query for each. Gives how many."""
    count = 0
    for path, (task, often) in _jobs.items():
        every = often()
        if every is None:
            continue
        began = DBTaskResult.objects.filter(task_path=path).order_by("-enqueued_at")
        last = began.values_list("enqueued_at", flat=True).first()
        if last is None or last <= timezone.now() - min(every, MOST):
            task.enqueue()
            count += 1
    return count
