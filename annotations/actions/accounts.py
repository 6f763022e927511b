"""What people change of their own account."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction

from annotations.actions.people import renamed


@transaction.atomic
def rename(person: User, first_name: str, last_name: str) -> None:
    """Gives a person the name that others see; where both are empty they see the user name."""
    person.first_name, person.last_name = first_name, last_name
    person.save(update_fields=["first_name", "last_name"])
    renamed(person)
