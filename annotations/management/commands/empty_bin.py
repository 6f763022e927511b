"""Deletes for good what was deleted long ago. The worker does it every day by itself."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from annotations.actions.emptying import empty_bin
from annotations.binned import kept_since


class Command(BaseCommand):
    help = (
        "Deletes for good what was deleted more than APPARATUS_BIN_DAYS days ago (30 unless set): "
        "annotations and replies, with what the history kept of their words. The worker does this "
        "every day."
    )

    def handle(self, **options: Any) -> None:
        gone = empty_bin(kept_since())
        self.stdout.write(
            f"{gone.annotations} annotations and {gone.replies} replies are gone for good; "
            f"{gone.emptied} that others answered lost their words."
        )
