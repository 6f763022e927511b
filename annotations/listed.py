"""The rows of a list of annotations as pages show them, and what its filters offer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html import unescape
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef
from django.utils.html import format_html_join, strip_tags
from django.utils.safestring import SafeString

from annotations.filters import NONE, QUESTIONS, REPLIES, SHARING, SORTS, STATES, Asked
from annotations.models import (
    Anchor,
    Annotation,
    AnnotationTheme,
    Group,
    GroupMember,
    Question,
    Reply,
    Sharing,
)
from annotations.naming import Person
from annotations.notices import in_text
from annotations.overlays import ThemeStyle
from annotations.palettes import palette_of
from annotations.passages import shorten
from annotations.sights import Sight
from archive.models import Document

QUOTE, NOTE, AROUND = 260, 220, 48
A_WHILE = timedelta(minutes=1)
_ON = {True: SafeString(" selected"), False: ""}
_TICKED = {True: SafeString(" checked"), False: ""}


@dataclass(frozen=True, slots=True)
class Line:
    """An annotation in the list. ``before`` and ``behind`` are the words around its passage; of a
    long one only the beginning is in ``quote``, and nothing is behind it."""

    uuid: UUID
    document: Document
    href: str
    page: str
    before: str
    quote: str
    behind: str
    note: str
    chips: Sequence[ThemeStyle]
    author: Person
    mine: bool
    created: datetime
    changed: datetime | None
    replies: int
    question: str
    private: bool
    hidden: bool
    reason: str
    review: bool
    coded_before: bool


def lines_of(sight: Sight, pks: Sequence[int]) -> list[Line]:
    """The annotations of these keys, in their order, as far as the viewer sees them: four queries,
    and one for the codebook until its themes are kept."""
    rows = sight.rows().filter(pk__in=pks).with_place()
    found = {one.pk: one for one in rows}
    answered = Reply.objects.order_by().filter(sight.replies(), annotation__in=list(found))
    replies = dict(answered.values_list("annotation").annotate(Count("pk")))
    links = AnnotationTheme.objects.filter(
        annotation__in=list(found), defined__lt=F("theme__defined")
    )
    before = set(links.values_list("annotation", flat=True))
    return [_line(sight, found[pk], replies.get(pk, 0), pk in before) for pk in pks if pk in found]


def _line(sight: Sight, one: Annotation, replies: int, coded_before: bool) -> Line:
    room = sight.annotation_set
    quote = shorten(one.quote, QUOTE)
    whole = not quote.endswith("…") or one.quote.rstrip().endswith("…")
    touched = one.modified - one.created > A_WHILE
    return Line(
        uuid=one.uuid,
        document=one.edition.document,
        href=in_text(one, room),
        page=one.get_absolute_url(),
        before=_ending(one.prefix),
        quote=quote,
        behind=_beginning(one.suffix) if whole else "",
        # A note is cleaned when it is written, and here only its words are left.
        note=shorten(unescape(strip_tags(one.note_html.replace("</p>", " "))), NOTE),
        chips=palette_of(room.codebook.pk, room.codebook.revision).chosen(one.theme_ids),
        author=sight.names.author(one, room.pk),
        mine=one.author_id == sight.viewer.user_id,
        created=one.created,
        changed=one.modified if touched else None,
        replies=replies,
        question="" if one.question == Question.NONE else one.question,
        private=one.visibility == Sharing.PRIVATE,
        hidden=one.hidden_at is not None,
        reason=one.hidden_reason,
        review=one.anchor != Anchor.SURE,
        coded_before=coded_before,
    )


def _ending(text: str) -> str:
    """The last words of what stands before a passage, in its own line."""
    line = text.rsplit("\n", 1)[-1]
    if len(line) <= AROUND:
        return line
    cut = line[-AROUND:]
    return "…" + cut[cut.find(" ") + 1 :]


def _beginning(text: str) -> str:
    line = text.split("\n", 1)[0]
    if len(line) <= AROUND:
        return line
    cut = line[:AROUND]
    return (cut[: cut.rfind(" ")] if " " in cut else cut) + "…"


class Filter(NamedTuple):
    """A choice among some: its name in the address, its label, the word for no choice, and value,
    label, whether it is chosen."""

    name: str
    label: str
    everything: str
    choices: list[tuple[str, str, bool]]

    @property
    def html(self) -> SafeString:
        """The options: hundreds, for which a template takes ten times as long."""
        options = ((key, _ON[on], words) for key, words, on in self.choices)
        return format_html_join("", '<option value="{}"{}>{}</option>', options)


class Ticks(NamedTuple):
    """A choice of several among some: value, label, whether it is chosen, and classes of each."""

    name: str
    label: str
    everything: str
    items: list[tuple[str, str, bool, str]]

    @property
    def on(self) -> int:
        return sum(chosen for _, _, chosen, _ in self.items)

    @property
    def html(self) -> SafeString:
        """The boxes, as the options of a Filter."""
        boxes = ((kind, self.name, key, _TICKED[on], words) for key, words, on, kind in self.items)
        box = '<label class="{}"><input type="checkbox" name="{}" value="{}"{}> {}</label>'
        return format_html_join("", box, boxes)


def offered(sight: Sight, asked: Asked) -> dict[str, Any]:
    """What the form of the filters shows: at most eight queries."""
    groups: list[tuple[str, str]] = []
    if sight.annotation_set.groups_apart or sight.manages:
        groups = groups_of(sight)
    if groups:
        groups = [*groups, (NONE, "in no group")]
    selects = [
        _choice("group", "Group", "all groups", groups, asked.group),
        _choice("document", "Document", "all documents", documents_of(sight), asked.document),
        _choice("question", "Questions", "with and without", QUESTIONS.items(), asked.question),
        _choice("replies", "Replies", "with and without", REPLIES.items(), asked.replies),
        _choice("state", "State", "in any state", _states(sight).items(), asked.state),
    ]
    if sight.viewer.user_id is not None:
        sharing = SHARING.items()
        selects.append(_choice("sharing", "Who sees it", "shared or not", sharing, asked.sharing))
    return {
        "ticks": [one for one in (_themes(sight, asked), _authors(sight, asked)) if one.items],
        "selects": [one for one in selects if one.choices],
        "sorts": [(name, label, name == asked.order) for name, label in SORTS.items()],
    }


def _themes(sight: Sight, asked: Asked) -> Ticks:
    codebook = sight.annotation_set.codebook
    themes = palette_of(codebook.pk, codebook.revision).themes
    items = [(one.slug, one.name, one.slug in asked.theme, f"depth{one.depth}") for one in themes]
    if items:
        items.append((NONE, "without a theme", NONE in asked.theme, "apart"))
    return Ticks("theme", "Themes", "all", items)


def _authors(sight: Sight, asked: Asked) -> Ticks:
    authors = sight.authors.values()
    items = [(one.key, one.name, one.key in asked.author, "") for one in authors]
    return Ticks("author", "Authors", "everyone", items if len(items) > 1 or asked.author else [])


def _choice(name: str, label: str, everything: str, given: Any, chosen: str) -> Filter:
    return Filter(name, label, everything, [(key, words, key == chosen) for key, words in given])


def _states(sight: Sight) -> dict[str, str]:
    return {name: words for name, words in STATES.items() if name != "hidden" or sight.manages}


def documents_of(sight: Sight) -> list[tuple[str, str]]:
    """The documents to choose from: address and heading, in the set's order; one query."""
    rows = sight.annotation_set.set_documents.order_by("position", "pk").values_list(
        "document__volume__slug", "document__slug", "document__heading"
    )
    return [(f"{volume}/{slug}", shorten(heading, 90)) for volume, slug, heading in rows]


