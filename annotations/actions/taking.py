"""The rows of an import's plan, written: annotations, replies, accounts, each with its history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db.models import F
from django.utils import timezone

from annotations.actions.annotations import put_at, reword
from annotations.actions.changing import bump, fresh, in_order, log, state_of, theme_ids
from annotations.actions.mentions import rendered
from annotations.actions.promises import pseudonym_of
from annotations.actions.retagging import chunks
from annotations.bringing import CHANGED, NEW, Plan, Row, not_later
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
from archive.rows import insert_rows, packed_json


class Taker:
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
        found = User.objects.in_bulk(wanted, field_name="username")
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
        answered = rows.in_bulk({row.uuid for row, *_ in wanted}, field_name="uuid")
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
