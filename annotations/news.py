"""What others did on a document since a page of it was made, as far as the page's reader sees it.

A page bears a token: the revision that it was made of, under a key of ours, so that it tells
nothing. The history says what came after that revision; who sees it is asked of the querysets.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken
from django.db.models import Q
from django.utils.crypto import salted_hmac

from annotations.models import Annotation, History, Reply, Scope, Sharing
from annotations.models.visibility import replies_within, within
from annotations.permissions import Viewer
from annotations.place import Place
from archive.kept import Kept
from archive.prepared import Prepared, PreparedIn

# A page that is further behind is made anew as a whole.
MOST = 300
LENGTH = 112
CAME = frozenset(("create", "restore", "share", "show"))
WENT = frozenset(("delete", "hide"))


class Since(NamedTuple):
    """What a page was made of: its revision, and digests of its codebook and of all the rest."""

    revision: int
    codebook: str
    frame: str

    @property
    def token(self) -> str:
        # Of one length, so that it does not tell how many digits the revision has.
        return _cipher().encrypt(json.dumps(self).ljust(LENGTH).encode()).decode()


class News(NamedTuple):
    """How many annotations and replies came, and how many were changed or went."""

    came: int
    changed: int


@lru_cache(1)
def _cipher() -> Fernet:
    key = salted_hmac("annotations.news", "since", algorithm="sha256").digest()
    return Fernet(urlsafe_b64encode(key))


def _digest(*values: object) -> str:
    return blake2b(repr(values).encode(), digest_size=9).hexdigest()


def since_now(place: Place) -> Since:
    """What a page of this place is made of now."""
    current: Any = place.current
    frame = (place.edition_key, current.pk, current.state, place.role, place.scope, place.naming)
    return Since(
        current.reading_revision,
        _digest(place.codebook_key),
        _digest(*frame, place.viewer.user_id, place.document.pk),
    )


def is_told(place: Place) -> bool:
    """Whether the reader is told of news here: she is signed in and reads in a set."""
    return place.current is not None and place.viewer.signed_in


def since_of(token: str) -> Since | None:
    """What a token says; None when it is none of ours."""
    try:
        return Since(*json.loads(_cipher().decrypt(token.encode())))
    except (InvalidToken, TypeError, ValueError):
        return None


_heard: Kept[News] = Kept(2000)
_keys: Kept[int] = Kept(20_000)
_journal = Prepared(
    lambda annotation_set, document, revision, user: (
        History.objects.filter(
            place__annotation_set=annotation_set,
            place__document=document,
            revision__gt=revision,
            kind__in=("annotation", "reply"),
        )
        .exclude(actor=user)
        .order_by("-revision")
        .values_list("kind", "key", "action")[:MOST]
    ),
    annotation_set=int,
    document=int,
    revision=int,
    user=int,
)


def news_of(place: Place, since: Since) -> News:
    """What others did since then that the reader of this place sees: up to three queries, and one
    more for what this process has not met yet; none when she has asked this before."""
    return _heard.made((place.revision, since), lambda: _news(place, since))


def _news(place: Place, since: Since) -> News:
    assert place.current is not None
    rows = _journal(
        annotation_set=place.current.pk,
        document=place.row[0],
        revision=since.revision,
        user=place.viewer.user_id or 0,
    )
    came = changed = 0
    for kind, model, seen in (
        ("annotation", Annotation, _annotations),
        ("reply", Reply, _replies),
    ):
        done: dict[str, set[str]] = {}
        for _, key, action in (row for row in rows if row[0] == kind):
            done.setdefault(key, set()).add(action)
        keys = _keys_of(model, done)
        where = {"edition": place.edition.pk, "user": place.viewer.user_id or 0}
        for pk, deleted, hidden in seen(place.scope)(keys, **where):
            acts = done[keys[pk]]
            gone = deleted is not None or (hidden is not None and not place.scope.all)
            came += not gone and bool(acts & CAME)
            changed += bool(acts & WENT and "create" not in acts) if gone else not acts & CAME
    return News(came, changed)


def _keys_of(model: type[Annotation | Reply], uuids: Iterable[str]) -> dict[int, str]:
    """Primary key → uuid; one query for those that this process has not met."""
    known = {uuid: _keys.get(uuid) for uuid in uuids}
    missing = [UUID(uuid) for uuid, pk in known.items() if pk is None]
    if missing:
        objects: Any = model.objects
        for uuid, pk in objects.filter(uuid__in=missing).order_by().values_list("uuid", "pk"):
            known[str(uuid)] = _keys.put(str(uuid), pk)
    return {pk: uuid for uuid, pk in known.items() if pk is not None}


_STATE = ("pk", "deleted_at", "hidden_at")


@cache
def _annotations(scope: Scope) -> PreparedIn:
    """Those that the viewer sees, or would see if they were not deleted or hidden."""
    return PreparedIn(
        lambda pks, edition, user: (
            Annotation.objects.on_edition(edition)
            .filter(within(scope, user, hidden=True), pk__in=pks)
            .order_by()
            .values_list(*_STATE)
        ),
        edition=int,
        user=int,
    )


@cache
def _replies(scope: Scope) -> PreparedIn:
    def build(pks: Sequence[int], edition: int, user: int) -> Any:
        under = Annotation.objects.on_edition(edition).within(scope, Viewer(user)).order_by()
        reaching: Q = replies_within(scope, user, hidden=True)
        return (
            Reply.objects.filter(reaching, pk__in=pks, annotation__in=under.values("pk"))
            .order_by()
            .values_list(*_STATE)
        )

    return PreparedIn(build, edition=int, user=int)


_acts = Prepared(
    lambda annotation_set, document, revision: (
        History.objects.filter(
            place__annotation_set=annotation_set,
            place__document=document,
            revision__gt=revision,
        )
        .order_by("revision")
        .values_list("revision", "kind", "key", "state")[: MOST + 1]
    ),
    annotation_set=int,
    document=int,
    revision=int,
)


def blocks_since(place: Place, since: Since) -> list[int]:
    """The indexes of the blocks that were touched since then by what the viewer sees or saw
    before; five queries at most. Where others write what she does not see is not told.

    All of them where the history does not tell: the codebook was changed, or something was done to
    the set as a whole, which leaves a gap in the revisions.
    """
    now = since_now(place)
    assert place.current is not None
    everything = list(range(len(place.reading.layout.blocks)))
    rows = _acts(annotation_set=place.current.pk, document=place.row[0], revision=since.revision)
    told = {row[0] for row in rows}
    if now.codebook != since.codebook or len(rows) > MOST:
        return everything
    if any(number not in told for number in range(since.revision + 1, now.revision + 1)):
        return everything
    return _touched(place, [row[1:] for row in rows])


def _touched(place: Place, rows: Iterable[tuple[str, str, dict[str, Any]]]) -> list[int]:
    acts = {(kind, key) for kind, key, _ in rows}
    scope, user = place.scope, place.viewer.user_id or 0
    here = Annotation.objects.on_edition(place.edition.pk).order_by()
    answers = [UUID(key) for kind, key in acts if kind == "reply"]
    seen = Reply.objects.filter(replies_within(scope, user, hidden=True), uuid__in=answers)
    under = seen.filter(annotation__in=here.filter(within(scope, user, hidden=True)).values("pk"))
    ranges = set(under.order_by().values_list("annotation__start", "annotation__end"))
    moved = {key for kind, key in acts if kind == "annotation"}
    rest = here.filter(within(scope, user, hidden=True, unshared=True))
    found = rest.filter(uuid__in=[UUID(key) for key in moved])
    now = {
        str(uuid): (author == user, (start, end), sharing)
        for uuid, author, start, end, sharing in found.values_list(
            "uuid", "author", "start", "end", "visibility"
        )
    }
    ranges |= {at for own, at, sharing in now.values() if own or sharing == Sharing.SHARED}
    # Where they stood before, if she saw it there: a passage can have been changed, and what was
    # shared can be private now.
    before = History.objects.filter(kind="annotation", key__in=list(now)).order_by()
    for key, state in before.values_list("key", "state"):
        if "start" in state and (now[key][0] or state.get("visibility") == Sharing.SHARED):
            ranges.add((state["start"], state["end"]))
    length = len(place.reading.text.text)
    return sorted(
        {
            index
            for start, end in ranges
            if start < end <= length
            for index in place.reading.blocks_in(start, end)
        }
    )
