"""What somebody wrote and did in a set, handed to an account that nobody stands behind."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db.models import Model, Q, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.crypto import get_random_string

from annotations.actions.mentions import rendered
from annotations.actions.promises import touch_all
from annotations.actions.unnaming import Words, changed_json, holding
from annotations.models import (
    Anchoring,
    Annotation,
    AnnotationSet,
    Assignment,
    Block,
    CodebookVersion,
    GroupMember,
    History,
    JoinLink,
    Mark,
    Membership,
    Notification,
    Progress,
    Pseudonym,
    ReadingPosition,
    Reply,
    Report,
    Snapshot,
)
from annotations.notes import render_note


class Trace(NamedTuple):
    """A column that points to somebody, and the way from its row to the set."""

    model: type[Model]
    column: str
    way: str


_HERE, _BY_ANNOTATION = "annotation_set", "annotation__annotation_set"
_BY_ASSIGNMENT = "assignment__annotation_set"
# What she wrote and did: the rows stay when she goes, and only her name has to leave them.
HANDED = (
    Trace(Annotation, "author", _HERE),
    Trace(Reply, "author", _BY_ANNOTATION),
    Trace(Anchoring, "decided_by", _BY_ANNOTATION),
    Trace(Assignment, "created_by", _HERE),
    Trace(JoinLink, "created_by", _HERE),
    Trace(Block, "by", _HERE),
    Trace(Mark, "by", _BY_ASSIGNMENT),
    Trace(Report, "settled_by", _HERE),
    Trace(History, "actor", _HERE),
    Trace(CodebookVersion, "actor", "codebook__sets"),
    Trace(Snapshot, "made_by", _HERE),
)
# What is about her alone.
ABOUT = (
    Trace(Mark, "user", _BY_ASSIGNMENT),
    Trace(Progress, "user", _HERE),
    Trace(GroupMember, "user", _HERE),
    Trace(Pseudonym, "user", _HERE),
    Trace(Report, "by", _HERE),
    Trace(Notification, "actor", _HERE),
)
# What nobody needs when she is gone.
ENDED = (Trace(Notification, "user", _HERE), Trace(Membership, "user", _HERE))
# The same; whoever reads has it, in sets too in which she wrote nothing and is no member.
READ = (Trace(ReadingPosition, "user", _HERE),)


def rows_of(trace: Trace, annotation_set: AnnotationSet, user: User) -> Any:
    """The rows of this trace that somebody has in the set."""
    manager: Any = trace.model._default_manager
    return manager.order_by().filter(**{trace.way: annotation_set, trace.column: user})


def new_former() -> User:
    """An account without mail and password, that cannot sign in and says of whom it was nothing."""
    sign = get_random_string(6, "bcdfghjkmnpqrstvwxz23456789")
    former = User(username=f"former-member-{sign}", first_name="Former member", is_active=False)
    former.last_name = sign.upper()
    former.set_unusable_password()
    former.save()
    return former


def hand_to_former(annotation_set: AnnotationSet, user: User) -> User | None:
    """Hands all that somebody has in the set to a new former account, under which coders stay
    distinct, and takes her name out of what is kept of the set; None where there was nothing.

    Call it inside a transaction.
    """
    former = new_former()
    handed = 0
    for trace in (*HANDED, *ABOUT):
        rows = rows_of(trace, annotation_set, user)
        handed += rows.update(**{trace.column: former})
    for trace in (*ENDED, *READ):
        rows_of(trace, annotation_set, user).delete()
    unname(annotation_set, user, former)
    touch_all(annotation_set)
    if handed:
        return former
    former.delete()
    return None


def unname(annotation_set: AnnotationSet, user: User, former: User) -> None:
    """Takes somebody's user name, name and mail out of what she wrote in the set, of what is kept
    of its past, and of the mentions of her, after her rows were handed to ``former``."""
    words = Words(user, former.username)
    for model, way in ((Annotation, _HERE), (Reply, _BY_ANNOTATION)):
        found: Any = model._default_manager.filter(**{way: annotation_set})
        for row in found.filter(_worth_reading("note", words, Q(author=former))):
            hers = row.author_id == former.pk
            note = words.of_hers(row.note) if hers else words.of_others(row.note)
            html, _ = rendered(note, annotation_set, row.group_id)
            reason = words.of_hers(row.hidden_reason) if hers else row.hidden_reason
            found.filter(pk=row.pk).update(note=note, note_html=html, hidden_reason=reason)
    for mark in Mark.objects.filter(user=former):
        comment = words.of_hers(mark.comment)
        if comment != mark.comment:
            html = render_note(comment)
            Mark.objects.filter(pk=mark.pk).update(comment=comment, comment_html=html)
    _unname_past(annotation_set, former, words)


def _worth_reading(field: str, words: Words, hers: Q) -> Q:
    """The condition for words that may have her name in them."""
    told = Q(hidden_reason__gt="")
    for name in words.telling:
        told |= Q(**{f"{field}__icontains": name})
    return Q(**{f"{field}__icontains": words.at}) | (hers & told)


def _unname_past(annotation_set: AnnotationSet, former: User, words: Words) -> None:
    past = History.objects.filter(annotation_set=annotation_set)
    hers = {
        str(uuid)
        for trace in HANDED[:2]
        for uuid in rows_of(trace, annotation_set, former).values_list("uuid", flat=True)
    }
    text = TextField()
    before = Coalesce(Cast("before", text), Value("", output_field=text))
    told = Concat("why", Cast("state", text), before, output_field=text)
    for row in past.annotate(words=told).filter(holding(words.names)):
        change = words.of_records
        if row.kind in ("annotation", "reply", "theme"):
            own = row.key in hers or row.actor_id == former.pk
            change = words.of_hers if own else words.of_others
        new = {name: changed_json(getattr(row, name), change) for name in ("state", "before")}
        past.filter(pk=row.pk).update(why=change(row.why), **new)
    told = Concat("why", Cast("changes", text), output_field=text)
    versions = CodebookVersion.objects.filter(codebook__sets=annotation_set)
    for version in versions.annotate(words=told).filter(holding(words.names)):
        change = words.of_hers if version.actor_id == former.pk else words.of_others
        CodebookVersion.objects.filter(pk=version.pk).update(
            why=change(version.why), changes=changed_json(version.changes, change)
        )
