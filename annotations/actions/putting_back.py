"""How one change is put back: an annotation's, a reply's, a codebook's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from annotations.actions.annotations import put_at, reword
from annotations.actions.changing import bump, fresh, log
from annotations.actions.replies import fresh_reply, log_reply, reword_reply
from annotations.models import Annotation, AnnotationSet, History, Reply, Sharing, Theme
from annotations.passages import check_passage
from annotations.permissions import may_annotate, may_change, may_change_set, may_retag
from annotations.viewers import Viewer

Values = dict[str, Any]
WORDS = {"note", "theme_ids", "visibility", "question"}
PASSAGE = {"start", "end", "quote"}
# How a set's news tells what became of a thing by this.
_TOLD = {
    ("deleted", True): "delete",
    ("deleted", False): "restore",
    ("hidden", True): "hide",
    ("hidden", False): "show",
    ("visibility", Sharing.SHARED.value): "share",
}


@dataclass(frozen=True, slots=True)
class Back:
    """A row of history that its actor takes back, or does again (``forward``)."""

    row: History
    actor: User
    annotation_set: AnnotationSet
    role: str | None
    forward: bool

    @property
    def action(self) -> str:
        return "redo" if self.forward else "undo"

    def sides(self, row: History) -> tuple[Values, Values]:
        """What is to be again, and what has to be there now."""
        made = row.before is None
        before = {"deleted": True} if made else (row.before or {})
        after = {"deleted": False} if made else row.state
        return (after, before) if self.forward else (before, after)

    def wanted(self, row: History, now: Values) -> Values | None:
        """What of a thing that is ``now`` so is to be changed; None where it was changed since."""
        target, expected = self.sides(row)
        names = [name for name in target if name in expected and target[name] != expected[name]]
        names = [name for name in names if name in now]
        if any(_plain(name, now[name]) != _plain(name, expected[name]) for name in names):
            return None
        return {name: target[name] for name in names}


def _plain(name: str, value: Any) -> Any:
    """The same for the same themes, in whatever order the codebook has them now."""
    return set(value.split()) if name == "theme_ids" else value


def _told(back: Back, values: Values) -> str:
    found = (_TOLD.get((name, value)) for name, value in values.items() if name != "reason")
    return next((action for action in found if action), back.action)


def put_annotation(
    back: Back, row: History, head: History | None = None, *, asked: bool = True
) -> History | None:
    """Puts an annotation back as it was beside this row; None where it was changed since.

    Raises PermissionDenied when the actor may not do that to it (any more), where that is ``asked``
    here.
    """
    found = Annotation.objects.with_place().filter(uuid=row.key).first()
    if found is None:
        return None
    now = fresh(found)
    values = back.wanted(row, now)
    # Where it stands in a new edition is decided, and taken back, on a page of its own.
    if not values or "edition_id" in values or "anchor" in values:
        return None
    if asked:
        _check_annotation(back, found, values)
    if values.keys() & PASSAGE:
        place = {**now, **values}
        text = found.edition.as_text()
        put_at(found, check_passage(text, place["start"], place["end"], place["quote"]))
    if values.keys() & WORDS:
        place = {**now, **values}
        found.question = place["question"]
        themes = Theme.objects.of_codebook(back.annotation_set.codebook_id)
        themes = themes.filter(pk__in=[int(pk) for pk in place["theme_ids"].split()])
        words = {"note": place["note"], "visibility": place["visibility"]}
        reword(found, back.actor, themes=list(themes), **words)
    _set_flags(found, values)
    return log(
        found,
        _told(back, values),
        back.actor,
        bump(found),
        before=now,
        undoes=None if head else row,
        part_of=head,
    )


def _check_annotation(back: Back, found: Annotation, values: Values) -> None:
    viewer = Viewer(back.actor.pk)
    names = values.keys() - {"reason"}
    if names <= {"hidden", "locked"}:
        allowed = may_change_set(back.annotation_set, back.role)
    elif names == {"question"}:
        allowed = may_annotate(back.annotation_set, back.role)
    elif names == {"theme_ids"}:
        allowed = may_retag(found, viewer, back.role)
    else:
        allowed = may_change(found, viewer, back.role)
    if not allowed:
        raise PermissionDenied("You cannot change this any more.")


def _set_flags(found: Annotation | Reply, values: Values) -> None:
    now = timezone.now()
    columns = {"deleted": "deleted_at", "hidden": "hidden_at", "locked": "locked_at"}
    changed = [column for name, column in columns.items() if name in values]
    for name, column in columns.items():
        if name in values:
            setattr(found, column, now if values[name] else None)
    if "reason" in values:
        found.hidden_reason = values["reason"]
        changed.append("hidden_reason")
    if changed:
        found.save(update_fields=changed)


def put_reply(back: Back, row: History, head: History | None = None) -> History | None:
    """The same for a reply."""
    found = Reply.objects.with_place().filter(uuid=row.key).first()
    if found is None:
        return None
    now = fresh_reply(found)
    values = back.wanted(row, now)
    if not values:
        return None
    if values.keys() <= {"hidden", "reason"}:
        allowed = may_change_set(back.annotation_set, back.role)
    else:
        allowed = may_change(found, Viewer(back.actor.pk), back.role)
    if not allowed:
        raise PermissionDenied("You cannot change this any more.")
    if "note" in values:
        reword_reply(found, values["note"])
    _set_flags(found, values)
    return log_reply(
        found,
        _told(back, values),
        back.actor,
        bump(found.annotation),
        before=now,
        undoes=None if head else row,
        part_of=head,
    )
