"""A file's annotations and themes taken into a set: one transaction, one act that is taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from annotations.actions.annotations import put_at, reword
from annotations.actions.changing import bump, fresh, in_order, log, state_of, theme_ids
from annotations.actions.history import record
from annotations.actions.holding import hold_unfrozen
from annotations.actions.mentions import rendered
from annotations.actions.promises import pseudonym_of
from annotations.actions.retagging import chunks
from annotations.actions.templates import SIGNS, bring_in
from annotations.actions.versions import kept_themes
from annotations.bringing import CHANGED, NEW, Plan, Planner, Row, not_later
from annotations.formats.brought import Brought, FormatFault
from annotations.formats.sound import sound
from annotations.incoming import NEW as NEW_THEME
from annotations.incoming import looped, planned
from annotations.models import (
    Annotation,
    AnnotationSet,
    AnnotationTheme,
    Audience,
    History,
    Membership,
    Naming,
    Promise,
    Question,
    Reply,
    SetDocument,
    Sharing,
    Theme,
)
from annotations.models.visibility import promise_of
from annotations.stale import Stale
from archive.rows import insert_rows, packed_json


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
    brought = sound(brought)
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
    themes = _themes(annotation_set, brought, made, actor, take_words)
    _documents(annotation_set, made)
    _Taker(annotation_set, made, head, themes, actor).take()
    return Done(made, head)


def _themes(
    annotation_set: AnnotationSet, brought: Brought, made: Plan, actor: User, take_words: bool
) -> dict[str, Theme]:
    """The themes of the file, by their keys, as they are here afterwards."""
    take = {item.number for item in made.themes if take_words or item.what == NEW_THEME}
    if made.new_themes or (take_words and made.themes):
        seen = _revision(annotation_set)
        bring_in(annotation_set, brought.themes, take, seen=seen, actor=actor, action="import")
    after = planned(kept_themes(annotation_set.codebook_id), brought.themes, SIGNS)
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


class _Taker:
    """Writes the rows of a plan, each with its history as a part of ``head``."""

    def __init__(
        self,
        annotation_set: AnnotationSet,
        made: Plan,
        head: History,
        themes: dict[str, Theme],
        actor: User,
    ) -> None:
        self.set, self.made, self.head = annotation_set, made, head
        self.themes, self.actor = themes, actor
        self.now = timezone.now()
        self.people = self._accounts()
        self.promises = {name: self._promise(user) for name, user in self.people.items()}

    def take(self) -> None:
        new = [row for row in self.made.rows if row.fate == NEW]
        for some in chunks(new):
            self._create(some)
        for row in self.made.rows:
            if row.fate == CHANGED:
                self._change(row)
        self._answer()
        self._tell()

    def _accounts(self) -> dict[str, User]:
        wanted = {row.author for row in self.made.rows if row.fate == NEW}
        wanted |= {author for row in self.made.rows for _, author, _ in row.replies}
        found = {
            one.get_username(): one
            for some in chunks(sorted(wanted))
            for one in User.objects.filter(username__in=some)
        }
        for name in sorted(wanted - found.keys()):
            claimed = self.made.people[name]
            user = User(username=name, is_active=False)
            user.first_name = (claimed.name or claimed.username)[:150]
            user.set_unusable_password()
            user.save()
            found[name] = user
        return found

    def _promise(self, user: User) -> Promise:
        member = Membership.objects.filter(annotation_set=self.set, user=user)
        promise = promise_of(self.set, member.values_list("role", flat=True).first(), None)
        if promise.naming == Naming.PSEUDONYM:
            pseudonym_of(self.set, user)
        return promise

    def _create(self, rows: Sequence[Row]) -> None:
        made = Annotation.objects.bulk_create([self._annotation(row) for row in rows])
        links = []
        for row, one in zip(rows, made, strict=True):
            for theme in self._chosen(row):
                links.append(AnnotationTheme(annotation=one, theme=theme, defined=theme.defined))
        AnnotationTheme.objects.bulk_create(links)
        self._record("annotation", [(str(one.uuid), state_of(one)) for one in made])

    def _annotation(self, row: Row) -> Annotation:
        one, passage = row.brought, row.passage
        assert passage is not None
        assert row.edition is not None
        promise = self.promises[row.author]
        created = not_later(one.created, self.now)
        made = Annotation(
            uuid=row.uuid,
            annotation_set=self.set,
            author=self.people[row.author],
            edition=row.edition,
            start=passage.start,
            end=passage.end,
            quote=passage.quote,
            prefix=passage.prefix,
            suffix=passage.suffix,
            theme_ids=theme_ids(self._chosen(row)),
            note=one.note,
            visibility=Sharing.PRIVATE if row.private else Sharing.SHARED,
            question=one.question if one.question in Question.values else Question.NONE,
            created=created,
            modified=max(created, not_later(one.modified or one.created, self.now)),
        )
        made.audience, made.naming, made.group_id = promise
        if row.for_editors:
            made.audience = Audience.EDITORS
        made.note_html = rendered(one.note, self.set, made.group_id)[0]
        return made

    def _chosen(self, row: Row) -> list[Theme]:
        return in_order(self.themes[key] for key in row.brought.themes if key in self.themes)

    def _change(self, row: Row) -> None:
        assert row.here is not None
        assert row.passage is not None
        here = row.here
        before = fresh(here)
        passage = row.passage
        if row.edition and row.edition.pk == here.edition_id and here.quote != passage.quote:
            put_at(here, passage)
        reword(
            here,
            self.actor,
            themes=self._chosen(row),
            note=row.brought.note,
            visibility=here.visibility,
        )
        log(here, "edit", self.actor, bump(here), before=before, part_of=self.head)

    def _answer(self) -> None:
        wanted = [(row, *one) for row in self.made.rows for one in row.replies]
        rows = Annotation.objects.in_set(self.set.pk).only("uuid", "annotation_set")
        uuids = list(dict.fromkeys(row.uuid for row, *_ in wanted))
        answered = {
            one.uuid: one for some in chunks(uuids) for one in rows.filter(uuid__in=list(some))
        }
        made = []
        for row, uuid, author, one in wanted:
            promise = self.promises[author]
            created = not_later(one.created, self.now)
            reply = Reply(
                uuid=uuid,
                annotation=answered[row.uuid],
                author=self.people[author],
                note=one.note,
                note_html=rendered(one.note, self.set, promise.group_id)[0],
                visibility=Sharing.SHARED,
                created=created,
                modified=max(created, not_later(one.modified or one.created, self.now)),
            )
            reply.audience, reply.naming, reply.group_id = promise
            if row.for_editors:
                reply.audience = Audience.EDITORS
            made.append(reply)
        Reply.objects.bulk_create(made)
        self._record(
            "reply", [(str(one.uuid), {"note": one.note, "deleted": False}) for one in made]
        )

    def _record(self, kind: str, made: Sequence[tuple[str, dict[str, Any]]]) -> None:
        names = ("at", "actor", "annotation_set", "kind", "key", "action")
        insert_rows(
            History,
            (*names, "state", "why", "part_of"),
            (
                (self.now, self.actor.pk, self.set.pk, kind, key, "create")
                + (packed_json(state), "", self.head.pk)
                for key, state in made
            ),
        )

    def _tell(self) -> None:
        """Tells the caches of the documents whose reading has changed."""
        changed = [row for row in self.made.rows if row.fate in (NEW, CHANGED) or row.replies]
        documents = {row.document.pk for row in changed if row.document}
        answered = [row.uuid for row in changed if row.replies and row.fate != NEW]
        for some in chunks(answered):
            Annotation.objects.filter(uuid__in=list(some)).update(version=F("version") + 1)
        places = SetDocument.objects.filter(annotation_set=self.set, document__in=documents)
        places.update(revision=F("revision") + 1)


def brought_uuids(head: History) -> Collection[UUID]:
    """The annotations that an import made."""
    parts = head.parts.filter(kind="annotation", action="create").values_list("key", flat=True)
    return [UUID(key) for key in parts]
