"""Loads document 169 with its sample codebook and sample set, once."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from annotations.accounts import local_owner
from annotations.actions.annotations import create_annotation
from annotations.actions.codebook import ThemeFault, create_theme
from annotations.actions.replies import create_reply
from annotations.actions.sets import SetFault, add_member, create_set
from annotations.models import AnnotationSet, Theme, Visibility
from annotations.passages import PassageFault
from annotations.sample import (
    AnnotationSample,
    CodebookSample,
    ReaderSample,
    SampleFault,
    SetSample,
    find_quote,
    read_sample,
)
from archive.models import Document, Edition
from archive.text import Text

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


class Command(BaseCommand):
    help = (
        "Load the sample: document 169 of FRUS 1981–1988, Volume III, a codebook, and a public set "
        "with annotations by five invented readers. Where it is loaded already, nothing changes."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            book, sample = read_sample(FIXTURES)
            if AnnotationSet.objects.filter(slug=sample.slug).exists():
                self.stdout.write(f"The set “{sample.slug}” is here already: nothing changed.")
                return
            load(book, sample)
        except (SampleFault, SetFault, ThemeFault, PassageFault) as fault:
            raise CommandError(f"{fault} Nothing was loaded.") from None
        replies = sum(len(one.replies) for one in sample.annotations)
        self.stdout.write(
            f"Sample loaded: {len(book.themes)} themes, {len(sample.annotations)} annotations and "
            f"{replies} replies in /sets/{sample.slug}/."
        )


@transaction.atomic
def load(book: CodebookSample, sample: SetSample) -> AnnotationSet:
    """Puts the sample into the database, all of it or nothing.

    Raises SampleFault when the document does not have the words that are quoted, or when a name
    that the sample needs belongs to somebody else.
    """
    owner = local_owner()
    readers = {reader.username: _reader(reader) for reader in sample.readers}
    edition = _edition(sample.document)
    room = create_set(
        owner=owner,
        title=sample.title,
        slug=sample.slug,
        description=sample.description,
        rights=sample.rights,
        visibility=Visibility.PUBLIC,
        document=edition.document,
    )
    if room.slug != sample.slug:
        raise SampleFault(f"The address /sets/{sample.slug}/ was taken meanwhile.")
    for username in readers:
        add_member(room, actor=owner, username=username)
    themes = _themes(room, owner, book)
    text = edition.as_text()
    for one in sample.annotations:
        _annotate(room, edition, text, one, readers, themes)
    return room


def _edition(address: str) -> Edition:
    """The document's current edition; imported from the fixture where the archive lacks it."""
    volume, slug = address.split("/")
    document = Document.objects.at(volume, slug).first()
    if document is None:
        path = FIXTURES / f"{volume}-{slug}.xml"
        call_command("import_tei", str(path), verbosity=0, stdout=io.StringIO())
        document = Document.objects.at(volume, slug).first()
    if document is None or document.current is None:
        raise SampleFault(f"The archive has no text of {address}.")
    return document.current


def _reader(reader: ReaderSample) -> User:
    """The reader's account, which nobody can sign in to."""
    found = User.objects.filter(username=reader.username).first()
    if found is None:
        return User.objects.create_user(
            reader.username, first_name=reader.first_name, last_name=reader.last_name
        )
    if found.has_usable_password():
        raise SampleFault(f"The account “{reader.username}” is somebody’s, and no sample reader.")
    return found


def _themes(room: AnnotationSet, owner: User, book: CodebookSample) -> dict[str, Theme]:
    """The set's own codebook, filled: theme by slug."""
    codebook = room.codebook
    codebook.title, codebook.description = book.title, book.description
    codebook.save(update_fields=["title", "description"])
    made: dict[str, Theme] = {}
    for theme in book.themes:
        made[theme.slug] = create_theme(
            room,
            actor=owner,
            name=theme.name,
            definition=theme.definition,
            use_when=theme.use_when,
            not_when=theme.not_when,
            example=theme.example,
            colour=theme.colour,
            line=theme.line,
            parent=made.get(theme.parent),
            slug=theme.slug,
        )
    return made


def _annotate(
    room: AnnotationSet,
    edition: Edition,
    text: Text,
    one: AnnotationSample,
    readers: dict[str, User],
    themes: dict[str, Theme],
) -> None:
    start, end = find_quote(text.text, one.quote, one.prefix, one.suffix)
    annotation = create_annotation(
        author=readers[one.author],
        annotation_set=room,
        edition=edition,
        start=start,
        end=end,
        quote=one.quote,
        themes=[themes[slug] for slug in one.themes],
        note=one.note,
        visibility=one.visibility,
        at=one.created,
        text=text,
    )
    for reply in one.replies:
        create_reply(annotation, author=readers[reply.author], note=reply.note, at=reply.created)
