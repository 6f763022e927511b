"""Where a reader stands: who sees what she writes on a document, and when she sees the rest."""

from __future__ import annotations

from typing import NamedTuple

from django.template.loader import render_to_string

from annotations.models import (
    Annotation,
    AnnotationSet,
    Audience,
    Naming,
    Promise,
    Pseudonym,
    Role,
    Rule,
    Sharing,
    State,
)
from annotations.place import Place
from annotations.telling import called, delay_of, is_wider, readers_of, shared_with

TEMPLATE = "annotations/rules/standing.html"


class Standing(NamedTuple):
    """What the line above the text says, in clauses, and whether she can say that she has finished
    reading."""

    clauses: tuple[str, ...]
    may_finish: bool = False

    @property
    def said(self) -> str:
        line = " · ".join(self.clauses)
        return line[:1].upper() + line[1:]


def pseudonym_at(place: Place, naming: int) -> str:
    """What the viewer is called here, if it is by a pseudonym and she has one; one query then."""
    if naming != Naming.PSEUDONYM or place.current is None:
        return ""
    hers = Pseudonym.objects.filter(annotation_set=place.current.pk, user=place.viewer.user_id)
    return hers.values_list("name", flat=True).first() or ""


def sharing_words(place: Place, promise: Promise | None = None) -> str:
    """What "shared" means for what the viewer writes here now, or wrote under a promise; one query
    where she has a pseudonym."""
    assert place.current is not None
    given = promise or place.promise
    return shared_with(place.current, given, pseudonym_at(place, given.naming))


def wider_words(place: Place, seen: str) -> str:
    """What to say to somebody whose form promised less than the rules say now (``seen`` is what it
    carried); nothing where it did not."""
    if not is_wider(place.promise, seen):
        return ""
    now = sharing_words(place)
    return (
        "The rules of this set have changed while you wrote. Nothing is saved yet. Now it would be "
        f"{now[0].lower()}{now[1:]}: save it again if that is right."
    )


def promised(annotation: Annotation) -> Promise:
    """The promise under which something was written."""
    return Promise(annotation.audience, annotation.naming, annotation.group_id)


def standing_of(place: Place) -> Standing | None:
    """Where a member stands; None for others, and where there is nothing to tell: everyone sees
    everything at once, by name. At most two queries."""
    one = place.current
    if one is None or place.role is None:
        return None
    if place.scope.all:
        said = _for_editors(one)
    elif place.role == Role.READER:
        said = _for_readers(place, one)
    else:
        return _for_writers(place, one)
    return Standing(said, may_finish(place)) if said else None


def _state(one: AnnotationSet) -> tuple[str, ...]:
    if one.state == State.FROZEN:
        return ("This set is frozen: nothing in it changes",)
    return ("This set is closed: nothing is added now",) if one.state == State.CLOSED else ()


def _for_editors(one: AnnotationSet) -> tuple[str, ...]:
    said = {
        Rule.OPEN: (),
        Rule.AFTER: (f"Members see each other’s work {delay_of(one)}", "you see all of it"),
        Rule.BLIND: ("Members work blind until the set is opened", "you see all of it"),
        Rule.EDITORS: ("Members see their own work and yours alone", "you see all of it"),
    }[Rule(one.rule)]
    if one.naming != Naming.NAME:
        others = "a pseudonym" if one.naming == Naming.PSEUDONYM else "no name"
        said += (f"members see {others} where you see names",)
    return _state(one) + said


def _for_readers(place: Place, one: AnnotationSet) -> tuple[str, ...]:
    if place.scope.others:
        return _state(one)
    return (*_state(one), _not_yet(one))


def _not_yet(one: AnnotationSet) -> str:
    if one.rule == Rule.EDITORS:
        return "What members write here is for the editors alone"
    if one.rule == Rule.AFTER and not one.after_count:
        return "You see what members write here when you have finished reading"
    if one.rule == Rule.AFTER:
        return "What members write here is open to those alone who annotate it themselves"
    return "What members write here is not open yet"


def empty_words(place: Place) -> str:
    """What stands in the margin of a document on which the viewer sees no annotation; no query."""
    one = place.current
    if one is None:
        return ""
    if place.scope.others:
        words = "Nobody has annotated this document yet."
        return f"{words} Select a passage to be the first." if place.may_annotate else words
    if not place.may_annotate:
        return f"{_not_yet(one)}."
    hers = "You have not annotated this document yet."
    if one.rule == Rule.EDITORS:
        return f"{hers} What the others write is for the editors alone."
    return f"{hers} What the others write is not open to you yet."


def _for_writers(place: Place, one: AnnotationSet) -> Standing | None:
    state = _state(one)
    if state:
        return Standing(state if place.scope.others else (*state, _not_yet(one)))
    promise = place.promise
    if one.rule == Rule.OPEN and one.naming == Naming.NAME and promise.group_id is None:
        return None
    said = []
    if name := called(promise.naming, pseudonym_at(place, promise.naming)):
        said.append(f"You write {name}")
    said += [_seen(one, promise, "it" if said else "what you write"), *_sees(place, one)]
    return Standing(tuple(said), may_finish(place))


def _seen(one: AnnotationSet, promise: Promise, what: str) -> str:
    if promise.audience == Audience.EDITORS:
        return f"only the editors see {what}"
    if delay := delay_of(one):
        who = "others of your group" if promise.group_id is not None else "others"
        return f"{who} see {what} {delay}"
    who = readers_of(promise)
    return f"{who} {'sees' if who.startswith('everyone') else 'see'} {what}"


def _sees(place: Place, one: AnnotationSet) -> list[str]:
    if one.rule == Rule.BLIND:
        return ["and you theirs"]
    if one.rule != Rule.AFTER:
        return []
    if place.scope.others:
        return ["you see theirs"]
    if not one.after_count:
        return ["you see theirs when you have finished reading"]
    done = min(_own_here(place), one.after_count)
    return [f"you see theirs after yours: {done} of {one.after_count}"]


def _own_here(place: Place) -> int:
    """How many annotations the viewer shares on the document, of whatever edition."""
    assert place.current is not None
    hers = Annotation.objects.in_set(place.current.pk).alive()
    here = hers.filter(author=place.viewer.user_id, edition__document=place.document.pk)
    return here.filter(visibility=Sharing.SHARED).count()


def may_finish(place: Place) -> bool:
    """Whether a member can say that she has finished reading, and so open the document."""
    one = place.current
    if one is None or place.role is None or place.scope.others:
        return False
    return one.rule == Rule.AFTER and not one.after_count


def standing_html(place: Place, token: str, *, swap: bool = False) -> str:
    """The line as HTML, an empty place where there is nothing to tell; with ``swap`` it is an
    out-of-band fragment. ``token`` is the CSRF token of its form."""
    context = {"place": place, "standing": standing_of(place), "csrf_token": token, "swap": swap}
    return render_to_string(TEMPLATE, context)
