"""Imports in the background: what the worker does with an upload.

The worker may die at any point and do it again: an import is one transaction, in which its Import
becomes done too, so that it has an effect once however often it is begun.
"""

from __future__ import annotations

import logging

from django.db import OperationalError
from django.utils import timezone
from django_tasks import task

from archive.importers import READER
from archive.importers.faults import ImportFault
from archive.imports import UNEXPECTED, bring
from archive.models import Import, ImportState
from archive.progress import Teller

logger = logging.getLogger(__name__)
BUSY = "The database was busy for too long, and nothing was changed: import the file again."
OPEN = (ImportState.WAITING, ImportState.RUNNING)


@task()
def import_upload(pk: int, anew: bool = False) -> None:
    """Imports the file of an Import, unless that is done; ``anew`` reads known bytes again."""
    run = Import.objects.filter(pk=pk, state__in=OPEN).first()
    if run is None:
        return
    Import.objects.filter(pk=pk).update(state=ImportState.RUNNING)
    teller = Teller(pk)
    try:
        brought = bring(run.file.path, run=run, progress=teller, anew=anew)
        if brought.same:
            _pass_over(run, brought.same)
    except ImportFault as fault:
        fail(pk, str(fault))
    except OperationalError:
        logger.exception("The import of %s broke off.", run.name)
        fail(pk, BUSY)
    except Exception as error:
        logger.exception("The import of %s broke off.", run.name)
        fail(pk, UNEXPECTED.format(type(error).__name__))
    finally:
        teller.forget()


def fail(pk: int, fault: str) -> None:
    """Ends an import that is not done with what went wrong, in one sentence."""
    Import.objects.filter(pk=pk, state__in=OPEN).update(
        state=ImportState.FAILED, fault=fault, finished=timezone.now()
    )


def _pass_over(run: Import, same: Import) -> None:
    """Ends an import of bytes that another one brought."""
    run.state, run.finished, run.reader = ImportState.DONE, timezone.now(), READER
    run.digest, run.size, run.volume = same.digest, same.size, same.volume
    run.report = {"same_as": same.pk}
    run.save()
