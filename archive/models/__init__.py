"""Volumes, documents and their apparatus. Reads are QuerySet methods in domain words."""

from archive.models.editions import Edition, Footnote
from archive.models.entries import Authority, Person, PersonMention, Term, TermMention
from archive.models.imports import Import, ImportState
from archive.models.volumes import Document, Section, Volume

__all__ = [
    "Authority",
    "Document",
    "Edition",
    "Footnote",
    "Import",
    "ImportState",
    "Person",
    "PersonMention",
    "Section",
    "Term",
    "TermMention",
    "Volume",
]
