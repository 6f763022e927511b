"""Editions of documents, and the footnotes that are part of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from archive.models.imports import Import
from archive.models.volumes import Document
from archive.text import Note, Text, unpack_blocks, unpack_spans

FORMATS = [("tei", "TEI"), ("text", "plain text"), ("html", "HTML"), ("docx", "DOCX")]


class EditionQuerySet(models.QuerySet["Edition"]):
    def without_source(self) -> EditionQuerySet:
        """Leaves the imported bytes in the database: the reader never needs them."""
        return self.defer("source")


class Edition(models.Model):
    """One imported state of a document's text; it never changes in its characters."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    blocks = models.JSONField(default=list)
    spans = models.JSONField(default=list)
    # Of text, blocks, spans and notes together: what caches of this edition are keyed by.
    digest = models.CharField(max_length=64)
    # Of the text alone: whether an import brings another text is told without reading the old one.
    text_digest = models.CharField(max_length=64)
    source = models.TextField(blank=True)
    source_format = models.CharField(max_length=10, choices=FORMATS)
    source_name = models.TextField(blank=True)
    made_by = models.ForeignKey(
        Import, on_delete=models.SET_NULL, null=True, blank=True, related_name="editions"
    )
    imported_at = models.DateTimeField(auto_now_add=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        ordering = ["document", "number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="edition_number_unique")
        ]

    def __str__(self) -> str:
        return f"{self.document_id}, edition {self.number}"

    def as_text(self) -> Text:
        """The edition as plain values; one query for its footnotes unless they are prefetched."""
        return Text(
            text=self.text,
            blocks=unpack_blocks(self.blocks),
            spans=unpack_spans(self.spans),
            notes=tuple(f.as_note() for f in self.footnotes.all()),
        )


class Footnote(models.Model):
    """An entry of an edition's apparatus. Offsets are code points of the edition's text."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="footnotes")
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=100)
    label = models.CharField(max_length=30, blank=True)
    kind = models.CharField(
        max_length=20, choices=[("source", "source note"), ("editorial", "editorial note")]
    )
    call = models.PositiveIntegerField(null=True, blank=True)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        ordering = ["edition", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "position"], name="footnote_position_unique"
            ),
            models.UniqueConstraint(fields=["edition", "key"], name="footnote_key_unique"),
            models.CheckConstraint(
                condition=Q(end__gte=F("start")), name="footnote_range_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.key

    def as_note(self) -> Note:
        return Note(self.key, self.label, self.kind, self.call, self.start, self.end)
