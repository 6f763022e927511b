"""What the indexes and pages of persons and of terms read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.paginator import Page, Paginator
from django.db.models import Count, Min, Q, QuerySet, Sum

from archive.models import Document, Person, PersonMention, Term, TermMention, Volume
from archive.names import folded
from archive.search.kwic import Context, around

ENTRIES_A_PAGE = 100
DOCUMENTS_A_PAGE = 20
_MENTIONS: dict[type, Any] = {Person: PersonMention, Term: TermMention}
E = TypeVar("E", Person, Term)


@dataclass(slots=True)
class IndexRow:
    """A line of an index: an entry, the others that are the same, the documents with any."""

    entry: Any
    others: list[Any] = field(default_factory=list)
    documents: int = 0

    @property
    def volumes(self) -> list[Volume]:
        """The volumes that name it, each once."""
        found = {one.volume_id: one.volume for one in (self.entry, *self.others)}
        return list(found.values())


Index = tuple[Page[Any], list[IndexRow]]


@dataclass(frozen=True, slots=True)
class Mentions:
    """A document that mentions someone: how often, and the first passages."""

    document: Document
    count: int
    context: Context

    @property
    def more(self) -> int:
        """How many passages are not shown."""
        shown = sum(1 for line in self.context.lines for piece in line.pieces if piece.marked)
        return max(0, self.context.places - shown)


@dataclass(frozen=True, slots=True)
class EntryPage:
    """A person or term: its entries in the volumes that one finds, and a page of documents."""

    entries: list[Any]
    page: Page[Any]
    mentions: list[Mentions]

    @property
    def first(self) -> Any:
        return self.entries[0]


def found_by(model: type[E], user: Any) -> QuerySet[E]:
    """The entries of the volumes that ``user`` finds."""
    volumes = Volume.objects.listed_for(user).order_by()
    return model.objects.filter(volume__in=volumes)


def persons_of(volume: Volume) -> QuerySet[Person]:
    """A volume's persons by name, with the number of documents that mention each as
    ``document_count``; one query."""
    return volume.persons.annotate(document_count=Count("mentions")).order_by("folded", "pk")


def terms_of(volume: Volume) -> QuerySet[Term]:
    """The same of its terms; one query."""
    return volume.terms.annotate(document_count=Count("mentions")).order_by("folded", "pk")


def fitting(letter: str, words: str) -> Q:
    """What fits a letter (``0``: none from a to z) and has all these words in its name."""
    fits = Q()
    if letter == "0":
        fits &= ~Q(folded__regex="^[a-z]")
    elif letter:
        fits &= Q(folded__startswith=letter)
    for word in folded(words).split():
        fits &= Q(folded__contains=word)
    return fits


def persons_page(
    user: Any, letter: str, words: str, number: Any
) -> tuple[Page[Any], list[IndexRow]]:
    """A page of all persons by name, merged ones as one; four queries at most."""
    seen = found_by(Person, user)
    fits = fitting(letter, words)
    merged = seen.filter(fits, authority__isnull=False).order_by().values("authority")
    heads = seen.filter(authority__in=merged).order_by().values("authority")
    one_each = heads.annotate(head=Min("pk")).values("head")
    page = _page(seen.filter(Q(pk__in=one_each) | (Q(authority=None) & fits)), number)
    rows = [IndexRow(entry) for entry in page.object_list]
    by_authority = {r.entry.authority_id: r for r in rows if r.entry.authority_id}
    for other in seen.filter(authority__in=by_authority).select_related("volume").order_by("pk"):
        row = by_authority[other.authority_id]
        if other.pk != row.entry.pk:
            row.others.append(other)
    return page, _counted(PersonMention, "person", rows)


def terms_page(user: Any, letter: str, words: str, number: Any) -> Index:
    """A page of all terms, those of one name and expansion as one; four queries."""
    seen = found_by(Term, user)
    fits = fitting(letter, words)
    heads = seen.filter(fits).order_by().values("sense").annotate(head=Min("pk"))
    page = _page(Term.objects.filter(pk__in=heads.values("head")), number)
    rows = [IndexRow(entry) for entry in page.object_list]
    by_sense = {row.entry.sense: row for row in rows}
    for other in seen.filter(sense__in=by_sense).select_related("volume").order_by("pk"):
        row = by_sense[other.sense]
        if other.pk != row.entry.pk:
            row.others.append(other)
    return page, _counted(TermMention, "term", rows)


def _page(entries: QuerySet[Any], number: Any) -> Page[Any]:
    ordered = entries.select_related("volume").order_by("folded", "pk")
    return Paginator(ordered, ENTRIES_A_PAGE).get_page(number)


def _counted(mentions: Any, name: str, rows: list[IndexRow]) -> list[IndexRow]:
    """Gives each row the number of documents that mention any of its entries; one query."""
    row_of = {one.pk: row for row in rows for one in (row.entry, *row.others)}
    found = mentions.objects.filter(**{f"{name}__in": list(row_of)}).order_by()
    for pk, number in found.values_list(name).annotate(number=Count("document")):
        row_of[pk].documents += number
    return rows


def person_entries(user: Any, pk: int) -> list[Person]:
    """The entry of that key and those merged with it, the first one first; two queries at most."""
    seen = found_by(Person, user).select_related("volume", "authority")
    entry = seen.filter(pk=pk).first()
    if entry is None or entry.authority_id is None:
        return [entry] if entry else []
    return list(seen.filter(authority=entry.authority_id).order_by("pk"))


def term_entries(user: Any, pk: int) -> list[Term]:
    """The entry of that key and those of the same name and expansion; one query."""
    seen = found_by(Term, user)
    sense = Term.objects.filter(pk=pk).values("sense")
    found = list(seen.filter(sense__in=sense).select_related("volume").order_by("pk"))
    return found if any(one.pk == pk for one in found) else []


def entry_page(entries: Sequence[Any], number: Any) -> EntryPage:
    """The documents that mention any of these entries, with passages; three queries."""
    model = type(entries[0])
    name = model.__name__.lower()
    mentions = _MENTIONS[model].objects.filter(**{f"{name}__in": [one.pk for one in entries]})
    counted = mentions.values_list("document").annotate(total=Sum("count"))
    ordered = counted.order_by("document__volume__slug", "document__position", "document__slug")
    page = Paginator(ordered, DOCUMENTS_A_PAGE).get_page(number)
    counts: dict[int, int] = dict(page.object_list)
    keys = defaultdict(set)
    for one in entries:
        keys[one.volume_id].add(one.key)
    documents = _with_text(counts)
    found = [
        Mentions(documents[pk], count, _context(documents[pk], name, keys))
        for pk, count in counts.items()
        if pk in documents
    ]
    return EntryPage(list(entries), page, found)


def _with_text(documents: Iterable[int]) -> dict[int, Document]:
    found = Document.objects.filter(pk__in=list(documents), current__isnull=False)
    return {
        one.pk: one for one in found.select_related("volume", "current").defer("current__source")
    }


def _context(document: Document, kind: str, keys: dict[int, set[str]]) -> Context:
    edition, wanted = document.current, keys[document.volume_id]
    assert edition is not None
    ranges = ((s[1], s[2]) for s in edition.spans if s[0] == kind and s[3] in wanted)
    return around(edition.text, edition.blocks, ranges)
