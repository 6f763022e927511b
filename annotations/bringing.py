"""What would become of a file's annotations and themes in a set: read, matched, nothing changed.

Which document is meant, which passage, which person, and whether it is here already. The same plan
is made once to be shown and once more, under the lock, to be carried out.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from django.utils import timezone

from annotations.bringing_places import Places
from annotations.formats.brought import (
    Brought,
    BroughtAnnotation,
    BroughtReply,
    BroughtTheme,
    FormatFault,
)
from annotations.formats.values import PersonValue
from annotations.incoming import Item as ThemeItem
from annotations.models import Annotation, AnnotationSet, Reply, Sharing
from annotations.passages import Passage, shorten
from archive.models import Document, Edition

NEW, SAME, CHANGED, KEPT, DELETED, LOST = "new", "same", "changed", "kept", "deleted", "lost"
FATES = {
    NEW: "are new",
    CHANGED: "are changed",
    SAME: "are here already",
    KEPT: "stay as they are here",
    DELETED: "were deleted here, and stay so",
    LOST: "cannot be taken",
}
# Between an account that an import made and the set that it was made for.
SIGN = "/"
MOST_PEOPLE = 2_000
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_NOT_A_NAME = re.compile(r"[^\w.@+-]+")


@dataclass(slots=True)
class Row:
    """One annotation of the file and what becomes of it. ``says`` are sentences about it: what
    differs, what is doubtful, or why it cannot be taken. ``replies`` are those that are new."""

    brought: BroughtAnnotation
    fate: str
    uuid: UUID
    author: str = ""
    document: Document | None = None
    edition: Edition | None = None
    passage: Passage | None = None
    is_sure: bool = True
    private: bool = False
    for_editors: bool = False
    here: Annotation | None = None
    says: list[str] = field(default_factory=list)
    replies: list[tuple[UUID, str, BroughtReply]] = field(default_factory=list)

    @property
    def quote(self) -> str:
        return self.passage.quote if self.passage else self.brought.target.quote


@dataclass(slots=True)
class Plan:
    """What would be done with what is ``brought``. ``people`` are the names of accounts that would
    be made, each with whom the file names; ``mark`` tells this plan from any other."""

    brought: Brought
    rows: list[Row]
    themes: list[ThemeItem]
    people: dict[str, PersonValue]
    documents: list[Document]
    lost: list[tuple[str, str]]
    mark: str = ""

    @property
    def counts(self) -> Mapping[str, int]:
        return Counter(row.fate for row in self.rows)

    @property
    def replies(self) -> int:
        return sum(len(row.replies) for row in self.rows)

    @property
    def doubtful(self) -> list[Row]:
        """Those that would be taken, of which something is to be looked at."""
        return [row for row in self.rows if row.fate in (NEW, CHANGED) and row.says]

    @property
    def new_themes(self) -> list[BroughtTheme]:
        return [item.theme for item in self.themes if item.what == "new"]

    @property
    def changes(self) -> bool:
        """Whether anything would be another after it."""
        counts = self.counts
        return bool(counts[NEW] or counts[CHANGED] or self.replies or self.new_themes)


class Planner:
    """Looks at everything that a file brings, for somebody who brings it into a set."""

    def __init__(
        self, annotation_set: AnnotationSet, brought: Brought, themes: list[ThemeItem], actor: str
    ) -> None:
        """``actor`` is the user name of who brings it; ``themes`` say what becomes of those."""
        self.set, self.brought, self.actor = annotation_set, brought, actor
        self.themes = themes
        self.keys = {theme.key for theme in brought.themes}
        self.people: dict[str, PersonValue] = {}
        self.trusted: dict[str, str] = {}
        self.places = Places(annotation_set, brought)

    def plan(self, trusted: Iterable[str] = ()) -> Plan:
        """``trusted``: user names of this server whose bearers the file may name."""
        self.trusted = {name.lower(): name for name in trusted}
        rows = [self._row(one) for one in self.brought.annotations]
        self._compare(rows)
        rows, twice = _once(rows)
        self._answers(rows)
        if len(self.people) > MOST_PEOPLE:
            raise FormatFault(f"The file names more than {MOST_PEOPLE:,} people as authors.")
        listed = set(self.set.set_documents.values_list("document", flat=True))
        taken = {r.document.pk: r.document for r in rows if r.document and r.fate == NEW}
        lost = [(doubt.place, doubt.message) for doubt in self.brought.lost] + twice
        used = {row.author for row in rows if row.fate == NEW}
        used |= {author for row in rows for _, author, _ in row.replies}
        plan = Plan(
            brought=self.brought,
            rows=rows,
            themes=self.themes,
            people={name: one for name, one in self.people.items() if name in used},
            documents=[one for pk, one in taken.items() if pk not in listed],
            lost=lost,
        )
        plan.mark = _mark_of(plan)
        return plan

    def _row(self, one: BroughtAnnotation) -> Row:
        author = self._author(one.author)
        row = Row(one, NEW, self._uuid(one.id, _content(one)), author)
        row.private = one.private and author == self.actor
        row.for_editors = one.private and author != self.actor
        if row.for_editors:
            row.says.append("It is private to somebody else: only editors will see it.")
        for key in one.themes:
            if key not in self.keys:
                row.says.append(f"The theme “{shorten(key, 60)}” is not in the file.")
        found = self.places.of(one.target)
        if isinstance(found, str):
            row.fate, row.says = LOST, [found]
            return row
        row.document, row.edition, row.passage, row.is_sure = found
        if not row.is_sure:
            row.says.append("It is not sure that this is the passage: look at it.")
        return row

    def _author(self, claimed: PersonValue | None) -> str:
        """The user name that it will have here: one's own, a trusted one, or that of an account
        that nobody can sign in to."""
        if claimed is None or not (claimed.username or claimed.name):
            return self.actor
        name = claimed.username or claimed.name
        if name == self.actor:
            return name
        if found := self.trusted.get(name.lower()):
            return found
        base = _NOT_A_NAME.sub("-", name.partition(SIGN)[0]).strip("-")[:60] or "somebody"
        # Names that are made alike by it stay different people.
        if base != name.partition(SIGN)[0]:
            base += "-" + hashlib.sha256(name.encode()).hexdigest()[:6]
        known = f"{base}{SIGN}{self.set.slug}"
        self.people.setdefault(known, claimed)
        return known

    def _uuid(self, name: str, content: str) -> UUID:
        """That of the file where it has one, else one made of its name or content, in this set, so
        that it is the same when it comes again."""
        if found := _UUID.findall(name):
            return UUID(found[-1])
        return self._own(name or content)

    def _own(self, name: str) -> UUID:
        return uuid5(UUID(int=self.set.pk), f"{self.brought.site}|{name}")

    def _compare(self, rows: Sequence[Row]) -> None:
        """Finds what is here already, and what of it is another."""
        known = {one.uuid: one for one in _with_uuids([row.uuid for row in rows])}
        for row in rows:
            found = known.get(row.uuid)
            if found is not None and found.annotation_set_id != self.set.pk:
                row.uuid = self._own(str(row.uuid))
        again = {one.uuid: one for one in _with_uuids([row.uuid for row in rows])}
        for row in rows:
            here = again.get(row.uuid)
            if here is None or here.annotation_set_id != self.set.pk or row.fate == LOST:
                continue
            row.here = here
            row.fate, says = self._fate(row, here)
            row.says = says if row.fate != CHANGED else row.says + says

    def _fate(self, row: Row, here: Annotation) -> tuple[str, list[str]]:
        if here.deleted_at is not None:
            return DELETED, []
        if here.visibility == Sharing.PRIVATE and here.author.username != self.actor:
            # Whether the file has its very words is nobody else's business.
            return KEPT, ["It stays: only who wrote it changes it."]
        passage = row.passage
        assert passage is not None
        differs = []
        if here.note != row.brought.note:
            differs.append("note")
        if (here.start, here.end) != (passage.start, passage.end) and here.quote != passage.quote:
            differs.append("passage")
        matched = {item.theme.key: item.match for item in self.themes}
        wanted = {str(matched.get(key) or f"+{key}") for key in row.brought.themes}
        wanted = {one for one in wanted if one.removeprefix("+") in self.keys or one.isdigit()}
        if set(here.theme_ids.split()) != wanted:
            differs.append("themes")
        if not differs:
            return SAME, []
        said = "Another " + " and other ".join(differs) + " than here."
        hers = here.author.username in (self.actor, row.author)
        hers = hers and (here.author.username == self.actor or SIGN in here.author.username)
        later = row.brought.modified is not None and row.brought.modified > here.modified
        if hers and later:
            return CHANGED, [said]
        why = "what is here was written later" if hers else "only who wrote it changes it"
        return KEPT, [f"{said} It stays: {why}."]

    def _answers(self, rows: Sequence[Row]) -> None:
        wanted = [
            (row, self._uuid(one.id, f"{row.uuid} {_content(one)}"), one)
            for row in rows
            if row.fate != LOST and row.fate != DELETED
            for one in row.brought.replies
        ]
        known = dict(_replies_of([uuid for _, uuid, _ in wanted]))
        for row, uuid, one in wanted:
            if not one.note.strip():
                continue
            if known.get(uuid, self.set.pk) != self.set.pk:
                uuid = self._own(str(uuid))
                known |= dict(_replies_of([uuid]))
            if uuid not in known:
                known[uuid] = self.set.pk
                row.replies.append((uuid, self._author(one.author), one))


def _content(one: BroughtAnnotation | BroughtReply) -> str:
    """What tells it from others where it has no name, wherever in the file it stands."""
    said = (one.note, one.author, one.created)
    return repr((one.target, one.themes, *said) if isinstance(one, BroughtAnnotation) else said)


def _once(rows: Sequence[Row]) -> tuple[list[Row], list[tuple[str, str]]]:
    """Each annotation once: the last of several is meant; and what is to be said of the others."""
    last = {row.uuid: row for row in rows}
    twice = [row.brought.place for row in rows if last[row.uuid] is not row]
    said = "It stands in the file once more: the last one counts."
    return [row for row in rows if last[row.uuid] is row], [(place, said) for place in twice]


def _with_uuids(uuids: Sequence[UUID]) -> Iterable[Annotation]:
    for at in range(0, len(uuids), 500):
        rows = Annotation.objects.filter(uuid__in=uuids[at : at + 500]).order_by()
        yield from rows.select_related("author", "edition").defer(
            *(f"edition__{name}" for name in ("text", "blocks", "spans", "source"))
        )


def _replies_of(uuids: Sequence[UUID]) -> Iterable[tuple[UUID, int]]:
    for at in range(0, len(uuids), 500):
        rows = Reply.objects.filter(uuid__in=uuids[at : at + 500]).order_by()
        yield from rows.values_list("uuid", "annotation__annotation_set")


def not_later(at: datetime | None, than: datetime | None = None) -> datetime:
    """A time of the file as far as it can be: nothing was written in the future."""
    now = than or timezone.now()
    return min(at, now) if at else now


def _mark_of(plan: Plan) -> str:
    said = [(row.fate, str(row.uuid), row.passage, len(row.replies)) for row in plan.rows]
    said += [(item.what, item.number, item.match) for item in plan.themes]  # type: ignore[misc]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:24]
