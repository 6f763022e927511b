"""A file's annotations and themes taken into a set: one transaction, one act that is taken back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import transaction

from annotations.actions.history import record
from annotations.actions.holding import hold_unfrozen
from annotations.actions.taking import Taker
from annotations.actions.templates import SIGNS, bring_in
from annotations.actions.versions import kept_themes
from annotations.bringing import CHANGED, NEW, Plan, Planner
from annotations.formats.brought import Brought, FormatFault
from annotations.formats.sound import sound
from annotations.incoming import NEW as NEW_THEME
from annotations.incoming import looped, planned
from annotations.models import (
    AnnotationSet,
    History,
    Membership,
    SetDocument,
    Theme,
)
from annotations.stale import Stale


class Done(NamedTuple):
    """What an import did; ``head`` is its row of history, None where nothing was to be done."""

    plan: Plan
    head: History | None


def plan(
    annotation_set: AnnotationSet, brought: Brought, *, actor: User, by_operator: bool = False
) -> Plan:
    """What would become of a file in a set; nothing is changed.

    ``by_operator``: the file may name members of the set as authors; else only ``actor`` herself.
    Queries: about ten, one for each document that is named, three for each edition, and one for
    500 annotations and replies each. Raises FormatFault when its themes stand below themselves,
    or when it names more people than a set has.
    """
    brought = sound(brought)
    if loop := looped(brought.themes):
        raise FormatFault(f"The theme “{loop.name}” stands below itself.")
    themes = planned(kept_themes(annotation_set.codebook_id), brought.themes, SIGNS)
    trusted: Iterable[str] = ()
    if by_operator:
        members = Membership.objects.filter(annotation_set=annotation_set)
        trusted = members.values_list("user__username", flat=True)
    return Planner(annotation_set, brought, themes, actor.get_username()).plan(trusted)


@transaction.atomic
def carry_out(
    annotation_set: AnnotationSet,
    brought: Brought,
    *,
    seen: str,
    actor: User,
    by_operator: bool = False,
    take_words: bool = False,
    name: str = "",
) -> Done:
    """Does what ``plan`` says. ``seen`` is the mark of the plan that was shown; ``take_words``:
    themes that are here get the words of the file; ``name`` is the file's.

    Raises Stale when the plan is another by now, PermissionDenied when the set is frozen,
    ThemeFault when its codebook would grow too deep; then nothing is changed.
    """
    hold_unfrozen(annotation_set)
    made = plan(annotation_set, brought, actor=actor, by_operator=by_operator)
    if made.mark != seen:
        raise Stale("The set was changed meanwhile.")
    if not made.changes and not take_words:
        return Done(made, None)
    counts = made.counts
    head = record(
        "many",
        annotation_set.pk,
        "bring",
        actor=actor,
        annotation_set=annotation_set,
        state={"count": counts[NEW], "changed": counts[CHANGED], "replies": made.replies},
        why=name[:200],
    )
    themes = _themes(annotation_set, made, actor, take_words)
    _documents(annotation_set, made)
    Taker(annotation_set, made, head, themes, actor).take()
    return Done(made, head)


def _themes(
    annotation_set: AnnotationSet, made: Plan, actor: User, take_words: bool
) -> dict[str, Theme]:
    """The themes of the file, by their keys, as they are here afterwards."""
    take = {item.number for item in made.themes if take_words or item.what == NEW_THEME}
    if made.new_themes or (take_words and made.themes):
        seen = _revision(annotation_set)
        bring_in(annotation_set, made.brought.themes, take, seen=seen, actor=actor, action="import")
    after = planned(kept_themes(annotation_set.codebook_id), made.brought.themes, SIGNS)
    here = Theme.objects.in_bulk([item.match for item in after if item.match])
    return {item.theme.key: here[item.match] for item in after if item.match}


def _revision(annotation_set: AnnotationSet) -> int:
    annotation_set.codebook.refresh_from_db(fields=["revision"])
    return annotation_set.codebook.revision


def _documents(annotation_set: AnnotationSet, made: Plan) -> None:
    at = annotation_set.set_documents.count()
    SetDocument.objects.bulk_create(
        SetDocument(annotation_set=annotation_set, document=one, position=at + more)
        for more, one in enumerate(made.documents)
    )
