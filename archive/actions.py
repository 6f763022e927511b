"""What staff changes in the archive by hand: who is the same person in several volumes."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.auth.models import User
from django.db import transaction

from archive.models import Authority, Person


class MergeFault(ValueError):
    """One clear sentence about why entries cannot be merged."""


@transaction.atomic
def merge_persons(pks: Sequence[int], by: User, name: str = "") -> Authority:
    """Says that these entries of several volumes are one person.

    What was merged with one of them before comes along. ``name`` is what she is called; without
    one, the fullest name of all.
    """
    chosen = list(Person.objects.select_for_update().filter(pk__in=pks))
    if len(chosen) < 2:
        raise MergeFault("Choose two entries at least.")
    before = {one.authority_id for one in chosen if one.authority_id}
    if len(before) == 1 and all(one.authority_id for one in chosen):
        raise MergeFault("These entries are one person already.")
    together = [*chosen, *Person.objects.filter(authority__in=before).exclude(pk__in=pks)]
    fullest = max(together, key=lambda one: (len(one.name), -one.pk))
    authority = Authority.objects.create(
        name=name.strip() or fullest.name, description=fullest.description, made_by=by
    )
    Person.objects.filter(pk__in=[one.pk for one in together]).update(authority=authority)
    Authority.objects.filter(pk__in=before).delete()
    return authority


@transaction.atomic
def split_person(person: Person) -> None:
    """Takes one entry out of what it was merged with; the last one that is left is alone too."""
    authority = person.authority
    if authority is None:
        return
    Person.objects.filter(pk=person.pk).update(authority=None)
    if authority.persons.count() < 2:
        unmerge(authority)


@transaction.atomic
def unmerge(authority: Authority) -> None:
    """Takes a merge back: each of its entries is a person of its own again."""
    authority.persons.update(authority=None)
    authority.delete()
