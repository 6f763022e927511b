"""The rules of a set and the promises made under them, in words."""

from __future__ import annotations

from typing import NamedTuple

from annotations.models import AnnotationSet, Audience, Leaving, Naming, Promise, Role, Rule, State
from annotations.models.visibility import promise_of

FINISHED = "finished"


class Said(NamedTuple):
    """A rule as pages tell it: its name, what it means, an example."""

    name: str
    words: str
    example: str


# The choices of when members see each other's work; FINISHED is AFTER with a count of none.
WHEN = {
    Rule.OPEN.value: Said(
        "At once",
        "Members see what the others write as soon as it is there.",
        "A reading group that talks in the margin.",
    ),
    Rule.AFTER.value: Said(
        "After their own annotations",
        "On each document a member first writes a number of annotations of her own; then she sees "
        "what the others wrote there.",
        "Everyone marks two passages before class, then reads the others’.",
    ),
    FINISHED: Said(
        "When they say that they have finished reading",
        "On each document a member reads alone until she says “I have finished reading”.",
        "A long memorandum that everyone shall read to its end.",
    ),
    Rule.BLIND.value: Said(
        "When the editors open the set",
        "Until then each member sees her own work alone; you see all of it.",
        "Two coders tag the same documents, and their agreement is measured.",
    ),
    Rule.EDITORS.value: Said(
        "Never: only the editors",
        "Members see their own work and what the editors write, and never each other’s.",
        "Homework that each student hands in to you.",
    ),
}

NAMING = {
    Naming.NAME: Said(
        "By name",
        "Members see who wrote what.",
        "A seminar in which people answer each other.",
    ),
    Naming.PSEUDONYM: Said(
        "By a pseudonym",
        "Each who writes has one that stays the same in this set, such as Crested Heron. "
        "Editors see names, and are named.",
        "A large class on a matter on which people do not like to be quoted.",
    ),
    Naming.NOBODY: Said(
        "Not at all",
        "Nothing says who wrote what, nor that two things were written by the same person. "
        "Editors see names, and are named.",
        "A first round in which the words alone shall count.",
    ),
}

GROUPS = {
    True: Said(
        "Each group for itself",
        "What a member writes is seen in her group, and by the editors.",
        "Four reading groups that must not copy from each other.",
    ),
    False: Said(
        "Groups are mere lists",
        "Whoever is in a group sees what the others see.",
        "Sections that you want to tell apart, and that read together.",
    ),
}

LEAVING = {
    Leaving.CHOOSE: Said(
        "The member chooses",
        "Whoever leaves says whether her work stays, stays without her name, or goes.",
        "A class that owes you nothing after its end.",
    ),
    Leaving.KEEP: Said(
        "It stays as it is",
        "Her work stays under the name that it had.",
        "A team whose coding is its result.",
    ),
    Leaving.ANONYMISE: Said(
        "It stays without a trace of who wrote it",
        "Her work stays, and nobody finds out whose it was, you included.",
        "An open reading whose threads shall not fall apart.",
    ),
    Leaving.DELETE: Said(
        "It is deleted for good",
        "Her work goes with her.",
        "A place to practise in.",
    ),
}

STATES = {
    State.OPEN: Said(
        "Open",
        "Members annotate and reply; whoever leads the set changes it.",
        "While you work.",
    ),
    State.CLOSED: Said(
        "Closed",
        "Nobody annotates, replies, changes or deletes what was written. You can still change "
        "rules, documents, members and codebook.",
        "After the deadline, while you mark.",
    ),
    State.FROZEN: Said(
        "Frozen",
        "Nothing changes: not what was written, nor rules, documents, codebook, groups and "
        "assignments. Nobody comes in; members can leave, or be removed. Only the owner can thaw "
        "it.",
        "What you quote in a paper.",
    ),
}


def when_of(annotation_set: AnnotationSet) -> str:
    """Which choice of WHEN holds in a set."""
    if annotation_set.rule == Rule.AFTER and not annotation_set.after_count:
        return FINISHED
    return annotation_set.rule


def things(annotations: int, replies: int = 0) -> str:
    """So many annotations and replies, in words."""
    parts = []
    if annotations or not replies:
        parts.append(f"{annotations} annotation{'' if annotations == 1 else 's'}")
    if replies:
        parts.append(f"{replies} repl{'y' if replies == 1 else 'ies'}")
    return " and ".join(parts)


def readers_of(promise: Promise) -> str:
    """Who will see what is written under a promise, beside its author."""
    if promise.audience == Audience.EDITORS:
        return "the editors only"
    if promise.group_id is not None:
        return "your group and the editors"
    if promise.audience == Audience.MEMBERS:
        return "the members of the set"
    return "everyone who can read the set"


def called(naming: int, pseudonym: str) -> str:
    """How its author is called: "as Crested Heron"; nothing where she has her name."""
    if naming == Naming.NOBODY:
        return "without your name"
    if naming == Naming.PSEUDONYM:
        return f"as {pseudonym}" if pseudonym else "under a pseudonym"
    return ""


def delay_of(annotation_set: AnnotationSet) -> str:
    """When other members come to see it; nothing where they do so at once."""
    if annotation_set.rule == Rule.BLIND:
        return "once the editors open the set"
    if annotation_set.rule == Rule.AFTER:
        count = annotation_set.after_count
        if not count:
            return "when they have finished reading"
        return f"after their own {things(count).removeprefix('1 ')}"
    return ""


def shared_with(annotation_set: AnnotationSet, promise: Promise, pseudonym: str) -> str:
    """What "shared" means for somebody who writes under a promise: "Shared with the members of the
    set, as Crested Heron"."""
    parts = [f"Shared with {readers_of(promise)}"]
    if promise.audience != Audience.EDITORS:
        parts += [called(promise.naming, pseudonym), delay_of(annotation_set)]
    return ", ".join(part for part in parts if part)


def narrower(annotation_set: AnnotationSet, audience: int, group_id: int | None) -> str:
    """In a word or two, to whom something is shown that was promised to fewer than the set's rules
    say now; nothing where it is shown as they say."""
    now = promise_of(annotation_set, Role.ANNOTATOR, None)
    if audience == Audience.EDITORS < now.audience:
        return "editors only"
    if group_id is not None and not annotation_set.groups_apart:
        return "one group only"
    return "members only" if audience < now.audience else ""


def told(annotation_set: AnnotationSet) -> str:
    """The rules in a sentence or two for the set's page; nothing where all see all by name."""
    said = []
    if annotation_set.rule == Rule.EDITORS:
        said.append("What members write is for the editors alone.")
    elif delay := delay_of(annotation_set):
        said.append(f"Members see each other’s work {delay}.")
    if annotation_set.naming != Naming.NAME:
        said.append(f"They are called {NAMING[Naming(annotation_set.naming)].name.lower()}.")
    if annotation_set.state != State.OPEN:
        changes = "changes" if annotation_set.state == State.FROZEN else "is added"
        said.append(f"The set is {annotation_set.get_state_display()}: nothing {changes}.")
    return " ".join(said)


def mark_of(promise: Promise) -> str:
    """A promise as a form carries it, to know what its author had read when she sends it."""
    return ".".join(str(part or 0) for part in promise)


def is_wider(now: Promise, seen: str) -> bool:
    """Whether a promise shows more, or to others, than the one of a form; one without is trusted to
    have been made just now."""
    if not seen:
        return False
    parts = seen.split(".")
    if len(parts) != 3 or not all(part.isdecimal() and part.isascii() for part in parts):
        return True
    audience, naming, group = map(int, parts)
    return now.audience > audience or now.naming > naming or group not in (0, now.group_id)
