"""What staff does with uploaded volumes: takes them in, imports them again, removes their files."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.text import slugify

from archive.models import Import, ImportState
from archive.tasks import OPEN, import_upload


class UploadFault(Exception):
    """Why something cannot be done with an upload, in one sentence."""


def take_in(user: Any, file: UploadedFile) -> Import:
    """Keeps an uploaded file and has it imported in the background."""
    name = PurePath(file.name or "").name or "volume.xml"
    run = Import(name=name, size=file.size or 0, brought_by=user)
    # The name on the disk is ours: whatever the other one is made of, it leads nowhere.
    run.file.save(f"{slugify(PurePath(name).stem)[:80] or 'volume'}.xml", file, save=False)
    try:
        with transaction.atomic():
            run.save()
            import_upload.enqueue(run.pk)
    except BaseException:
        run.file.storage.delete(run.file.name or "")
        raise
    return run


@transaction.atomic
def import_again(user: Any, pk: int) -> Import:
    """Has a file imported again, from its first byte; a done import stays and is followed by
    another one. Raises UploadFault where its file is gone or it is not at its end."""
    run = Import.objects.select_for_update().get(pk=pk)
    if run.state in OPEN:
        raise UploadFault("It is being imported already.")
    if not run.file or not run.file.storage.exists(run.file.name or ""):
        raise UploadFault("Its file is removed: upload it again.")
    if run.state == ImportState.FAILED:
        run.state, run.fault, run.finished = ImportState.WAITING, "", None
        run.save(update_fields=["state", "fault", "finished"])
    else:
        run = Import.objects.create(
            name=run.name, size=run.size, file=run.file.name, brought_by=user
        )
    import_upload.enqueue(run.pk, anew=True)
    return run


def remove_file(pk: int) -> None:
    """Removes an uploaded file; what was imported from it stays. Raises UploadFault where an import
    still needs it."""
    with transaction.atomic():
        run = Import.objects.select_for_update().get(pk=pk)
        if not run.file:
            return
        sharing = Import.objects.filter(file=run.file.name)
        if sharing.filter(state__in=OPEN).exists():
            raise UploadFault("It is being imported: wait until that has ended.")
        sharing.update(file="")
    run.file.storage.delete(run.file.name or "")
