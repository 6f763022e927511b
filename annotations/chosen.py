"""What was chosen in a list of annotations: one by one, or all that matched when it was shown.

All that matched is remembered as the filters, the number, and how far the history of the set went:
what somebody has made or changed since then is not taken along unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.core import signing
from django.db.models import Count, Max, Q

from annotations.filters import Asked
from annotations.models import AnnotationTheme, History, Sharing
from annotations.models.annotations import AnnotationQuerySet
from annotations.narrowing import asked_for, coded_before
from annotations.sights import Sight

SALT = "annotations.chosen"
# As long as a page may lie open before it has to be looked at again, in seconds.
LASTS = 24 * 60 * 60
# More than so many changes by others, and the list is shown again.
MOST_CHANGES = 2_000
MOST_ONE_BY_ONE = 5_000


class Changed(Exception):
    """What was chosen is not what is there now: it has to be looked at again."""


class Choice(NamedTuple):
    """What was chosen. ``rows`` are those that are to be acted on, ``number`` how many were shown
    as chosen, ``token`` all that matched as a form carries it ("" for some that were ticked)."""

    rows: AnnotationQuerySet
    number: int
    token: str = ""
    uuids: tuple[str, ...] = ()


def all_of(sight: Sight, asked: Asked) -> Choice:
    """All that matches now; two queries more than ``asked_for``."""
    one = sight.annotation_set
    # Before they are counted: what comes in between counts as new.
    mark = _mark(sight)
    rows = asked_for(sight, asked)
    number = rows.count()
    told = [one.pk, sight.viewer.user_id, mark, number, one.codebook.revision, asked.query]
    return Choice(rows, number, signing.dumps(told, salt=SALT, compress=True))


def _mark(sight: Sight) -> int:
    """How far the history of the set goes; one query."""
    rows = History.objects.order_by().filter(annotation_set=sight.annotation_set)
    return rows.aggregate(last=Max("pk"))["last"] or 0


def chosen_by(sight: Sight, asked: Asked, token: str) -> Choice:
    """All that matched when the token was given, without what was changed since. Up to five queries
    more than ``asked_for``. Raises Changed where that cannot be told any more."""
    one = sight.annotation_set
    try:
        told = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        raise Changed from None
    room, user, mark, number, revision, query = told
    if (room, user, query) != (one.pk, sight.viewer.user_id, asked.query):
        raise Changed
    of_codebook = asked.theme or asked.state == "before"
    if of_codebook and revision != one.codebook.revision:
        raise Changed
    rows = asked_for(sight, asked)
    changed = _changed_since(sight, mark, asked)
    if changed:
        rows = rows.exclude(uuid__in=changed)
    if rows.count() > number:
        raise Changed
    return Choice(rows, number, token)


def _changed_since(sight: Sight, mark: int, asked: Asked) -> list[UUID]:
    """What was changed since in a way that could make it match. Raises Changed where it was too
    much, or where somebody went to another group."""
    since = History.objects.order_by().filter(annotation_set=sight.annotation_set, pk__gt=mark)
    if asked.group and since.filter(kind="groupmember").exists():
        raise Changed
    found = set(since.filter(kind="annotation").values_list("key", flat=True)[: MOST_CHANGES + 1])
    if asked.replies:
        replies = since.filter(kind="reply").values_list("state__annotation", flat=True)
        found |= set(replies[: MOST_CHANGES + 1])
    if len(found) > MOST_CHANGES:
        raise Changed
    return [UUID(key) for key in found if key]


def ticked(sight: Sight, given: Sequence[str]) -> Choice:
    """Those that were ticked one by one (uuids, as a form sends them), as far as the viewer sees
    them."""
    uuids = []
    for one in " ".join(given).split()[:MOST_ONE_BY_ONE]:
        try:
            uuids.append(UUID(one))
        except ValueError:
            continue
    unique = tuple(dict.fromkeys(uuids))
    rows = sight.rows().filter(Q(uuid__in=unique))
    return Choice(rows, len(unique), uuids=tuple(str(one) for one in unique))


class Weighed(NamedTuple):
    """How many of what was chosen are what to the viewer, before she acts on them."""

    total: int
    own: int
    retaggable: int
    private: int
    hidden: int
    # Shared by others, in sight: what editors can hide where they cannot delete.
    others: int
    before: int

    @property
    def foreign(self) -> int:
        return self.total - self.own

    @property
    def visible(self) -> int:
        """Shared, and not hidden."""
        return self.total - self.private - self.hidden

    @property
    def own_shared(self) -> int:
        return self.own - self.private


def weigh(sight: Sight, rows: AnnotationQuerySet) -> Weighed:
    """One query."""
    own = Q(author=sight.viewer.user_id or 0)
    shared = Q(visibility=Sharing.SHARED)
    hidden = Q(hidden_at__isnull=False)
    counted = {
        "total": Q(),
        "own": own,
        "retaggable": own | shared if sight.manages else own,
        # Of the private only one's own are seen.
        "private": ~shared,
        "hidden": shared & hidden,
        "others": shared & ~own & ~hidden,
        "before": coded_before(sight.annotation_set),
    }
    counts = {name: Count("pk", filter=condition) for name, condition in counted.items()}
    found = rows.aggregate(**counts)
    return Weighed(**found)


def themes_among(rows: AnnotationQuerySet) -> dict[int, int]:
    """Theme (its key) → how many of what was chosen carry it; one query."""
    links = AnnotationTheme.objects.order_by().filter(annotation__in=rows.values("pk"))
    return dict(links.values_list("theme").annotate(Count("pk")))
