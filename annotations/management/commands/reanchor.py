"""``manage.py reanchor``: carries along what stands in earlier editions."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from annotations.actions.carrying import follow, left_behind


class Command(BaseCommand):
    help = (
        "Carries annotations that stand in an earlier edition of a text to its current one, as an"
        " import does: those that were made before Apparatus could, or while an import ran. What"
        " was looked for and not found stays as it is."
    )

    def handle(self, **options: Any) -> None:
        outcome = follow(left_behind(), None)
        self.stdout.write(str(outcome) or "No annotation was left behind.")
