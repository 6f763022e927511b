"""The way into a set: join links, and what follows when somebody takes one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from allauth.account.models import EmailAddress
from allauth.utils import generate_unique_username
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from annotations.accounts import name_after
from annotations.actions.history import record
from annotations.actions.holding import hold
from annotations.actions.promises import pseudonym_of
from annotations.models import (
    AnnotationSet,
    Block,
    Group,
    GroupMember,
    JoinLink,
    LinkState,
    Membership,
    Naming,
    Role,
    State,
)
from annotations.models.people import new_code, new_token

ASK = "Ask whoever gave it to you for the present one."
WRONG = f"This link or code opens no set. {ASK}"
BLOCKED = (
    "The editors of this set have ended your membership, so its links do not let you in. "
    "Please speak with them."
)
FROZEN = "This set is frozen: it can be read, but nobody joins it any more."
NO_MAIL = (
    "This link is for accounts with a mail address. Add yours to your account, then come back."
)
_SHUT = {
    LinkState.REVOKED: f"This link has been withdrawn. {ASK}",
    LinkState.ENDED: f"The time of this link is over. {ASK}",
    LinkState.FULL: f"This link has let in as many people as it was made for. {ASK}",
}


class JoinFault(ValueError):
    """Why somebody cannot join; its message says so in one sentence or two."""


class PersonFault(JoinFault):
    """The link may let others in, and not this account."""


class Joined(NamedTuple):
    """A membership, and whether it was made just now."""

    membership: Membership
    fresh: bool


def _log_link(link: JoinLink, action: str, actor: User) -> None:
    # Neither token nor code: whoever reads the history need not be able to join by it.
    state = {
        "role": link.role,
        "group": link.group.name if link.group else None,
        "ends_at": link.ends_at.isoformat() if link.ends_at else None,
        "limit": link.limit,
        "without_mail": link.without_mail,
    }
    record(
        "joinlink",
        link.pk,
        action,
        actor=actor,
        annotation_set=link.annotation_set,
        state=state,
    )


@transaction.atomic
def make_link(
    annotation_set: AnnotationSet,
    *,
    actor: User,
    role: str = Role.ANNOTATOR,
    group: Group | None = None,
    ends_at: datetime | None = None,
    limit: int | None = None,
    without_mail: bool = True,
) -> JoinLink:
    """A new way into the set, for members of this role, and of this group of the set's."""
    if group is not None and group.annotation_set_id != annotation_set.pk:
        raise ValueError("A link leads into a group of its own set.")
    link = JoinLink.objects.create(
        annotation_set=annotation_set,
        role=role,
        group=group,
        ends_at=ends_at,
        limit=limit,
        without_mail=without_mail,
        created_by=actor,
    )
    _log_link(link, "create", actor)
    return link


@transaction.atomic
def renew_link(
    link: JoinLink, *, actor: User, ends_at: datetime | None, limit: int | None
) -> JoinLink:
    """Gives a link another address and code, and opens it anew; the old ones open nothing.

    It counts from nought again. Whoever came by it before stays a member.
    """
    _wait_for(link)
    link.token, link.code = new_token(), new_code()
    link.ends_at, link.limit, link.uses, link.revoked_at = ends_at, limit, 0, None
    link.save(update_fields=["token", "code", "ends_at", "limit", "uses", "revoked_at"])
    _log_link(link, "renew", actor)
    return link


@transaction.atomic
def revoke_link(link: JoinLink, *, actor: User) -> JoinLink:
    """From now on the link lets nobody in; who came by it stays a member."""
    _wait_for(link)
    if link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])
        _log_link(link, "revoke", actor)
    return link


def check_open(link: JoinLink) -> None:
    """Raises JoinFault where the link lets nobody in. Its set is to be loaded."""
    if link.state != LinkState.OPEN:
        raise JoinFault(_SHUT[link.state])
    if link.annotation_set.state == State.FROZEN:
        raise JoinFault(FROZEN)


def check_person(link: JoinLink, user: User) -> None:
    """Raises JoinFault where the link does not let this account in."""
    if Block.objects.filter(annotation_set=link.annotation_set_id, user=user).exists():
        raise PersonFault(BLOCKED)
    if not link.without_mail and not user.email:
        raise PersonFault(NO_MAIL)


@transaction.atomic
def join(token: str, user: User) -> Joined:
    """Makes somebody a member by a link. A member stays what she is, and is not counted again.

    Raises JoinFault when the link does not let her in.
    """
    link = _locked(token)
    found = Membership.objects.filter(annotation_set=link.annotation_set, user=user).first()
    if found is not None:
        return Joined(found, False)
    check_person(link, user)
    check_open(link)
    try:
        return Joined(_enter(link, user), True)
    except IntegrityError:
        # An editor has added her by name in this very moment.
        return Joined(Membership.objects.get(annotation_set=link.annotation_set, user=user), False)


@transaction.atomic
def join_as_new(token: str, *, name: str, hashed: str, email: str = "") -> User:
    """Makes an account of this name and joins by the link; without a membership, no account.

    ``hashed`` is the password as ``make_password`` made it: that takes long, and here others wait.
    Raises JoinFault as ``join`` does, and where the link asks for a mail address.
    """
    check_open(_locked(token))
    first, _, last = name.rpartition(" ")
    user = User(first_name=first or last, last_name=last if first else "")
    user.password, user.email = hashed, email.lower()
    _save_under_free_name(user)
    if user.email:
        EmailAddress.objects.create(user=user, email=user.email, primary=True)
    join(token, user)
    return user


def _locked(token: str) -> JoinLink:
    """The link of this token, with its set, which waits for whoever else changes who is in it."""
    sets = AnnotationSet.objects.select_for_update(of=("self",), no_key=True)
    annotation_set = sets.filter(join_links__token=token).first()
    link = JoinLink.objects.select_related("group").filter(token=token).first()
    if annotation_set is None or link is None:
        raise JoinFault(WRONG)
    link.annotation_set = annotation_set
    return link


def _wait_for(link: JoinLink) -> None:
    """As above, for those who have the link already."""
    hold(link.annotation_set_id)


@transaction.atomic
def _enter(link: JoinLink, user: User) -> Membership:
    room = link.annotation_set
    membership = Membership.objects.create(annotation_set=room, user=user, role=link.role)
    if link.role != Role.EDITOR:
        # Editors see all groups, and are named.
        _enter_group(link, user, membership)
        if room.naming == Naming.PSEUDONYM:
            pseudonym_of(room, user)
    JoinLink.objects.filter(pk=link.pk).update(uses=F("uses") + 1)
    state = {"user": user.get_username(), "role": link.role, "link": link.pk}
    record("membership", membership.pk, "create", actor=user, annotation_set=room, state=state)
    return membership


def _enter_group(link: JoinLink, user: User, membership: Membership) -> None:
    one: Any = {"annotation_set": link.annotation_set, "user": user}
    if link.group is None or GroupMember.objects.current().filter(**one).exists():
        return
    GroupMember.objects.create(**one, group=link.group)
    state = {"user": user.get_username(), "from": "", "to": link.group.name}
    room = link.annotation_set
    record("groupmember", membership.pk, "move", actor=user, annotation_set=room, state=state)


def _save_under_free_name(user: User) -> None:
    wanted = name_after(user) or "reader"
    for _ in range(20):
        user.username = generate_unique_username([wanted])
        try:
            with transaction.atomic():
                user.save()
            return
        except IntegrityError:
            # Somebody of the same name has come in the same moment.
            user.pk = None
    raise JoinFault("There was no free user name. Please try again.")
