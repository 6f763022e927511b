"""Factories: each makes a valid thing with what it needs around it."""

from __future__ import annotations

import hashlib
from typing import Any

import factory
from django.contrib.auth.models import User
from django.utils import timezone

from annotations.models import (
    Annotation,
    AnnotationSet,
    AnnotationTheme,
    Codebook,
    Group,
    Membership,
    Reply,
    SetDocument,
    Theme,
    Visibility,
)
from annotations.notes import render_note
from annotations.passages import passage_at
from archive.models import (
    Document,
    Edition,
    Footnote,
    Person,
    PersonMention,
    Section,
    Term,
    TermMention,
    Volume,
)
from archive.names import folded, sense_of
from archive.text import Block, pack_blocks


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"reader{n}")


class VolumeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Volume
        django_get_or_create = ("slug",)

    slug = "frus1981-88v03"
    title = "Foreign Relations of the United States, 1981–1988, Volume III, Soviet Union"
    source_url = "https://history.state.gov/historicaldocuments/frus1981-88v03"


class DocumentFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Document

    volume = factory.SubFactory(VolumeFactory)
    position = factory.Sequence(lambda n: n + 1)
    number = factory.LazyAttribute(lambda o: str(o.position))
    slug = factory.LazyAttribute(lambda o: f"d{o.number}")
    heading = factory.LazyAttribute(lambda o: f"{o.number}. Memorandum")


class EditionFactory(factory.django.DjangoModelFactory):
    """An edition of some paragraphs; from now on its document's current one."""

    class Meta:
        model = Edition
        skip_postgeneration_save = True

    class Params:
        paragraphs = ("169. Memorandum", "With Afghanistan Day well behind us, we must decide.")

    document = factory.SubFactory(DocumentFactory)
    number = factory.LazyAttribute(lambda o: o.document.editions.count() + 1)
    text = factory.LazyAttribute(lambda o: "\n".join(o.paragraphs))
    blocks = factory.LazyAttribute(lambda o: pack_blocks(_blocks(o.paragraphs)))
    digest = factory.LazyAttribute(lambda o: hashlib.sha256(o.text.encode()).hexdigest())
    source_format = "text"

    @factory.post_generation
    def current(self: Edition, create: bool, extracted: Any, **_: Any) -> None:
        self.document.current = self
        self.document.save()


def _blocks(paragraphs: tuple[str, ...]) -> tuple[Block, ...]:
    blocks, position = [], 0
    for number, words in enumerate(paragraphs):
        kind, attrs = ("paragraph", {}) if number else ("heading", {"level": "1"})
        blocks.append(Block(kind, position, position + len(words), "", attrs))
        position += len(words) + 1
    return tuple(blocks)


class FootnoteFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Footnote

    edition = factory.SubFactory(EditionFactory)
    position = factory.Sequence(int)
    key = factory.LazyAttribute(lambda o: f"fn{o.position}")
    label = factory.LazyAttribute(lambda o: str(o.position))
    kind = "editorial"
    start = end = call = 0


class PersonFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Person

    volume = factory.SubFactory(VolumeFactory)
    key = factory.Sequence(lambda n: f"p_A_{n}")
    name = "Haig, Alexander M., Jr."
    folded = factory.LazyAttribute(lambda o: folded(o.name))


class TermFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Term

    volume = factory.SubFactory(VolumeFactory)
    key = factory.Sequence(lambda n: f"t_A_{n}")
    name = "START"
    folded = factory.LazyAttribute(lambda o: folded(o.name))
    sense = factory.LazyAttribute(lambda o: sense_of(o.name, o.description))
    description = ""


class PersonMentionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PersonMention

    count = 1


class TermMentionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TermMention

    count = 1


class SectionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Section

    volume = factory.SubFactory(VolumeFactory)
    slug = factory.Sequence(lambda n: f"ch{n + 1}")
    kind = "chapter"
    heading = factory.LazyAttribute(lambda o: f"Chapter {o.slug}")
    position = factory.Sequence(lambda n: n + 1)


class CodebookFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Codebook

    title = "A codebook"


class ThemeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Theme

    codebook = factory.SubFactory(CodebookFactory)
    position = factory.Sequence(int)
    name = factory.Sequence(lambda n: f"Theme {n}")
    slug = factory.LazyAttribute(lambda o: o.name.lower().replace(" ", "-"))


class AnnotationSetFactory(factory.django.DjangoModelFactory):
    """A public set with its owner's membership; ``readings=[…]`` are its documents."""

    class Meta:
        model = AnnotationSet
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"set-{n}")
    title = factory.Sequence(lambda n: f"Seminar {n}")
    owner = factory.SubFactory(UserFactory)
    codebook = factory.SubFactory(CodebookFactory)
    visibility = Visibility.PUBLIC

    @factory.post_generation
    def membership(self: AnnotationSet, create: bool, extracted: Any, **_: Any) -> None:
        MembershipFactory(annotation_set=self, user=self.owner, role="owner")

    @factory.post_generation
    def readings(self: AnnotationSet, create: bool, extracted: Any, **_: Any) -> None:
        for position, document in enumerate(extracted or ()):
            SetDocument.objects.create(annotation_set=self, document=document, position=position)


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    annotation_set = factory.SubFactory(AnnotationSetFactory)
    user = factory.SubFactory(UserFactory)
    role = "annotator"


class GroupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Group

    annotation_set = factory.SubFactory(AnnotationSetFactory)
    name = factory.Sequence(lambda n: f"Group {n}")
    position = factory.Sequence(int)


class AnnotationFactory(factory.django.DjangoModelFactory):
    """An annotation with quote, context and theme ids as the actions would write them."""

    class Meta:
        model = Annotation
        exclude = ("passage", "chosen")
        skip_postgeneration_save = True

    chosen: Any = ()
    edition = factory.SubFactory(EditionFactory)
    annotation_set = factory.SubFactory(AnnotationSetFactory)
    author = factory.SelfAttribute("annotation_set.owner")
    start, end = 0, 4
    passage = factory.LazyAttribute(lambda o: passage_at(o.edition.text, o.start, o.end))
    quote = factory.LazyAttribute(lambda o: o.passage.quote)
    prefix = factory.LazyAttribute(lambda o: o.passage.prefix)
    suffix = factory.LazyAttribute(lambda o: o.passage.suffix)
    theme_ids = factory.LazyAttribute(lambda o: " ".join(str(theme.pk) for theme in o.chosen))
    note = ""
    note_html = factory.LazyAttribute(lambda o: render_note(o.note))
    created = factory.LazyFunction(timezone.now)
    modified = factory.SelfAttribute("created")

    @factory.post_generation
    def links(self: Annotation, create: bool, extracted: Any, **_: Any) -> None:
        for pk in self.theme_ids.split():
            AnnotationTheme.objects.create(annotation=self, theme_id=int(pk))


class ReplyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Reply

    annotation = factory.SubFactory(AnnotationFactory)
    author = factory.SubFactory(UserFactory)
    note = "An answer."
    note_html = factory.LazyAttribute(lambda o: render_note(o.note))
    created = factory.LazyFunction(timezone.now)
    modified = factory.SelfAttribute("created")
