"""Who could be named in what was written in a set."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.contrib.auth.models import User
from django.db.models import Q

from annotations.models import (
    Annotation,
    AnnotationSet,
    GroupMember,
    History,
    Membership,
    Pseudonym,
    Reply,
)
from annotations.snapshots.scrub import SOMEBODY, Known
from annotations.snapshots.veil import Numbered

# Made by the app for whom it does not name: its parts are plain words.
_FORMER = "former-member-"


def people_of(annotation_set: AnnotationSet) -> list[User]:
    """All who are or were in the set, wrote or did something there: one query."""
    here = {"annotation_set": annotation_set}
    ids = Q(pk__in=Membership.objects.order_by().filter(**here).values("user"))
    ids |= Q(pk__in=Annotation.objects.order_by().filter(**here).values("author"))
    replies = Reply.objects.order_by().filter(annotation__annotation_set=annotation_set)
    ids |= Q(pk__in=replies.values("author"))
    ids |= Q(pk__in=GroupMember.objects.order_by().filter(**here).values("user"))
    ids |= Q(pk__in=Pseudonym.objects.order_by().filter(**here).values("user"))
    acted = History.objects.order_by().filter(**here, actor__isnull=False)
    return list(User.objects.filter(ids | Q(pk__in=acted.values("actor"))).order_by("pk"))


def known_in(annotation_set: AnnotationSet, given: Numbered) -> Iterator[Known]:
    """What each of them may be called in notes, and what stands there instead: the name under
    which she writes in the package, where she is called so there. Two queries."""
    by_username = {old.username: new.name for old, new in given.items()}
    for user in people_of(annotation_set):
        username = user.get_username()
        first, last = user.first_name.strip(), user.last_name.strip()
        sure = (f"{first} {last}", f"{last}, {first}") if first and last else ()
        words = () if username.startswith(_FORMER) else tuple(_words(first, last))
        instead = by_username.get(username, SOMEBODY)
        yield Known(instead, username, (*sure, user.email), words)
    aliases = Pseudonym.objects.filter(annotation_set=annotation_set).order_by("pk")
    for slug, name in aliases.values_list("slug", "name"):
        yield Known(by_username.get(slug, SOMEBODY), slug, (name,))


def _words(*names: str) -> Iterable[str]:
    """Names that stand alone: as a whole, and each of their parts."""
    for name in names:
        for word in {name, *name.split(), *name.replace("-", " ").split()}:
            if len(word) > 1:
                yield word
