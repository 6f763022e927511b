"""All that is somebody's in a set, and on this server, as a ZIP file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import User
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from annotations.export import Taker
from annotations.formats import csv, w3c
from annotations.formats.times import iso
from annotations.formats.values import AnnotationValue
from annotations.holdings import Holding
from annotations.models import Annotation, AnnotationSet, NoticeChoice, ReadingPosition
from annotations.naming import Names
from annotations.notes import render_note
from annotations.packing import package
from annotations.permissions import Viewer
from annotations.positions import is_kept, with_places
from archive.models import Edition

Json = dict[str, Any]


def write_zip(file: IO[bytes], holdings: Iterable[Holding], account: User | None = None) -> None:
    """Writes a ZIP with a folder for each of the sets; with ``account`` what is kept of it too."""
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for holding in holdings:
            _write_set(archive, holding)
        if account is not None:
            _write(archive, "account.json", [_dump(_account(account))])
            for name, text in _documents(account):
                _write(archive, f"documents/{name}.txt", [text])


def _write_set(archive: ZipFile, holding: Holding) -> None:
    one, slug = holding.annotation_set, holding.annotation_set.slug
    viewer = Viewer(holding.user.pk)
    seen = AnnotationSet.objects.visible_to(viewer).filter(pk=one.pk).exists()
    taker = Taker(viewer, alone=not seen)
    hers = holding.annotations().alive()
    whole = package(one, hers, taker)
    for form in (w3c, csv):
        name = f"{slug}/annotations{form.SUFFIX}"
        _write(archive, name, form.write(whole))
    rest = rest_of(holding)
    page = {
        "set": one,
        "user": holding.user,
        "annotations": _readable(whole.annotations()),
        "rest": rest,
        "replies": [(row, _html(row["note"])) for row in rest["replies"]],
    }
    _write(archive, f"{slug}/read.html", [render_to_string("annotations/mine/takeout.html", page)])
    _write(archive, f"{slug}/rest.json", [_dump(rest)])


def _write(archive: ZipFile, name: str, pieces: Iterable[str]) -> None:
    with archive.open(name, "w") as file:
        for piece in pieces:
            file.write(piece.encode())


def _dump(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1)


def _html(note: str) -> SafeString:
    return mark_safe(render_note(note))  # noqa: S308 - render_note cleans what it makes


def _readable(values: Iterator[AnnotationValue]) -> Iterator[Json]:
    for value in values:
        replies = [(reply, _html(reply.note)) for reply in value.replies]
        yield {"value": value, "note": _html(value.note), "replies": replies}


def rest_of(holding: Holding) -> Json:
    """What the formats of annotations have no place for, as plain JSON values."""
    member = holding.membership
    names = Names([holding.annotation_set])
    return {
        "set": {"name": holding.annotation_set.slug, "title": holding.annotation_set.title},
        "role": member.role if member else None,
        "joined": iso(member.joined) if member else None,
        "pseudonym": holding.pseudonym(),
        "groups": [
            {
                "name": row.group.name,
                "since": iso(row.since),
                "until": iso(row.left_at) if row.left_at else None,
            }
            for row in holding.groups()
        ],
        "replies": [_reply(row) for row in _with_annotation(holding.replies())],
        "private_answers": [
            _reply(row) | {"by": names.author(row, holding.annotation_set.pk).name}
            for row in _with_annotation(holding.answers())
        ],
        "deleted_annotations": [
            _annotation(row) for row in holding.annotations().filter(deleted_at__isnull=False)
        ],
        "marks": [
            {
                "assignment": row.assignment.title,
                "points": None if row.points is None else str(row.points),
                "comment": row.comment,
                "modified": iso(row.modified),
            }
            for row in holding.marks()
        ],
        "progress": [
            {
                "document": f"{row.document.volume.slug}/{row.document.slug}",
                "finished": iso(row.finished_at) if row.finished_at else None,
                "opened": iso(row.opened_at) if row.opened_at else None,
            }
            for row in holding.progress()
        ],
        "stopped": [_position(row) for row in holding.positions()],
        "reports": [
            {"annotation": str(row.annotation.uuid), "reason": row.reason, "at": iso(row.at)}
            for row in holding.reports()
        ],
        "notifications": [
            {
                "kind": row.kind,
                "at": iso(row.at),
                "read": iso(row.read_at) if row.read_at else None,
                "annotation": str(row.annotation.uuid) if row.annotation else None,
            }
            for row in holding.notifications()
        ],
        "history": [
            {
                "at": iso(row.at),
                "kind": row.kind,
                "action": row.action,
                # Of her own words the state; of members and rules it may name others.
                "state": row.state if row.kind in ("annotation", "reply") else None,
            }
            for row in holding.history()
        ],
    }


def _with_annotation(replies: Any) -> Any:
    return replies.select_related("author", "annotation").defer("note_html")


def _reply(row: Any) -> Json:
    """``row`` is a reply; with ``sees``, where it may answer what its reader does not see now."""
    path = reverse("annotations:annotation", args=[row.annotation.uuid])
    return {
        "id": str(row.uuid),
        "to": f"{settings.SITE_URL}{path}",
        "passage": row.annotation.quote if getattr(row, "sees", True) else None,
        "note": row.note,
        "private": row.visibility == "private",
        "created": iso(row.created),
        "modified": iso(row.modified),
        "deleted": iso(row.deleted_at) if row.deleted_at else None,
    }


def _position(row: ReadingPosition) -> Json:
    return {
        "document": f"{row.document.volume.slug}/{row.document.slug}",
        "set": row.annotation_set.slug if row.annotation_set else None,
        "edition": row.edition_id,
        "offset": row.offset,
        "furthest": row.furthest,
        "at": iso(row.at),
    }


def _annotation(row: Annotation) -> Json:
    return {
        "id": str(row.uuid),
        "passage": row.quote,
        "note": row.note,
        "created": iso(row.created),
        "deleted": iso(row.deleted_at) if row.deleted_at else None,
    }


def _account(user: User) -> Json:
    """What is kept of an account besides its sets."""
    mails = EmailAddress.objects.filter(user=user).values_list("email", "verified")
    choices = NoticeChoice.objects.filter(user=user).values("kind", "in_app", "by_mail")
    positions = with_places(ReadingPosition.objects.filter(user=user))
    return {
        "username": user.get_username(),
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "addresses": [{"email": email, "confirmed": done} for email, done in mails],
        "made": iso(user.date_joined),
        "last_sign_in": iso(user.last_login) if user.last_login else None,
        "signs_in_through": [
            {"provider": one.provider, "account": one.uid}
            for one in user.socialaccount_set.order_by("pk")  # type: ignore[attr-defined]
        ],
        "notifications": list(choices),
        "keeps_where_reading_stopped": is_kept(Viewer(user.pk)),
        "stopped": [_position(row) for row in positions],
    }


def _documents(user: User) -> Iterator[tuple[str, str]]:
    """The documents that somebody brought, by name, with their text."""
    current = Edition.objects.filter(document__volume__owner=user, document__current__isnull=False)
    for edition in current.select_related("document__volume").order_by("document__volume", "pk"):
        if edition.pk == edition.document.current_id:
            yield edition.document.volume.slug, edition.text
