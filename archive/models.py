"""Volumes, documents and their apparatus. Reads are QuerySet methods in domain words."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from archive.text import Note, Text, unpack_blocks, unpack_spans


class Volume(models.Model):
    slug = models.SlugField(max_length=100, unique=True)
    title = models.TextField()
    subtitle = models.TextField(blank=True)
    series = models.TextField(blank=True)
    number = models.CharField(max_length=60, blank=True)
    editors = models.JSONField(default=list)
    publisher = models.TextField(blank=True)
    place = models.TextField(blank=True)
    year = models.CharField(max_length=30, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    licence = models.TextField(blank=True)
    # When an import last changed anything of it: with an edition's digest, the key of caches.
    imported_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title

    @property
    def short_title(self) -> str:
        """The title as a breadcrumb has room for it."""
        return self.title.replace("Foreign Relations of the United States", "FRUS")

    def get_absolute_url(self) -> str:
        return reverse("archive:volume", args=[self.slug])


class DocumentQuerySet(models.QuerySet["Document"]):
    def at(self, volume: str, slug: str) -> DocumentQuerySet:
        """The document at an address, with its volume."""
        return self.filter(volume__slug=volume, slug=slug).select_related("volume")

    def in_reading_order(self) -> DocumentQuerySet:
        return self.order_by("volume__slug", "position")


class Document(models.Model):
    volume = models.ForeignKey(Volume, on_delete=models.PROTECT, related_name="documents")
    slug = models.SlugField(max_length=100)
    number = models.CharField(max_length=30, blank=True)
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=40, default="historical-document")
    heading = models.TextField()
    subject = models.TextField(blank=True)
    place = models.TextField(blank=True)
    date_min = models.DateField(null=True, blank=True)
    date_max = models.DateField(null=True, blank=True)
    date_text = models.TextField(blank=True)
    first_page = models.CharField(max_length=30, blank=True)
    last_page = models.CharField(max_length=30, blank=True)
    current = models.ForeignKey(
        "Edition", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["volume", "position"]
        constraints = [
            models.UniqueConstraint(fields=["volume", "slug"], name="document_address_unique"),
            models.CheckConstraint(
                condition=Q(date_min__isnull=True) | Q(date_max__gte=F("date_min")),
                name="document_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.heading

    @property
    def title(self) -> str:
        """The heading without the number in front of it."""
        return self.heading.removeprefix(f"{self.number}.").strip() if self.number else self.heading

    @property
    def public_url(self) -> str:
        """The publisher's address of this document."""
        return f"{self.volume.source_url.rstrip('/')}/{self.slug}" if self.volume.source_url else ""

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.volume.slug, self.slug])


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
    source = models.TextField(blank=True)
    source_format = models.CharField(
        max_length=10, choices=[("tei", "TEI"), ("text", "plain text")]
    )
    source_name = models.TextField(blank=True)
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


class Entry(models.Model):
    """An entry of a volume's lists: ``key`` is the xml:id that mentions point to."""

    key = models.CharField(max_length=100)
    name = models.TextField()
    description = models.TextField(blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Person(Entry):
    volume = models.ForeignKey(Volume, on_delete=models.CASCADE, related_name="persons")

    class Meta:
        ordering = ["volume", "name"]
        constraints = [models.UniqueConstraint(fields=["volume", "key"], name="person_key_unique")]


class Term(Entry):
    volume = models.ForeignKey(Volume, on_delete=models.CASCADE, related_name="terms")

    class Meta:
        ordering = ["volume", "name"]
        constraints = [models.UniqueConstraint(fields=["volume", "key"], name="term_key_unique")]
