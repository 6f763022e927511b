"""What the pages of the way into a set read and say."""

from __future__ import annotations

import re
import unicodedata

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from annotations.models import (
    AnnotationSet,
    AssignmentDocument,
    GroupMember,
    JoinLink,
    Naming,
    Role,
    Rule,
    Visibility,
)

_IN_ADDRESS = re.compile(r"/join/([A-Za-z0-9_-]+)")


def found_by_token(token: str) -> JoinLink | None:
    """The link of an address, with its set, the set's owner, and its group; one query."""
    if "\0" in token:
        return None
    links = JoinLink.objects.select_related("annotation_set__owner", "group")
    return links.filter(token=token).first()


def token_of(typed: str) -> str | None:
    """The token for what somebody typed: a code, in any case and with any gaps, or an address."""
    address = _IN_ADDRESS.search(typed)
    if address:
        return address[1]
    code = "".join(c for c in unicodedata.normalize("NFKC", typed) if c.isalnum()).upper()
    return JoinLink.objects.filter(code=code).values_list("token", flat=True).first()


def spaced(code: str) -> str:
    """A code as it is shown: in groups of four."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def address_of(link: JoinLink) -> str:
    """The whole address of a link."""
    return settings.SITE_URL + reverse("annotations:join_link", args=[link.token])


def code_page() -> str:
    """The whole address of the page that takes codes."""
    return settings.SITE_URL + reverse("annotations:join")


def first_reading(annotation_set: AnnotationSet, user: User) -> str:
    """Where somebody begins to read in a set: the first document of the first assignment that is
    open to her, else the set's first document, else the set's own page. At most two queries."""
    readable = Q(document__current__isnull=False)
    asked = _asked(annotation_set, user).filter(readable).select_related("document__volume")
    rows = annotation_set.set_documents.filter(readable).select_related("document__volume")
    first = asked.first() or rows.order_by("position", "pk").first()
    if first is None:
        return annotation_set.get_absolute_url()
    return f"{first.document.get_absolute_url()}?set={annotation_set.slug}"


def _asked(annotation_set: AnnotationSet, user: User) -> QuerySet[AssignmentDocument]:
    now = timezone.now()
    hers = GroupMember.objects.current().filter(user=user).order_by().values("group")
    begun = Q(assignment__opens_at__isnull=True) | Q(assignment__opens_at__lte=now)
    going = Q(assignment__due_at__isnull=True) | Q(assignment__due_at__gt=now)
    for_her = Q(assignment__group__isnull=True) | Q(assignment__group__in=hers)
    return AssignmentDocument.objects.filter(
        begun & going & for_her,
        assignment__annotation_set=annotation_set,
        assignment__deleted_at__isnull=True,
        document__set_documents__annotation_set=annotation_set,
    ).order_by("assignment__position", "assignment", "position", "pk")


_NAMED = {
    Naming.NOBODY: "without your name; only the editors see it",
    Naming.PSEUDONYM: "under a pseudonym that stays the same here; only the editors see your name",
    Naming.NAME: "under your name",
}


def told(annotation_set: AnnotationSet, role: str, *, in_group: bool) -> str:
    """What members see of each other, and under what name, as somebody of this role is told.

    ``in_group``: she is in a group, and groups read apart.
    """
    if role == Role.EDITOR:
        return "As an editor you see all that is shared, with names, and everyone sees yours."
    if role == Role.READER:
        return "As a reader you see what the members share, as far as the set's rules let you."
    named = _NAMED[Naming(annotation_set.naming)]
    others = "the other members of your group" if in_group else _readers(annotation_set)
    if annotation_set.rule == Rule.EDITORS:
        return "Only the editors see what you share, with your name."
    if annotation_set.rule == Rule.BLIND:
        return (
            "Only the editors see what you share until they open the set; "
            f"then {others} see it {named}."
        )
    if annotation_set.rule == Rule.AFTER:
        among = "the other members of your group" if in_group else "the other members"
        return (
            f"You and {among} see what each of you shares on a document only after "
            f"{_own_part(annotation_set.after_count)}; it stands there {named}."
        )
    return f"What you share is seen at once by {others}, {named}."


def _readers(annotation_set: AnnotationSet) -> str:
    return {
        Visibility.PUBLIC.value: "everyone, also people without an account",
        Visibility.LINK.value: "the other members and whoever has the link to the set",
    }.get(annotation_set.visibility, "the other members")


def _own_part(count: int) -> str:
    if not count:
        return "saying that one has finished reading"
    return "sharing one annotation there" if count == 1 else f"sharing {count} annotations there"
