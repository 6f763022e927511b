"""The worker: takes tasks from the database and does them, one after the other.

It can be killed at any point. One worker works for a data folder, the one that holds the lock on
the file ``worker.lock`` there, and the system takes the lock from a process that dies. So whoever
has it knows that a task which is said to run is one that a dead worker left, and takes it up again.
"""

from __future__ import annotations

import fcntl
import logging
import os
import socket
import time
from collections.abc import Callable
from datetime import timedelta
from typing import IO

from django.conf import settings
from django.db import close_old_connections, transaction
from django.utils import timezone
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from archive import periodic
from archive.models import Import
from archive.tasks import OPEN, fail, import_upload

logger = logging.getLogger(__name__)
INTERVAL = 0.5
# A file that takes the worker down with it must not do so for ever.
MAX_TRIES = 5
KEPT_FOR = timedelta(days=30)
BROKEN_OFF_AFTER = 24 * 60 * 60
BROKEN_OFF = (
    "The import was broken off {} times by the end of its process, and nothing was changed: the "
    "server may have too little memory for this file, or was stopped each time."
)


def work(is_over: Callable[[], bool]) -> None:
    """Waits for its turn, then works until ``is_over``; that is asked between tasks."""
    with (settings.DATA / "worker.lock").open("a") as file:
        while not _locks(file, fcntl.LOCK_EX):
            if is_over():
                return
            time.sleep(INTERVAL)
        take_up()
        sweep()
        looked = float("-inf")
        while not is_over():
            if time.monotonic() - looked >= periodic.LOOK_EVERY:
                looked = time.monotonic()
                periodic.enqueue_due()
            if DBTaskResult.objects.ready().exists():
                run_ready()
            close_old_connections()
            time.sleep(INTERVAL)


def is_working() -> bool:
    """Whether there is a worker."""
    try:
        with (settings.DATA / "worker.lock").open("r") as file:
            return not _locks(file, fcntl.LOCK_SH)
    except FileNotFoundError:
        return False


def run_ready() -> None:
    """Does all tasks that wait, one after the other."""
    Worker(
        queue_names=["*"],
        interval=INTERVAL,
        batch=True,
        backend_name=DEFAULT_TASK_BACKEND_ALIAS,
        startup_delay=False,
        max_tasks=None,
        worker_id=f"{socket.gethostname()[:40]}:{os.getpid()}",
        excluded_queue_names=[],
    ).run()


@transaction.atomic
def take_up() -> None:
    """Makes what a dead worker left ready again; imports that have no task get one."""
    tasks = DBTaskResult.objects.select_for_update()
    tasks.finished().filter(finished_at__lt=timezone.now() - KEPT_FOR).delete()
    for left in tasks.running():
        tries = len(left.worker_ids)
        if tries < MAX_TRIES:
            left.status = TaskResultStatus.READY
            left.save(update_fields=["status"])
            continue
        logger.error("Task %s was broken off %d times.", left.id, tries)
        left.set_failed(RuntimeError(f"broken off {tries} times"))
        if left.task_path == import_upload.module_path:
            fail(left.args_kwargs["args"][0], BROKEN_OFF.format(tries))
    ready = tasks.filter(status=TaskResultStatus.READY, task_path=import_upload.module_path)
    known = {left.args_kwargs["args"][0] for left in ready}
    for pk in Import.objects.filter(state__in=OPEN).exclude(file="").values_list("pk", flat=True):
        if pk not in known:
            import_upload.enqueue(pk)


def sweep() -> None:
    """Removes what uploads have left that were broken off."""
    for path in settings.UPLOADS.glob("*.upload"):
        if time.time() - path.stat().st_mtime > BROKEN_OFF_AFTER:
            path.unlink(missing_ok=True)


def _locks(file: IO[str], kind: int) -> bool:
    """Takes the lock until the file is closed; whether it could."""
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
