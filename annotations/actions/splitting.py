"""How one theme becomes several: its passages are decided about one by one, over days if need be.

The split is a head row of history with what was decided so far as its parts; it is taken back as a
whole, or decision by decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from annotations.actions.changing import fresh
from annotations.actions.history import record
from annotations.actions.planting import add_theme
from annotations.actions.retagging import check_thawed, retag, swap, take_back
from annotations.actions.versions import ThemeFault, changing
from annotations.models import (
    Annotation,
    AnnotationSet,
    AnnotationTheme,
    History,
    Sharing,
    Theme,
)

MOST = 6


class Piece(NamedTuple):
    """A theme that comes out of a split: one that is there, or a new one of this name."""

    theme: Theme | None
    name: str = ""
    definition: str = ""


def open_split(annotation_set: AnnotationSet, theme: Theme) -> History | None:
    """The split of this theme that is not finished, if there is one; one query."""
    rows = History.objects.filter(
        annotation_set=annotation_set,
        kind="codebook",
        action="split",
        undone_at__isnull=True,
        state__theme=theme.pk,
        state__open=True,
    )
    return rows.select_related("actor").order_by("-pk").first()


def begin_split(
    annotation_set: AnnotationSet,
    theme: Theme,
    pieces: Sequence[Piece],
    *,
    actor: User,
    why: str = "",
) -> History:
    """Begins to split a theme into at least two; new ones stand behind it, with its signs. Gives
    the head of the split. Raises ThemeFault when one has begun, or there are too few or too many.
    """
    if not 2 <= len(pieces) <= MOST:
        raise ThemeFault(f"A theme is split into two to {MOST} others.")
    with changing(annotation_set, actor, "split", why=why, many=True) as change:
        if theme.pk not in change.themes:
            raise ThemeFault("This theme was deleted meanwhile.")
        if open_split(annotation_set, theme) is not None:
            raise ThemeFault("This theme is being split already.")
        parent = Theme.objects.get(pk=theme.pk).parent
        into = []
        for number, piece in enumerate(pieces):
            made = piece.theme or add_theme(
                change,
                parent,
                slug=piece.name,
                name=piece.name,
                definition=piece.definition,
                colour=theme.colour,
                line=(theme.line + number) % 5 + 1,
            )
            into.append(made.pk)
        if len({theme.pk, *into}) != len(into) + 1:
            raise ThemeFault("The themes that it is split into are to be others, each once.")
        change.state |= {
            "name": f"“{theme.name}”",
            "theme": theme.pk,
            "into": into,
            "open": True,
            "left": [],
            "versions": [change.number],
        }
    assert change.head is not None
    return change.head


@transaction.atomic
def decide(
    annotation_set: AnnotationSet,
    head: History,
    one: Annotation,
    chosen: Sequence[Theme],
    *,
    actor: User,
) -> bool:
    """Gives a passage the chosen themes instead of the one that is split; with none it stays as it
    is. False when it was decided already, or is its author's own business by now. Raises
    PermissionDenied in a frozen set."""
    check_thawed(annotation_set)
    head = History.objects.select_for_update().get(pk=head.pk)
    theme = head.state["theme"]
    if fresh(one)["visibility"] != Sharing.SHARED:
        return False
    if not AnnotationTheme.objects.filter(annotation=one, theme=theme).exists():
        return False
    if not chosen:
        if one.pk in left_as_they_are(head):
            return False
        left = [one.pk, actor.pk, _newest_part(head)]
        head.state["left"] = [*head.state["left"], left]
        head.save(update_fields=["state"])
        return True
    rows = Annotation.objects.filter(pk=one.pk)
    return bool(retag(annotation_set, rows, swap(chosen, [theme]), head=head, by=actor.pk))


def left_as_they_are(head: History) -> list[int]:
    """The annotations (keys) that a split leaves with the theme, by decision."""
    return [pk for pk, _, _ in head.state["left"]]


def _newest_part(head: History) -> int:
    """The key of what was decided last, by anybody: whatever is left now came after it."""
    newest = head.parts.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


@transaction.atomic
def take_back_last(annotation_set: AnnotationSet, head: History, *, actor: User) -> bool:
    """Takes back what the actor decided last: a passage gets the theme again, or is to be decided
    about again. False when there is nothing, or when somebody has changed that passage since."""
    head = History.objects.select_for_update().get(pk=head.pk)
    parts = head.parts.filter(kind="annotation", actor=actor, undone_at__isnull=True)
    last = parts.order_by("-pk").first()
    left = head.state["left"]
    mine = [one for one in left if one[1] == actor.pk]
    if mine and (last is None or mine[-1][2] >= last.pk):
        head.state["left"] = [one for one in left if one is not mine[-1]]
        head.save(update_fields=["state"])
        return True
    if last is None:
        return False
    row = record(
        "many",
        annotation_set.pk,
        "undo",
        actor=actor,
        annotation_set=annotation_set,
        state={"of": "split"},
        undoes=last,
    )
    if not take_back(annotation_set, [last], head=row):
        row.delete()
        return False
    last.undone_at = timezone.now()
    last.save(update_fields=["undone_at"])
    return True


def finish_split(
    annotation_set: AnnotationSet, head: History, *, actor: User, retire: bool
) -> Theme:
    """Ends a split; with ``retire`` the theme that was split is offered no more."""
    with changing(annotation_set, actor, "split") as change:
        head = History.objects.select_for_update().get(pk=head.pk)
        theme = Theme.objects.get(pk=head.state["theme"])
        if retire:
            theme.retired_at = theme.retired_at or timezone.now()
            theme.save(update_fields=["retired_at"])
        head.state |= {"open": False, "versions": [*head.state["versions"], change.number]}
        head.save(update_fields=["state"])
    return theme
