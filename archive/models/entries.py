"""The lists of persons and of terms, and which documents mention whom."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.text import slugify

from archive.models.volumes import Document, Volume
from archive.names import MAX_FOLDED, folded, sense_of


class Entry(models.Model):
    """An entry of a volume's lists: ``key`` is the xml:id that mentions point to."""

    key = models.CharField(max_length=100)
    name = models.TextField()
    description = models.TextField(blank=True)
    # The name without case, accents and punctuation (archive.names): what lists sort by.
    folded = models.CharField(max_length=MAX_FOLDED, default="", editable=False, db_index=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def address_name(self) -> str:
        """The key and the name, as its address has them."""
        name = slugify(self.folded[:60])
        return f"{self.pk}-{name}" if name else str(self.pk)

    def fold(self) -> None:
        """Sets what follows from name and description; whoever changes these calls it."""
        self.folded = folded(self.name)


class Authority(models.Model):
    """One person across volumes: what entries of several volumes' lists were found to be.

    An authority record in the sense of libraries; someone merged the entries by hand.
    """

    name = models.TextField()
    description = models.TextField(blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "authorities"

    def __str__(self) -> str:
        return self.name


class Person(Entry):
    volume = models.ForeignKey(Volume, on_delete=models.CASCADE, related_name="persons")
    authority = models.ForeignKey(
        Authority, on_delete=models.SET_NULL, null=True, blank=True, related_name="persons"
    )

    class Meta:
        ordering = ["volume", "name"]
        constraints = [models.UniqueConstraint(fields=["volume", "key"], name="person_key_unique")]

    def get_absolute_url(self) -> str:
        return reverse("archive:person", args=[self.address_name])


class Term(Entry):
    volume = models.ForeignKey(Volume, on_delete=models.CASCADE, related_name="terms")
    # One for all terms of the same name and expansion (archive.names.sense_of).
    sense = models.CharField(max_length=32, default="", editable=False, db_index=True)

    class Meta:
        ordering = ["volume", "name"]
        constraints = [models.UniqueConstraint(fields=["volume", "key"], name="term_key_unique")]

    def fold(self) -> None:
        super().fold()
        self.sense = sense_of(self.name, self.description)

    def get_absolute_url(self) -> str:
        return reverse("archive:term", args=[self.address_name])


class PersonMention(models.Model):
    """That a document's current edition mentions a person, and how often."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="person_mentions")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="mentions")
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "document"], name="person_mention_once")
        ]

    def __str__(self) -> str:
        return f"person {self.person_id} in document {self.document_id}"


class TermMention(models.Model):
    """That a document's current edition mentions a term, and how often."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="term_mentions")
    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="mentions")
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["term", "document"], name="term_mention_once")
        ]

    def __str__(self) -> str:
        return f"term {self.term_id} in document {self.document_id}"
