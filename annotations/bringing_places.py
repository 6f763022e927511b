"""The documents and passages that a file names, in the texts that are here.

Nothing that a file says is believed before the words are found where it says they are.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Q

from annotations.anchoring import regions_of
from annotations.anchoring.elsewhere import Finder
from annotations.formats.brought import Brought, Target
from annotations.models import AnnotationSet
from annotations.passages import MAX_LENGTH, Passage, passage_at, shorten
from archive.addresses import wanted
from archive.models import Document, Edition


class Placed(NamedTuple):
    """Where a file's annotation stands: ``is_sure`` when its very words are there, and nowhere else
    in that context."""

    document: Document
    edition: Edition
    passage: Passage
    is_sure: bool


class Places:
    """Looks them up; what is read of a text is read once."""

    def __init__(self, annotation_set: AnnotationSet, brought: Brought) -> None:
        self.set, self.brought = annotation_set, brought
        self._documents: dict[tuple[str, ...], Document | None] = {}
        self._meant: dict[tuple[int, str, str], int] = {}
        self._editions: dict[int, Edition] = {}
        self._finders: dict[int, Finder] = {}
        self._regions: dict[int, list[tuple[int, int]]] = {}
        self._by_words: dict[str, Document] = {}

    def of(self, target: Target) -> Placed | str:
        """Where the target is, or a sentence that says why it is nowhere."""
        names = list(target.names)
        own = self.brought.texts.get(target.text)
        if own is not None:
            names += own.names
        document = self._document(tuple(names))
        if document is None and own is not None:
            document = self._same(own.text)
        if document is None:
            known = next((name for name in names if name), "")
            which = f"“{shorten(known, 80)}” is" if known else "Its document is not named, so it is"
            return f"{which} no document of this server: bring the text in first."
        words = own.text if own else None
        edition = self._edition(document, target, words)
        found = self._found(edition, target, words)
        if found is None:
            return "Its words are not in the document as it is here."
        return Placed(document, edition, *found)

    def _document(self, names: tuple[str, ...]) -> Document | None:
        if names not in self._documents:
            self._documents[names] = next(filter(None, map(self._named, names)), None)
        return self._documents[names]

    def _named(self, name: str) -> Document | None:
        meant = wanted(name.strip())
        if meant is None or not meant.volume or not meant.name:
            return None
        return Document.objects.at(meant.volume, meant.name).filter(current__isnull=False).first()

    def _same(self, text: str) -> Document | None:
        """The document of the set that has this very text."""
        if not self._by_words:
            rows = Edition.objects.filter(
                document__set_documents__annotation_set=self.set
            ).select_related("document__volume")
            for one in rows.defer("source", "blocks", "spans"):
                self._by_words[_even(one.text)] = one.document
        return self._by_words.get(_even(text))

    def _edition(self, document: Document, target: Target, own: str | None) -> Edition:
        """The edition of the target's digest, or with the file's own text; else the latest."""
        digest = target.digest.removeprefix("sha256:")
        asked = document.pk, digest, target.text
        if asked not in self._meant:
            named = document.editions.none()
            if digest:
                named = document.editions.filter(Q(digest=digest) | Q(text_digest=digest))
            elif own is not None:
                named = document.editions.filter(text=own)
            pk = named.order_by("number").values_list("pk", flat=True).last()
            self._meant[asked] = pk or document.current_id or 0
        key = self._meant[asked]
        if key not in self._editions:
            rows = Edition.objects.defer("source").prefetch_related("footnotes")
            self._editions[key] = rows.get(pk=key)
        return self._editions[key]

    def _found(
        self, edition: Edition, target: Target, own: str | None
    ) -> tuple[Passage, bool] | None:
        quote, prefix, suffix = target.quote, target.prefix, target.suffix
        start, end = target.start or 0, target.end or 0
        ranged = 0 <= start < end and end - start <= MAX_LENGTH
        if own is not None and ranged and end <= len(own):
            theirs = passage_at(own, start, end)
            quote, prefix, suffix = theirs.quote, theirs.prefix, theirs.suffix
        digest = target.digest.removeprefix("sha256:")
        counted = own == edition.text or digest in (edition.digest, edition.text_digest)
        if ranged and end <= len(edition.text):
            there = passage_at(edition.text, start, end)
            same = there.quote == quote
            around = (prefix, suffix) == (there.prefix, there.suffix)
            sure = (same and (counted or around)) or (counted and not quote)
            if sure and self._whole(edition, there):
                return there, True
        finder = self._finders.setdefault(edition.pk, Finder(edition.text))
        place = finder.find(quote, prefix, suffix, target.start)
        if place is None or place.end - place.start > MAX_LENGTH:
            return None
        passage = passage_at(edition.text, place.start, place.end)
        return (passage, place.sure) if self._whole(edition, passage) else None

    def _whole(self, edition: Edition, passage: Passage) -> bool:
        """Whether it lies in the body or in one note, as annotations do."""
        if edition.pk not in self._regions:
            self._regions[edition.pk] = regions_of(edition.as_text())
        inside = (a <= passage.start and passage.end <= b for a, b in self._regions[edition.pk])
        return bool(passage.quote.strip()) and any(inside)


def _even(text: str) -> str:
    """A text by its words alone: line ends, spaces and a mark at its beginning do not count."""
    return " ".join(text.replace("\ufeff", "").split())
