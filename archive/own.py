"""What a reader does with documents of her own: brings, changes, replaces, deletes them.

Each is one volume with one document, so that whoever is given the address of one finds no other.
The volume is listed nowhere, and its address has a part that cannot be guessed.
"""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from archive.importers.brought import parse_brought
from archive.importers.parsed import Parsed
from archive.importers.particulars import Given, dated
from archive.ingest import IngestReport, ingest
from archive.models import Document, Edition, Import, Volume
from archive.search.index import remove_from_index

NUMBER = "1"
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"


class OwnFault(Exception):
    """Why something cannot be done with a document of one's own, in one sentence."""


def bring(user: User, data: bytes, name: str, given: Given) -> Volume:
    """A new document of ``user``; its title must be given. The same file again is the same one.

    Raises ImportFault where the file cannot be read, OwnFault where she has too many.
    """
    slug = f"{slugify(given.title)[:40].strip('-') or 'text'}-{get_random_string(16, _LETTERS)}"
    parsed = _parsed(data, name, slug, given)
    run = _run(user, data, parsed)
    with transaction.atomic():
        # Locked: of two that are sent at once the second sees the first.
        get_user_model().objects.select_for_update().get(pk=user.pk)
        hers = Volume.objects.filter(owner=user)
        if same := hers.filter(title=parsed.volume.title, imports__digest=run.digest).first():
            return same
        if hers.count() >= settings.BRING_MAX_DOCUMENTS:
            raise OwnFault(
                f"You have brought {settings.BRING_MAX_DOCUMENTS} documents, which is the limit: "
                "delete one that you no longer need."
            )
        value = parsed.volume
        volume = Volume.objects.create(
            slug=slug,
            title=value.title,
            licence=value.licence,
            source=value.source,
            owner=user,
            is_listed=False,
        )
        ingest(parsed, run=run)
    return volume


def replace_file(volume: Volume, user: User, data: bytes, name: str) -> IngestReport:
    """Another file for a document: a new edition where its words differ.

    Raises OwnFault where the document was deleted meanwhile.
    """
    document = volume.documents.get()
    given = Given(document.heading, document.date_text, volume.source, volume.licence)
    parsed = _parsed(data, name, volume.slug, given)
    with transaction.atomic():
        # Locked: an import makes a volume that is not there, which would be nobody's, and listed.
        if not Volume.objects.select_for_update().filter(pk=volume.pk).values_list("pk").first():
            raise OwnFault("This document was deleted meanwhile.")
        return ingest(parsed, run=_run(user, data, parsed))


@transaction.atomic
def change_particulars(volume: Volume, given: Given) -> None:
    """Another title, date, source, licence; what is empty is taken away."""
    when = dated(given.date)
    volume.title, volume.source, volume.licence = given.title, given.source, given.licence
    # Pages of the document show them: none is kept beyond this.
    volume.imported_at = timezone.now()
    volume.save(update_fields=["title", "source", "licence", "imported_at"])
    volume.documents.update(
        heading=given.title,
        date_text=given.date,
        date_min=when.min,
        date_max=when.max,
        date_precision=when.precision,
    )


def delete(volume: Volume) -> None:
    """Deletes a document with all its editions, for good.

    Raises OwnFault where it stands in a set, or someone has annotated it.
    """
    try:
        with transaction.atomic():
            Document.objects.filter(volume=volume).update(current=None)
            editions = Edition.objects.filter(document__volume=volume)
            remove_from_index(editions)
            editions.delete()
            Document.objects.filter(volume=volume).delete()
            Import.objects.filter(volume=volume).delete()
            volume.delete()
    except ProtectedError as error:
        raise OwnFault(
            "It cannot be deleted: it is in a set, or has annotations. Take it out of its sets "
            "first; what someone has annotated, or has annotated and deleted, stays."
        ) from error


def _parsed(data: bytes, name: str, slug: str, given: Given) -> Parsed:
    # A DOCX with pictures unpacks to little more than its size; of text alone it may be tenfold.
    most = 2 * settings.BRING_MAX_BYTES
    return parse_brought(data, name, volume=slug, number=NUMBER, max_bytes=most, given=given)


def _run(user: User, data: bytes, parsed: Parsed) -> Import:
    return Import(
        name=parsed.name,
        format=parsed.format,
        size=len(data),
        digest=hashlib.sha256(data).hexdigest(),
        brought_by=user,
    )
