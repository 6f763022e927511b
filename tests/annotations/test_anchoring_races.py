"""A new edition that comes while someone annotates: nothing stays behind, nobody is sent off."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from django.db import connection, transaction
from django.db.models import F

from annotations.actions.carrying import follow
from annotations.actions.changing import touch
from annotations.models import Annotation
from archive.ingest import NewEdition
from tests.annotations import worlds
from tests.annotations.racing import database_of_its_own
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db(transaction=True)

OLD = "169. Memorandum\nWith Afghanistan Day behind us, we must speak of linkage in the talks."
NEW = OLD.replace("speak of", "speak openly of")


@pytest.fixture
def here(tmp_path: Path) -> Iterator[World]:
    with database_of_its_own(tmp_path):
        made = world()
        worlds.edition(made.document, OLD)
        Annotation.objects.all().delete()
        yield made


class Import:
    """An import of a new edition, in a thread and with a connection of its own."""

    def __init__(self, here: World, words: str = NEW) -> None:
        self.here, self.words, self.begun = here, words, Event()

    def run(self) -> None:
        try:
            self.begun.set()
            with transaction.atomic():
                old = self.here.document.current_id
                new = worlds.edition(self.here.document, self.words)
                follow([NewEdition("d169", self.here.document.pk, old, new.pk)], None)
        finally:
            connection.close()


def test_the_first_annotation_of_a_text_is_not_left_behind_by_an_import_of_the_same_moment(
    here: World,
):
    coming = Import(here)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            annotation = here.annotate("Afghanistan Day")
            done = pool.submit(coming.run)
            coming.begun.wait(20)
            time.sleep(0.5)
        done.result()
    found = Annotation.objects.get(pk=annotation.pk)
    assert found.edition.number == here.document.editions.count()


def test_an_import_waits_for_a_change_that_has_begun_and_the_change_for_no_import(here: World):
    annotation = here.annotate("speak of linkage")
    coming = Import(here)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            # As every change of an annotation does: its row first, then the document in its set.
            Annotation.objects.filter(pk=annotation.pk).update(version=F("version") + 1)
            done = pool.submit(coming.run)
            coming.begun.wait(20)
            time.sleep(0.5)
            touch(annotation)
        done.result()
    found = Annotation.objects.get(pk=annotation.pk)
    assert (found.quote, found.version) == ("speak openly of linkage", annotation.version + 2)
