"""Editions made ready for reading and kept in the process: a digest names what never changes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import CharField, TextField, Value
from django.urls import reverse

from archive.kept import Kept
from archive.models import Document, Edition, Person, Section, Term
from archive.render import Layout, prepare
from archive.text import SpanKind, Text

PUBLIC = "https://history.state.gov/historicaldocuments"
# The letter after a number is the document's ("d12a"), not the first of a note's "fn" ("d12fn3").
_DOCUMENT = r"(?:d|ch|comp)\d+(?:[a-z](?=fn\d|[\W_]|$))?"
_TARGET = re.compile(rf"^(?P<volume>[\w.-]*)#(?P<key>(?P<document>{_DOCUMENT})?[\w.-]*)$")


@dataclass(frozen=True, slots=True)
class EntryValue:
    """A person or term that a document mentions."""

    key: str
    name: str
    description: str
    kind: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All of an edition that its page shows before anyone has annotated it."""

    layout: Layout
    entries: tuple[EntryValue, ...]

    @property
    def text(self) -> Text:
        return self.layout.text

    def block_at(self, offset: int) -> int:
        """The index of the block at an offset; the line feed before a block counts with it."""
        ends = [block.end for block in self.layout.blocks]
        return min(bisect_right(ends, offset), len(ends) - 1)

    def blocks_in(self, start: int, end: int) -> range:
        """The indexes of the blocks that ``[start, end)`` touches."""
        return range(self.block_at(start), self.block_at(end - 1) + 1)


_kept: Kept[Reading] = Kept(64)


def reading_of(document: Document) -> Reading:
    """The current edition of ``document`` (with its volume): three queries, or none."""
    edition = document.current
    if edition is None:
        raise ValueError(f"{document.slug} has no edition yet.")
    return _kept.made(
        (edition.pk, edition.digest, document.volume.imported_at),
        lambda: _make(document, Edition.objects.without_source().get(pk=edition.pk)),
    )


def _make(document: Document, edition: Edition) -> Reading:
    text = edition.as_text()
    entries, here = _entries(document, text)
    return Reading(prepare(text, _resolver(document, here)), entries)


def _entries(document: Document, text: Text) -> tuple[tuple[EntryValue, ...], dict[str, str]]:
    """The entries mentioned, and what is referred to of the volume's documents and sections, each
    with which of the two it is; one query."""
    refs: dict[str, set[str]] = {SpanKind.PERSON: set(), SpanKind.TERM: set(), SpanKind.REF: set()}
    for span in text.spans:
        if span.kind in refs:
            refs[span.kind].add(span.ref)
    if not any(refs.values()):
        return (), {}
    targets = {m["document"] for ref in refs[SpanKind.REF] if (m := _TARGET.match(ref))}
    volume = document.volume_id
    empty = Value("", output_field=TextField())
    rows = (
        Person.objects.filter(volume=volume, key__in=refs[SpanKind.PERSON])
        .order_by()
        .values_list("key", "name", "description", _kind("person"))
        .union(
            Term.objects.filter(volume=volume, key__in=refs[SpanKind.TERM])
            .order_by()
            .values_list("key", "name", "description", _kind("term")),
            Document.objects.filter(volume=volume, slug__in=targets - {None})
            .order_by()
            .values_list("slug", empty, empty, _kind("document")),
            Section.objects.filter(volume=volume, slug__in=targets - {None})
            .order_by()
            .values_list("slug", empty, empty, _kind("section")),
            all=True,
        )
    )
    found = [EntryValue(*row) for row in rows]
    here = {e.key: e.kind for e in found if e.kind in ("document", "section")}
    entries = (e for e in found if e.kind not in ("document", "section"))
    return tuple(sorted(entries, key=lambda e: (e.kind, e.name))), here


def _kind(name: str) -> Value:
    return Value(name, output_field=CharField())


def _resolver(document: Document, here: dict[str, str]) -> Callable[[str], str | None]:
    """Where a cross-reference leads: a document or chapter here, else the publisher's page."""
    own, volume = document.slug, document.volume

    def resolve(target: str) -> str | None:
        if target.startswith(("https://", "http://")):
            return target
        match = _TARGET.match(target)
        if not match:
            return None
        slug, key = match["document"], match["key"]
        if match["volume"] and match["volume"] != volume.slug:
            return f"{PUBLIC}/{match['volume']}/{slug or key}"
        if slug is None:
            return f"#{key}"
        note = f"#n-{key}" if key != slug else ""
        if slug == own:
            return note or "#text"
        if here.get(slug) == "section":
            return f"{volume.get_absolute_url()}#{slug}"
        if slug in here:
            return reverse("document", args=[volume.slug, slug]) + note
        return f"{volume.source_url.rstrip('/')}/{slug}" if volume.source_url else None

    return resolve
