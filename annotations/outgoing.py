"""What of a set goes out: as much as its taker sees, narrowed as a list of annotations is."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import User

from annotations.export import Taker, private_of, shared_of
from annotations.filters import NONE, Asked
from annotations.formats.features import Counts
from annotations.formats.package import WHOLE, Package, Scope
from annotations.listed import narrowings
from annotations.models import AnnotationSet
from annotations.models.annotations import AnnotationQuerySet
from annotations.naming import Names
from annotations.narrowing import narrowed
from annotations.packing import codebook_value, counts, package
from annotations.sights import Sight


@dataclass(frozen=True, slots=True)
class Outgoing:
    """These annotations of a set, for a taker; ``scope`` says which part of it they are."""

    annotation_set: AnnotationSet
    rows: AnnotationQuerySet
    taker: Taker
    scope: Scope

    def package(self) -> Package:
        """All of it, as formats are given it: four queries, and those of what is read of it."""
        return package(self.annotation_set, self.rows, self.taker, scope=self.scope)

    def counts(self) -> Counts:
        """What there is in it: seven queries."""
        return counts(self.annotation_set, self.rows, self.taker, self.scope)

    @property
    def name(self) -> str:
        """The name of its file, without suffix: ``seminar``, ``seminar-d169``, ``seminar-part``."""
        slug, scope = self.annotation_set.slug, self.scope
        if not scope:
            return slug
        parts = [scope.document.rpartition("/")[2], *(theme.slug for theme in scope.themes)]
        known = [one for one in parts if one]
        return f"{slug}-{known[0]}" if len(known) == 1 and not scope.words else f"{slug}-part"


def outgoing(sight: Sight, asked: Asked, taker: Taker, *, private: bool = False) -> Outgoing:
    """What is asked for of what the taker sees and is shared; with ``private`` also of what is
    private to the viewer. A filter only ever takes away."""
    one = sight.annotation_set
    rows = shared_of(one, taker)
    if private:
        rows = rows | private_of(one, sight.viewer)
    if not asked.narrowed:
        return Outgoing(one, rows, taker, WHOLE)
    return Outgoing(one, narrowed(rows, sight, asked), taker, scope_of(sight, asked, taker))


def private_among(sight: Sight, asked: Asked) -> int:
    """How many of what is asked for are private to the viewer: one query."""
    return narrowed(private_of(sight.annotation_set, sight.viewer), sight, asked).count()


def scope_of(sight: Sight, asked: Asked, taker: Taker) -> Scope:
    """What is asked for, as a file says it: one query where it asks for themes, and those that the
    names of authors and groups need."""
    slugs = [slug for slug in asked.theme if slug != NONE]
    book = codebook_value(sight.annotation_set).themes if slugs else ()
    known = {one.slug: one for one in book}
    heirs = dict.fromkeys(known[slug].merged_into or slug for slug in slugs if slug in known)
    themes = tuple(known[slug] for slug in heirs)
    words = [f"theme {slug}" for slug in slugs if slug not in known]
    if NONE in asked.theme:
        words.append("without a theme")
    if asked.match and len(asked.theme) > 1:
        words.append("with all of these themes")
    words += _words(sight, asked.without("theme", "document", "match", "author", "mine"))
    if asked.author:
        words.append("by " + ", ".join(_authors(sight, asked, taker)))
    if asked.mine:
        words.append("by whoever took them out")
    return Scope(asked.document, themes, "; ".join(words))


def _words(sight: Sight, asked: Asked) -> list[str]:
    found = narrowings(sight, asked)
    return [f"{one.label} {one.words}".strip() for one in found]


def _authors(sight: Sight, asked: Asked, taker: Taker) -> list[str]:
    """The authors that are asked for, as the file calls them: an editor chooses them by name, and
    her file says no more of them than it does of others."""
    one = sight.annotation_set
    chosen = [author for key, author in sight.authors.items() if key in asked.author]
    wrote = [(user, naming) for a in chosen for naming, users in a.pairs.items() for user in users]
    users = User.objects.in_bulk({user for user, _ in wrote})
    names = Names([one], [one.pk] if taker.names else ())
    called = {names.called(users[user], one.pk, naming).name for user, naming in wrote}
    return sorted(called) or ["nobody"]
