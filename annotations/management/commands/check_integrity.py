"""Looks over the whole database and says what is not whole."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from annotations.integrity import counts, problems


class Command(BaseCommand):
    help = (
        "Check every quote at its offsets and every reference. Prints one line for each problem; "
        "exit status 1 when there is any."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for problem in problems():
            found += 1
            self.stdout.write(problem)
        editions, annotations, sets = counts()
        looked = f"{editions} editions, {annotations} annotations, {sets} sets"
        if found:
            self.stderr.write(f"{found} problem{'s' * (found != 1)} in {looked}.")
            sys.exit(1)
        self.stdout.write(f"Whole: {looked} checked, no problem found.")
