"""The worker: one at a time, killed at any point, and each import has its effect once."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from archive.models import Document, Edition, Import, ImportState
from archive.progress import Teller, progress_of
from archive.tasks import import_upload
from archive.uploads import take_in
from archive.worker import MAX_TRIES, is_working, run_ready, sweep, take_up, work
from tests.archive.tei import document, volume
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
GOOD = volume(document("<p>a</p>"))


@pytest.fixture
def run(uploads: Path) -> Import:
    return take_in(UserFactory.create(), SimpleUploadedFile("a.xml", GOOD))


def left_by_a_dead_worker(run: Import, tries: int = 1) -> DBTaskResult:
    """The state that kill -9 leaves in the middle of an import."""
    Import.objects.filter(pk=run.pk).update(state=ImportState.RUNNING)
    task: DBTaskResult = DBTaskResult.objects.get()
    task.worker_ids = ["gone:1"] * (tries - 1)
    task.claim("gone:1")
    return task


def state_of(run: Import) -> str:
    run.refresh_from_db()
    return run.state


def test_what_a_dead_worker_left_is_done_by_the_next_one(run: Import) -> None:
    left_by_a_dead_worker(run)
    run_ready()
    assert state_of(run) == "running"
    take_up()
    run_ready()
    assert state_of(run) == "done"
    assert Edition.objects.count() == 1
    assert len(DBTaskResult.objects.get().worker_ids) == 2


def test_an_import_that_was_done_when_its_worker_died_is_not_done_again(run: Import) -> None:
    run_ready()
    before = list(Import.objects.values())
    DBTaskResult.objects.update(status=TaskResultStatus.RUNNING)
    take_up()
    run_ready()
    assert list(Import.objects.values()) == before
    assert DBTaskResult.objects.get().status == TaskResultStatus.SUCCESSFUL


def test_a_file_that_takes_its_worker_down_does_not_do_so_for_ever(run: Import) -> None:
    left_by_a_dead_worker(run, MAX_TRIES)
    take_up()
    run_ready()
    assert state_of(run) == "failed"
    assert f"broken off {MAX_TRIES} times" in run.fault
    assert not Document.objects.exists()


def test_an_import_without_a_task_gets_one(run: Import) -> None:
    DBTaskResult.objects.all().delete()
    take_up()
    take_up()
    assert DBTaskResult.objects.count() == 1
    run_ready()
    assert state_of(run) == "done"


def test_a_file_that_is_gone_is_one_sentence(run: Import) -> None:
    Path(run.file.path).unlink()
    run_ready()
    assert state_of(run) == "failed"
    assert run.fault == "a.xml: The file cannot be read: No such file or directory."


def test_a_worker_works_until_it_is_over_and_is_seen_meanwhile(run: Import) -> None:
    seen = []

    def is_over() -> bool:
        seen.append(is_working())
        return len(seen) > 1

    assert not is_working()
    work(is_over)
    assert seen == [True, True]
    assert not is_working()
    assert state_of(run) == "done"


def test_a_second_worker_waits_for_its_turn(run: Import, uploads: Path) -> None:
    asked = []
    with (uploads.parent / "worker.lock").open("a") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        work(lambda: bool(asked.append(1)) or len(asked) > 1)
    assert len(asked) == 2
    assert state_of(run) == "waiting"


def test_uploads_that_were_broken_off_are_swept_away_after_a_day(uploads: Path) -> None:
    uploads.mkdir()
    old, new = uploads / "old.upload", uploads / "new.upload"
    for path in (old, new):
        path.write_bytes(b"x")
    os.utime(old, (0, 0))
    sweep()
    assert list(uploads.iterdir()) == [new]


def test_progress_is_written_whole_and_forgotten_at_the_end(run: Import, uploads: Path) -> None:
    assert progress_of(run.pk) is None
    teller = Teller(run.pk)
    teller("reading", 1, 400)
    teller("reading", 2, 400)
    assert (told := progress_of(run.pk)) and (told.step, told.done, told.value) == ("reading", 1, 1)
    teller("writing", 400, 400)
    assert (told := progress_of(run.pk)) and told.value == 800
    teller.forget()
    assert progress_of(run.pk) is None
    (uploads / f"{run.pk}.progress").write_text("{")
    assert progress_of(run.pk) is None


def test_progress_is_told_while_nothing_is_to_be_seen_in_the_database(
    run: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int, int]] = []
    monkeypatch.setattr(Teller, "__call__", lambda self, *step: told.append(step))
    import_upload.call(run.pk)
    assert told == [("reading", 1, 1), ("writing", 1, 1)]
    assert [path.name for path in Path(run.file.path).parent.iterdir()] == ["a.xml"]