def groups_of(sight: Sight) -> list[tuple[str, str]]:
    """The groups to choose from: all for those who manage the set, else one's own; one query."""
    groups = Group.objects.filter(annotation_set=sight.annotation_set)
    if not sight.manages:
        hers = GroupMember.objects.order_by().filter(user=sight.viewer.user_id or 0)
        groups = groups.filter(Exists(hers.filter(group=OuterRef("pk"))))
    return [(str(pk), name) for pk, name in groups.values_list("pk", "name")]


class Narrowing(NamedTuple):
    """A filter that is on, in words, and what is asked for without it."""

    label: str
    words: str
    without: Asked


def narrowings(sight: Sight, asked: Asked) -> list[Narrowing]:
    """The filters that are on; up to four queries, for the names that they need."""
    found = [
        Narrowing("theme", name, replace(asked, theme=_less(asked.theme, slug)))
        for slug, name in _theme_names(sight, asked)
    ]
    if asked.author:
        names = {key: one.name for key, one in sight.authors.items()}
        found += [
            Narrowing("by", names.get(key, key), replace(asked, author=_less(asked.author, key)))
            for key in asked.author
        ]
    words = {"question": QUESTIONS, "replies": REPLIES, "sharing": SHARING, "state": STATES}
    for name, known in words.items():
        if value := getattr(asked, name):
            found.append(Narrowing("", known[value], asked.without(name)))
    if asked.group:
        name = {NONE: "none"}.get(asked.group) or dict(groups_of(sight)).get(asked.group, "?")
        found.append(Narrowing("group", name, asked.without("group")))
    if asked.document:
        heading = dict(documents_of(sight)).get(asked.document, asked.document)
        found.append(Narrowing("in", shorten(heading, 50), asked.without("document")))
    plain = {"since": "from", "until": "to", "q": "with"}
    for name, label in plain.items():
        if value := getattr(asked, name):
            found.append(Narrowing(label, value, asked.without(name)))
    if asked.mine:
        found.append(Narrowing("", "my own", asked.without("mine")))
    return found


def _less(values: tuple[str, ...], one: str) -> tuple[str, ...]:
    return tuple(value for value in values if value != one)


def _theme_names(sight: Sight, asked: Asked) -> list[tuple[str, str]]:
    codebook = sight.annotation_set.codebook
    names = palette_of(codebook.pk, codebook.revision).names
    return [(slug, "none" if slug == NONE else names.get(slug, slug)) for slug in asked.theme]
