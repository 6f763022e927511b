"""How an account is erased: in each set by its rule, then everywhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q

from annotations.actions.former import ABOUT, ENDED, HANDED
from annotations.actions.leaving import choices_of, settle
from annotations.actions.sets import SetFault
from annotations.models import Annotation, AnnotationSet, History, Leaving
from archive.models import Volume
from archive.own import OwnFault
from archive.own import delete as delete_own


def sets_of(user: User) -> list[AnnotationSet]:
    """The sets in which anything of somebody's is, though she may have left them; one query for
    each kind of thing."""
    found: set[int] = set()
    for trace in (*HANDED, *ABOUT, *ENDED):
        rows = trace.model._default_manager.order_by().filter(**{trace.column: user})
        found.update(pk for pk in rows.values_list(trace.way, flat=True).distinct() if pk)
    return list(
        AnnotationSet.objects.filter(pk__in=found).select_related("owner").order_by("title", "pk")
    )


def kept_back(user: User) -> str:
    """Why an account cannot be erased now, in one sentence; empty when it can."""
    if user.is_superuser:
        return "This account runs the server: somebody else has to take that right from it first."
    if owned := list(user.owned_sets.values_list("title", flat=True)):
        names = ", ".join(owned)
        return f"You own sets: {names}. Hand each over to one of its editors, or delete it."
    return ""


@transaction.atomic
def erase(user: User, works: Mapping[int, str]) -> None:
    """Erases an account with its name, mail, password and sessions.

    ``works`` says for sets that let one choose what becomes of the work there; it is anonymised
    where nothing else is said, since a name does not outlive its account. Documents of her own that
    nobody uses are deleted. Raises SetFault when the account has to stay.
    """
    person = User.objects.select_for_update().get(pk=user.pk)
    if why := kept_back(person):
        raise SetFault(why)
    for one in sets_of(person):
        settle(one, person, _work(one, works.get(one.pk, "")))
    for volume in Volume.objects.filter(owner=person):
        _let_go(volume)
    History.objects.filter(actor=person).update(actor=None)
    _forget_in_admin(person)
    _end_sessions(person)
    person.delete()


def _work(one: AnnotationSet, chosen: str) -> str:
    allowed = choices_of(one)
    work = chosen if chosen in allowed else allowed[0]
    return Leaving.ANONYMISE if work == Leaving.KEEP else work


def _let_go(volume: Volume) -> None:
    """Deletes a document of hers; one that is in a set or annotated stays, as nobody's own."""
    read = AnnotationSet.objects.filter(set_documents__document__volume=volume)
    written = Annotation.objects.filter(edition__document__volume=volume)
    if not read.exists() and not written.exists():
        try:
            delete_own(volume)
            return
        except OwnFault:
            volume.refresh_from_db()
    volume.owner = None
    volume.save(update_fields=["owner"])


def _forget_in_admin(person: User) -> None:
    """Takes her name and mail out of what the admin site noted of others' doings."""
    told = Q(pk__in=[])
    mails = person.emailaddress_set.values_list("email", flat=True)  # type: ignore[attr-defined]
    for name in _names(person, mails):
        told |= Q(object_repr__icontains=name) | Q(change_message__icontains=name)
    LogEntry.objects.filter(told).update(object_repr="an erased account", change_message="")


def _names(person: User, mails: Iterable[str]) -> set[str]:
    return {person.get_username(), person.get_full_name(), person.email, *mails} - {""}


def _end_sessions(person: User) -> None:
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()
