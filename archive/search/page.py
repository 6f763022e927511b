"""A search's page as values: hits with their lines and links, and what narrows the search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from archive.importers.markings import LEVELS
from archive.models import Document, Footnote, Volume
from archive.search.asked import DATE, RELEVANCE, SORTS, Asked
from archive.search.find import PAGE, Found, find
from archive.search.kwic import Context, Piece, in_context

# What the publisher tells apart; a search may find others.
KINDS = ("editorial-note", "historical-document")
VOLUMES_SHOWN, NAMES_SHOWN = 8, 5


@dataclass(frozen=True, slots=True)
class HitLine:
    """A line of a hit, as HTML; ``place`` says which note it stands in, and is empty in the body.

    ``marks`` is the number of places that are marked in it.
    """

    html: SafeString
    marks: int
    href: str
    place: str


@dataclass(frozen=True, slots=True)
class Hit:
    document: Document
    href: str
    level: str
    lines: tuple[HitLine, ...]
    # How many places of the document have the words that no line shows.
    others: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that narrows the search, or no longer does; ``count`` is None where none is known."""

    name: str
    href: str
    count: int | None = None
    value: str = ""
    on: bool = False


@dataclass(frozen=True, slots=True)
class SearchPage:
    asked: Asked
    found: Found
    hits: tuple[Hit, ...]
    facets: tuple[tuple[str, tuple[Choice, ...]], ...]
    volumes: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    levels: tuple[Choice, ...]
    sorts: tuple[Choice, ...]
    # The filters that are on, each with the address without it.
    chosen: tuple[Choice, ...]
    earlier: str
    further: str

    @property
    def count(self) -> str:
        """How many documents were found, in words for the page."""
        total = self.found.total
        more = "More than " if self.found.is_more else ""
        return f"{more}{total:,} document{'' if total == 1 else 's'}"

    @property
    def ranked(self) -> str:
        """What was compared where it was not everything, else empty."""
        return f"{self.found.ranked:,} of them" if self.found.ranked else ""

    @property
    def persons(self) -> str:
        names = self.found.persons
        more = f"; and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
        return "; ".join(names[:NAMES_SHOWN]) + more

    @property
    def is_wordless(self) -> bool:
        """Nothing was typed that could be looked for, and no filter is on."""
        return self.found.query.tree is None and not self.asked.is_filtered

    @property
    def first(self) -> int:
        return (self.found.page - 1) * PAGE + 1

    @property
    def unfiltered(self) -> str:
        return Asked(self.asked.q, sort=self.asked.sort).address()


def search_page(asked: Asked, visible: QuerySet[Volume]) -> SearchPage:
    """All that the page shows. ``visible`` are the volumes that the viewer finds.

    Queries: the volumes, and three of ``find`` where something matches (one where nothing does);
    one for the labels of notes where a line stands in one; one for a person.
    """
    titles = {v.pk: v for v in visible.only("slug", "title")}
    found = find(asked, visible)
    by_slug = Counter({titles[pk].slug: n for pk, n in found.volumes.items() if pk in titles})
    names = {v.slug: v.short_title for v in titles.values()}
    volumes = _choices(asked, "volume", names, by_slug)
    known = sorted({*KINDS, *found.kinds, asked.kind} - {""})
    kinds = _choices(asked, "kind", {kind: kind_name(kind) for kind in known}, found.kinds)
    levels = _choices(asked, "level", LEVELS, found.levels)
    facets = [
        (name, tuple(c for c in choices if c.count))
        for name, choices in (
            ("Volume", sorted(volumes, key=lambda c: -(c.count or 0))[:VOLUMES_SHOWN]),
            ("Kind", kinds),
            ("Marking", levels),
        )
    ]
    return SearchPage(
        asked,
        found,
        _hits(found),
        tuple((name, choices) for name, choices in facets if len(choices) > 1),
        volumes,
        kinds,
        levels,
        _sorts(asked),
        _chosen(asked, names),
        asked.address(page=found.page - 1) if found.page > 1 else "",
        asked.address(page=found.page + 1) if found.page < found.pages else "",
    )


def kind_name(kind: str) -> str:
    """A kind in words: ``historical-document`` is "Historical document"."""
    return kind.replace("-", " ").capitalize() or "Other"


def _choices(
    asked: Asked, field: str, names: Mapping[str, str], counts: Counter[str]
) -> tuple[Choice, ...]:
    now = getattr(asked, field)
    return tuple(
        Choice(name, asked.address(**{field: value}), counts.get(value), value, value == now)
        for value, name in names.items()
    )


def _sorts(asked: Asked) -> tuple[Choice, ...]:
    now = (asked.sort or RELEVANCE) if asked.q else DATE
    names = SORTS if asked.q else {DATE: SORTS[DATE]}
    return tuple(
        Choice(name, asked.address(sort=value if value != RELEVANCE else ""), on=value == now)
        for value, name in names.items()
    )


def _chosen(asked: Asked, volumes: Mapping[str, str]) -> tuple[Choice, ...]:
    shown = {
        "volume": volumes.get(asked.volume, asked.volume),
        "since": f"from {asked.since}",
        "until": f"until {asked.until}",
        "person": f"mentions {asked.person}",
        "place": f"written at {asked.place}",
        "kind": kind_name(asked.kind),
        "level": LEVELS.get(asked.level, asked.level),
    }
    return tuple(
        Choice(name, asked.address(**{field: ""}), value=field)
        for field, name in shown.items()
        if getattr(asked, field)
    )


def _hits(found: Found) -> tuple[Hit, ...]:
    terms = found.query.sought()
    contexts = []
    for document in found.documents:
        assert document.current is not None
        edition = document.current
        contexts.append(in_context(edition.text, edition.blocks, terms))
    labels = _labels(found.documents, contexts)
    return tuple(
        _hit(document, context, labels)
        for document, context in zip(found.documents, contexts, strict=True)
    )


def _hit(document: Document, context: Context, labels: Mapping[tuple[int, str], str]) -> Hit:
    href, edition = document.get_absolute_url(), document.current_id or 0
    lines = tuple(
        HitLine(
            _marked(line.pieces),
            sum(piece.marked for piece in line.pieces),
            f"{href}?find={line.start}-{line.end}#b{line.block}",
            labels.get((edition, line.note), "Note") if line.note else "",
        )
        for line in context.lines
    )
    shown = sum(line.marks for line in lines)
    level = LEVELS.get(document.level, "")
    return Hit(document, href, level, lines, context.places - shown)


def _marked(pieces: Sequence[Piece]) -> SafeString:
    """A line as HTML, its text escaped: a template would take several times as long."""
    return mark_safe(  # noqa: S308 (every piece is escaped)
        "".join(
            f"<mark>{escape(piece.words)}</mark>" if piece.marked else escape(piece.words)
            for piece in pieces
        )
    )


def _labels(
    documents: Sequence[Document], contexts: Sequence[Context]
) -> dict[tuple[int, str], str]:
    """What to call the notes that lines stand in, by edition and key; one query, or none."""
    editions, keys = set(), set()
    for document, context in zip(documents, contexts, strict=True):
        noted = {line.note for line in context.lines if line.note}
        if noted:
            editions.add(document.current_id)
            keys |= noted
    if not keys:
        return {}
    rows = Footnote.objects.filter(edition__in=editions, key__in=keys).order_by()
    return {
        (edition, key): "Source note" if kind == "source" else f"Note {label}".strip()
        for edition, key, label, kind in rows.values_list("edition", "key", "label", "kind")
    }
