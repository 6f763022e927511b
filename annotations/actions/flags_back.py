"""How acts on many annotations that hid, showed, deleted or shared them are taken back."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied

from annotations.actions.flags import Held, Values, as_it_was, hold, set_flags
from annotations.actions.many import share_held
from annotations.actions.putting_back import Back
from annotations.actions.retagging import chunks
from annotations.actions.turning_back import head_of
from annotations.models import Annotation, History
from annotations.permissions import may_annotate, may_change_set


def put_flags(back: Back) -> tuple[int, int, History | None]:
    """Puts back what was hidden, shown, deleted, brought back, shared or made private at once."""
    head = head_of(back)
    rows = History.objects.filter(part_of=back.row).order_by("pk")
    parts = list(rows.only("key", "before", "state"))
    groups: dict[str, list[str]] = {}
    sides: dict[str, tuple[Values, Values]] = {}
    for part in parts:
        target, expected = back.sides(part)
        names = [name for name in target if target[name] != expected.get(name)]
        now = {name: expected[name] for name in names}
        then = {name: target[name] for name in names}
        kind = f"{now} → {then}"
        sides[kind] = now, then
        groups.setdefault(kind, []).append(part.key)
    done = sum(_put(back, head, keys, *sides[kind]) for kind, keys in groups.items())
    return done, len(parts) - done, head


def _put(back: Back, head: History, keys: Sequence[str], now: Values, then: Values) -> int:
    room, actor = back.annotation_set, back.actor
    hides = "hidden" in then
    if not (may_change_set if hides else may_annotate)(room, back.role):
        raise PermissionDenied("You cannot change these any more.")
    found: list[Held] = []
    for some in chunks(keys):
        rows = Annotation.objects.in_set(room.pk).filter(uuid__in=list(some))
        found += hold(rows if hides else rows.filter(author=actor), as_it_was(now))
    if "visibility" in then:
        return share_held(room, found, then["visibility"], head)
    return set_flags(room, found, then, _action(then), head=head)


def _action(then: Values) -> str:
    if "deleted" in then:
        return "delete" if then["deleted"] else "restore"
    return "hide" if then["hidden"] else "show"
