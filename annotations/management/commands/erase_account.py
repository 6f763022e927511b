"""Erases the account of somebody who asked for it, or who can no longer sign in to do it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from annotations.actions.erasing import erase, sets_of
from annotations.actions.sets import SetFault
from annotations.models import Leaving


class Command(BaseCommand):
    help = (
        "Erase an account for good: in each set by the set's rule for those who leave, then "
        "everywhere. Sets that it owns have to be handed over first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="its user name")
        parser.add_argument(
            "--work",
            choices=[Leaving.ANONYMISE.value, Leaving.DELETE.value],
            default=Leaving.ANONYMISE.value,
            help="what becomes of its work in sets that leave the choice (default: %(default)s)",
        )

    def handle(self, *args: Any, username: str, work: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account called “{username}”. Nothing was changed.")
        sets = sets_of(user)
        try:
            erase(user, {one.pk: work for one in sets})
        except SetFault as fault:
            raise CommandError(f"{fault} Nothing was changed.") from None
        count = len(sets)
        self.stdout.write(f"Erased: an account with something in {count} set{'s' * (count != 1)}.")
