"""Volumes, their sections and their documents."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse


class VolumeQuerySet(models.QuerySet["Volume"]):
    def listed(self) -> VolumeQuerySet:
        """What everyone finds in lists, search and sitemap."""
        return self.filter(is_listed=True)

    def listed_for(self, user: Any) -> VolumeQuerySet:
        """What this user finds: all that is listed, and her own; a superuser finds everything.

        An unlisted volume can still be read by whoever has its address.
        """
        if user.is_superuser:
            return self
        if user.pk is None:
            return self.listed()
        return self.filter(Q(is_listed=True) | Q(owner=user.pk))


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
    # Where a text that someone brought was found: words or an address, with no documents below it.
    source = models.TextField(blank=True)
    # A volume of someone's own: documents that she brought, found by nobody else unless listed.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="volumes",
    )
    is_listed = models.BooleanField(default=True)
    # When an import last changed anything of it: with an edition's digest, the key of caches.
    imported_at = models.DateTimeField(auto_now_add=True)

    objects = VolumeQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title

    def is_found_by(self, user: Any) -> bool:
        """Whether lists show it to this user: the rule of ``listed_for``, for one volume."""
        return bool(self.is_listed or user.is_superuser or (user.pk and self.owner_id == user.pk))

    @property
    def short_title(self) -> str:
        """The title as a breadcrumb has room for it."""
        return self.title.replace("Foreign Relations of the United States", "FRUS")

    def get_absolute_url(self) -> str:
        return reverse("archive:volume", args=[self.slug])


class Section(models.Model):
    """A compilation, chapter or subchapter: what holds documents, and others of its kind.

    ``position`` is that of the first document in it: sections and documents share one order.
    """

    volume = models.ForeignKey(Volume, on_delete=models.CASCADE, related_name="sections")
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="children"
    )
    slug = models.SlugField(max_length=100)
    kind = models.CharField(max_length=40, blank=True)
    heading = models.TextField(blank=True)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["volume", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["volume", "slug"], name="section_address_unique"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="section_not_in_itself"),
        ]

    def __str__(self) -> str:
        return self.heading or self.slug

    def get_absolute_url(self) -> str:
        return f"{self.volume.get_absolute_url()}#{self.slug}"


class DocumentQuerySet(models.QuerySet["Document"]):
    def at(self, volume: str, slug: str) -> DocumentQuerySet:
        """The document at an address, with its volume."""
        return self.filter(volume__slug=volume, slug=slug).select_related("volume")

    def in_reading_order(self) -> DocumentQuerySet:
        return self.order_by("volume__slug", "position")


class Document(models.Model):
    volume = models.ForeignKey(Volume, on_delete=models.PROTECT, related_name="documents")
    section = models.ForeignKey(
        Section, on_delete=models.SET_NULL, null=True, blank=True, related_name="documents"
    )
    slug = models.SlugField(max_length=100)
    number = models.CharField(max_length=30, blank=True)
    # A thousand times the number where it has one: a part of a volume gives the same as the whole.
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=40, default="historical-document")
    heading = models.TextField()
    subject = models.TextField(blank=True)
    place = models.TextField(blank=True)
    date_min = models.DateField(null=True, blank=True)
    date_max = models.DateField(null=True, blank=True)
    date_text = models.TextField(blank=True)
    # How exactly the source dates it: time, day, month, year, range, or empty.
    date_precision = models.CharField(max_length=10, blank=True)
    # The marking of the source note as it stands there, and its level, by which one searches.
    classification = models.TextField(blank=True)
    level = models.CharField(max_length=30, blank=True)
    first_page = models.CharField(max_length=30, blank=True)
    last_page = models.CharField(max_length=30, blank=True)
    current = models.ForeignKey(
        "Edition", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["volume", "position"]
        indexes = [
            models.Index(fields=["date_min", "date_max"], name="document_dates"),
            models.Index(fields=["level"], name="document_level"),
        ]
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
