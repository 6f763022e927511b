"""send_digests: mails each what she has not read; the worker does it once a day."""

from __future__ import annotations

from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from annotations.digests import send_all


class Command(BaseCommand):
    help = (
        "Sends everyone with a confirmed mail address one mail with the notices that she has not "
        "read and wants by mail. What was mailed is not mailed again. `work`, which `serve` "
        "starts, does this every APPARATUS_DIGEST_HOURS hours."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMAIL_HOST:
            raise CommandError("No mail was sent: APPARATUS_MAIL_HOST is not set.")
        try:
            sent = send_all()
        except (OSError, SMTPException) as fault:
            raise CommandError(f"The mail host failed, what is left waits: {fault}") from fault
        words = f"{sent.mails} mail{'' if sent.mails == 1 else 's'} sent"
        if sent.refused:
            words += f"; {sent.refused} address{'' if sent.refused == 1 else 'es'} refused"
        self.stdout.write(f"{words}.")
