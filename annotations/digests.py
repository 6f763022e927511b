"""Digests: what somebody has not read, gathered in one mail of plain text."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPServerDisconnected

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet
from django.http import Http404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from annotations.actions.notices import mailed
from annotations.models import NoticeChoice, Notification
from annotations.notices import Told, seen_by, told, with_place
from annotations.viewers import Viewer

logger = logging.getLogger(__name__)
# What nobody has read for so long is no news.
NEWS_FOR = timedelta(days=14)
MOST = 50
_signer = Signer(salt="notices by mail")


@dataclass
class Sent:
    """How many mails went out, and what went wrong with the others."""

    mails: int = 0
    refused: int = 0


def are_sent() -> bool:
    """Whether this server sends digests: it has a mail host, and they are not switched off."""
    return bool(settings.EMAIL_HOST) and settings.DIGEST_HOURS > 0


def address_of(user: User) -> str:
    """The confirmed address that somebody's mail goes to; empty where there is none."""
    found = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary", "pk")
    return found.values_list("email", flat=True).first() or ""


def off_link(user: User) -> str:
    """The address that switches off this person's mail, and can do nothing else."""
    return settings.SITE_URL + reverse(
        "annotations:notices_mail_off", args=[_signer.sign(str(user.pk))]
    )


def user_of(token: str) -> int:
    """Whose mail a link switches off. Raises Http404 for one that this server did not make."""
    try:
        return int(_signer.unsign(token))
    except (BadSignature, ValueError):
        raise Http404("This link is not one of ours.") from None


def waiting() -> QuerySet[User]:
    """Those who have a confirmed address and something unread that was not mailed."""
    news = _news().values("user")
    confirmed = EmailAddress.objects.filter(verified=True).values("user")
    return User.objects.filter(pk__in=news, is_active=True).filter(pk__in=confirmed).order_by("pk")


def _news() -> QuerySet[Notification]:
    since = timezone.now() - NEWS_FOR
    return Notification.objects.filter(
        read_at__isnull=True, mailed_at__isnull=True, at__gte=since
    ).order_by()


def send_all() -> Sent:
    """Sends each her mail. A crash mails at most one person twice; one whose mail is refused keeps
    nobody from hers. Raises OSError where the mail host cannot be reached."""
    sent = Sent()
    with get_connection() as connection:
        for user in list(waiting()):
            try:
                sent.mails += _send_again(user, connection)
            except (SMTPRecipientsRefused, SMTPDataError) as refused:
                logger.warning("The mail host takes no mail for account %d: %s", user.pk, refused)
                sent.refused += 1
    return sent


def _send_again(user: User, connection: BaseEmailBackend) -> bool:
    try:
        return send_to(user, connection)
    except SMTPServerDisconnected:
        # Some hosts take so many mails over one connection, and then hang up.
        connection.close()
        return send_to(user, connection)


def send_to(user: User, connection: BaseEmailBackend | None = None) -> bool:
    """Sends somebody what is new to her; whether there was anything."""
    viewer = Viewer(user.pk)
    off = NoticeChoice.objects.filter(user=user, by_mail=False).values("kind")
    rows = seen_by(viewer).filter(pk__in=_news().values("pk")).exclude(kind__in=off)
    notices = list(with_place(rows))
    if not notices:
        return False
    message = _message(user, told(notices, viewer), connection)
    message.send()
    mailed([one.pk for one in notices])
    return True


def _message(user: User, notices: list[Told], connection: BaseEmailBackend | None) -> EmailMessage:
    shown = sorted(notices[:MOST], key=lambda one: (one.room, one.pk))
    context = {
        "rooms": [(room, list(rows)) for room, rows in groupby(shown, key=lambda one: one.room)],
        "more": len(notices) - len(shown),
        "site": settings.SITE_URL,
        "off": off_link(user),
    }
    count = len(notices)
    return EmailMessage(
        subject=f"[Apparatus] {count} notice{'' if count == 1 else 's'} for you",
        body=render_to_string("annotations/notices/digest.txt", context),
        to=[address_of(user)],
        headers={
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{off_link(user)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        connection=connection,
    )
