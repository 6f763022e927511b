"""A package as it may be read by everybody without knowing who wrote it.

People become "Reader 1" to "Reader n" in an order that chance gives; identifiers are made anew by a
secret that nobody keeps; addresses lead to the snapshot or nowhere; of times the date is left.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from uuid import UUID

from annotations.formats.package import Package
from annotations.formats.values import (
    AnnotationValue,
    CodebookValue,
    EditionValue,
    PartValue,
    PersonValue,
    ReplyValue,
    SetValue,
    ThemeValue,
)
from annotations.snapshots.scrub import Known, Scrub

EDITORS = PersonValue("editors", "The editors of the set")
# What all who are not named are called: it must stay one name, or their words could be told apart.
UNNAMED = PersonValue("-", "a member")
_NONE = EditionValue(0, "", datetime.min.replace(tzinfo=UTC))
Numbered = dict[PersonValue, PersonValue]


def numbered(people: Iterable[PersonValue]) -> Numbered:
    """Each of the people with another name, by chance."""
    found = list(dict.fromkeys(people))
    secrets.SystemRandom().shuffle(found)
    named = [one for one in found if one.username != UNNAMED.username]
    given = {
        one: PersonValue(f"reader-{number}", f"Reader {number}")
        for number, one in enumerate(named, 1)
    }
    return given | {one: UNNAMED for one in found if one.username == UNNAMED.username}


def new_id(secret: bytes, old: str) -> str:
    """The identifier that stands for another one, under a secret."""
    digest = hmac.digest(secret, old.encode(), "sha256")
    return str(UUID(bytes=digest[:16], version=4))


class Veil:
    """Turns values of one package into such that name nobody. ``address`` is the snapshot's own,
    ``known`` gives for the numbered people who else could be named."""

    def __init__(
        self,
        package: Package,
        address: str,
        known: Callable[[Numbered], Iterable[Known]],
        keep: Collection[str] = (),
    ) -> None:
        self._package, self._address = package, address
        self._id = partial(new_id, secrets.token_bytes(32))
        self._numbered = numbered(package.people())
        self.scrub = Scrub(known(self._numbered), keep, self._id)
        self._themes: dict[ThemeValue, ThemeValue] = {}
        self._edition: tuple[EditionValue | None, EditionValue] = (None, _NONE)
        slugs = [theme.slug for theme in package.codebook.themes]
        free = (name for n in count(1) if (name := f"theme-{n}") not in slugs)
        self._slugs = {slug: slug_of(slug, self.scrub) or next(free) for slug in slugs}
        self._set = self._set_of(package.set)

    def package(self) -> Package:
        return replace(
            self._package,
            set=self._set,
            codebook=self._codebook(self._package.codebook),
            annotations=self._annotations,
            parts=self._parts,
            people=self._people,
            changed=lambda: day(self._package.modified()),
        )

    def _people(self) -> tuple[PersonValue, ...]:
        found = set(self._numbered.values())
        return tuple(sorted(found, key=lambda one: (len(one.username), one.username)))

    def _set_of(self, one: SetValue) -> SetValue:
        return replace(
            one,
            slug=slug_of(one.slug, self.scrub) or "set",
            title=self.scrub.clean(one.title),
            description=self.scrub.clean(one.description),
            address=self._address,
            owner=EDITORS,
        )

    def _codebook(self, one: CodebookValue) -> CodebookValue:
        return replace(
            one,
            title=self.scrub.clean(one.title),
            description=self.scrub.clean(one.description),
            address=self._address,
            themes=tuple(map(self._theme, one.themes)),
        )

    def _theme(self, one: ThemeValue) -> ThemeValue:
        # Few themes are on many annotations.
        if one not in self._themes:
            clean = self.scrub.clean
            self._themes[one] = replace(
                one,
                slug=self._slug(one.slug),
                parent=self._slug(one.parent),
                merged_into=self._slug(one.merged_into),
                address=f"{self._address}#{self._slug(one.slug)}",
                name=clean(one.name),
                definition=clean(one.definition),
                use_when=clean(one.use_when),
                not_when=clean(one.not_when),
                example=clean(one.example),
            )
        return self._themes[one]

    def _slug(self, slug: str) -> str:
        return self._slugs.get(slug, slug)

    def _parts(self) -> Iterator[PartValue]:
        for part in self._package.parts():
            edition = replace(part.edition, imported=day(part.edition.imported))
            veiled = partial(self._each, part.annotations)
            yield replace(part, edition=edition, source_name="", annotations=veiled, brief=None)

    def _annotations(self) -> Iterator[AnnotationValue]:
        return self._each(self._package.annotations)

    def _each(self, given: Callable[[], Iterator[AnnotationValue]]) -> Iterator[AnnotationValue]:
        return map(self._annotation, given())

    def _annotation(self, one: AnnotationValue) -> AnnotationValue:
        id_ = self._id(one.id)
        if one.edition is not self._edition[0]:
            # The same one comes again and again.
            self._edition = one.edition, replace(one.edition, imported=day(one.edition.imported))
        return replace(
            one,
            id=id_,
            address=f"urn:uuid:{id_}",
            in_set=self._set,
            edition=self._edition[1],
            themes=tuple(map(self._theme, one.themes)),
            note=self.scrub.clean(one.note),
            author=self._numbered.get(one.author, UNNAMED),
            created=day(one.created),
            modified=day(one.modified),
            replies=tuple(map(self._reply, one.replies)),
        )

    def _reply(self, one: ReplyValue) -> ReplyValue:
        id_ = self._id(one.id)
        return replace(
            one,
            id=id_,
            address=f"urn:uuid:{id_}",
            author=self._numbered.get(one.author, UNNAMED),
            note=self.scrub.clean(one.note),
            created=day(one.created),
            modified=day(one.modified),
        )


def slug_of(slug: str, scrub: Scrub) -> str:
    """A name in addresses; empty where it has somebody's name in it."""
    forms = (slug, slug.replace("-", " "), slug.replace("_", " "))
    return slug if all(scrub.clean(form) == form for form in forms) else ""


def day(at: datetime) -> datetime:
    """The beginning of that day, UTC."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
