"""How a change of a codebook is put back: its themes, and what it did to annotations."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.dateparse import parse_datetime

from annotations.actions.codebook import place_theme, remove_theme, revive_theme
from annotations.actions.history import record
from annotations.actions.putting_back import Back
from annotations.actions.retagging import take_back
from annotations.actions.versions import (
    Change,
    ThemeFault,
    changing,
    kept_theme,
    put_in_order,
)
from annotations.models import AnnotationTheme, Assignment, CodebookVersion, History, Theme
from annotations.permissions import may_annotate, may_change_set, may_manage

Sides = dict[str, list[Any]]


def put_codebook(back: Back) -> tuple[int, int, History | None]:
    """Puts back what a row of history did to a codebook; how many things were, how many are left as
    they are, and the row of it.

    Themes come back first, then annotations get theirs, then themes that were made by it go.
    """
    if not may_change_set(back.annotation_set, back.role):
        raise PermissionDenied("You do not lead this set any more, or it is frozen.")
    state = back.row.state
    numbers = state.get("versions") or [state.get("version", 0)]
    found = CodebookVersion.objects.filter(
        codebook=back.annotation_set.codebook_id, number__in=numbers
    )
    versions = sorted(found, key=lambda one: one.number, reverse=not back.forward)
    many = back.row.kind == "codebook"
    done = left = 0
    with changing(
        back.annotation_set, back.actor, back.action, many=many, undoes=back.row
    ) as change:
        going: list[int] = []
        for version in versions:
            for pk, sides in _from_above(version, to=int(back.forward)):
                if _gone(sides, to=int(back.forward)):
                    going.append(pk)
                elif _put_theme(change, pk, sides, to=int(back.forward)):
                    done += 1
                else:
                    left += 1
            if version.order:
                done += _put_order(change, version, to=int(back.forward))
        if change.head is not None:
            _put_assignments(back)
            kept, changed = _put_parts(back, change.head)
            done, left = done + kept, left + changed
        for pk in reversed(going):
            done, left = (done + 1, left) if _remove(pk) else (done, left + 1)
    row = change.head or History.objects.filter(undoes=back.row).order_by("pk").last()
    return done, left, row


def _from_above(version: CodebookVersion, *, to: int) -> list[tuple[int, Sides]]:
    """What a version changed, a theme before those below it: first what is to be there on that
    side, then what is to go."""
    after, before = version.order.get("after", []), version.order.get("before", [])
    places = [*(after if to else before), *(before if to else after)]
    rank = {pk: at for at, pk in reversed(list(enumerate(places)))}
    changed = [(int(pk), sides) for pk, sides in version.changes.items()]
    return sorted(changed, key=lambda one: (rank.get(one[0], 0), one[0]))


def _gone(sides: Sides, *, to: int) -> bool:
    """Whether the theme is not there on that side of the change."""
    return "slug" in sides and sides["slug"][to] is None


def _put_theme(change: Change, pk: int, sides: Sides, *, to: int) -> bool:
    if _gone(sides, to=1 - to):
        try:
            revive_theme(change, pk, {name: both[to] for name, both in sides.items()})
        except ThemeFault:
            return False
        return True
    theme = Theme.objects.filter(pk=pk).first()
    if theme is None:
        return False
    now = kept_theme(theme)
    values = {name: both[to] for name, both in sides.items() if now[name] == both[1 - to]}
    whole = len(values) == len(sides)
    if "parent_id" in values:
        whole = _put_under(change, theme, values.pop("parent_id")) and whole
    if "retired_at" in values:
        values["retired_at"] = parse_datetime(values["retired_at"] or "")
    for name, value in values.items():
        setattr(theme, name, value)
    if values:
        theme.save(update_fields=list(values))
    if "defined" in values:
        # What was coded under a meaning that is taken back is to be looked at again.
        links = AnnotationTheme.objects.filter(theme=theme, defined__gt=theme.defined)
        links.update(defined=0)
    return whole


def _put_under(change: Change, theme: Theme, parent: int | None) -> bool:
    above = None
    if parent is not None:
        above = Theme.objects.filter(pk=parent, codebook=theme.codebook_id).first()
        if above is None:
            return False
    try:
        place_theme(change, theme, above, None, behind=True)
    except ThemeFault:
        return False
    theme.refresh_from_db(fields=["parent", "position"])
    return True


def _put_order(change: Change, version: CodebookVersion, *, to: int) -> int:
    """Puts the themes in the order on that side, unless it was changed again since."""
    target, expected = version.order["before"], version.order["after"]
    if to:
        target, expected = expected, target
    if change.places != expected:
        return 0
    put_in_order(change.annotation_set, target)
    return 1


def _put_parts(back: Back, head: History) -> tuple[int, int]:
    parts = list(back.row.parts.filter(kind="annotation", undone_at__isnull=True).order_by("pk"))
    author = None if may_manage(back.role) else back.actor.pk
    done = take_back(back.annotation_set, parts, head=head, forward=back.forward, author=author)
    return done, len(parts) - done


def _put_assignments(back: Back) -> None:
    """Has assignments ask for the themes that they asked for before a merge, or after it again."""
    merged = Theme.objects.filter(codebook=back.annotation_set.codebook_id)
    for key, theme, had in back.row.state.get("assignments", []):
        one = Assignment.objects.filter(annotation_set=back.annotation_set, pk=key).first()
        source = merged.filter(pk=theme).first()
        into = merged.filter(pk=back.row.state.get("into")).first()
        if one is None or source is None or into is None:
            continue
        if back.forward:
            one.themes.remove(source)
            one.themes.add(into)
        else:
            one.themes.add(source)
            if not had:
                one.themes.remove(into)


def _remove(pk: int) -> bool:
    theme = Theme.objects.filter(pk=pk).first()
    try:
        if theme is not None:
            remove_theme(theme)
    except ThemeFault:
        return False
    return True


def put_many(back: Back) -> tuple[int, int, History | None]:
    """Puts back what was done to the themes of many annotations at once."""
    if not may_annotate(back.annotation_set, back.role):
        raise PermissionDenied("You cannot change annotations in this set any more.")
    head = head_of(back)
    done, left = _put_parts(back, head)
    return done, left, head


def head_of(back: Back) -> History:
    """The head row of taking back an act on many things."""
    return record(
        back.row.kind,
        back.row.key,
        back.action,
        actor=back.actor,
        annotation_set=back.annotation_set,
        state={"of": back.row.action},
        undoes=back.row,
    )
