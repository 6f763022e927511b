"""What a change of a set's rules means for what is already written, counted."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db.models import Count, Q

from annotations.models import (
    Annotation,
    AnnotationSet,
    Audience,
    Naming,
    Progress,
    Promise,
    Reply,
    Role,
    Rule,
    Sharing,
    Visibility,
)
from annotations.models.visibility import promise_of
from annotations.telling import readers_of, things


class Rules(NamedTuple):
    rule: str
    after_count: int
    naming: int
    groups_apart: bool
    leaving: str

    @property
    def mark(self) -> str:
        """The rules as a form carries them, to know whether they are those that were looked at."""
        return "|".join(map(str, self))


def rules_of(annotation_set: AnnotationSet) -> Rules:
    return Rules(*(getattr(annotation_set, field) for field in Rules._fields))


class Written(NamedTuple):
    """How much the members have shared, of one kind."""

    annotations: int
    replies: int

    def __bool__(self) -> bool:
        return bool(self.annotations or self.replies)

    def __str__(self) -> str:
        return things(*self)

    def say(self, one: str, many: str) -> str:
        """A sentence that begins with how much it is."""
        return f"{self} {one if sum(self) == 1 else many}"


class Writing:
    """What the members of a set (not its editors) have shared; two queries each time it counts."""

    def __init__(self, annotation_set: AnnotationSet) -> None:
        shared = Q(visibility=Sharing.SHARED, naming__lt=Naming.EDITOR, deleted_at__isnull=True)
        self._annotations = Annotation.objects.order_by().filter(
            shared, annotation_set=annotation_set
        )
        self._replies = Reply.objects.order_by().filter(
            shared,
            annotation__annotation_set=annotation_set,
            annotation__deleted_at__isnull=True,
        )

    def count(self, **which: Any) -> Written:
        return Written(
            self._annotations.filter(**which).count(), self._replies.filter(**which).count()
        )

    def authors(self, **which: Any) -> int:
        """How many people wrote these annotations."""
        return self._annotations.filter(**which).values("author").distinct().count()

    def due(self, count: int, opened: Any) -> int:
        """How often a member has written ``count`` annotations on a document, and it has not opened
        for her yet."""
        rows = self._annotations.values_list("author", "edition__document")
        enough = {
            (user, document)
            for user, document, number in rows.annotate(number=Count("pk"))
            if number >= count
        }
        return len(enough - set(opened.values_list("user", "document")))


def meaning_of(annotation_set: AnnotationSet, new: Rules) -> list[str]:
    """What it means to give a set these rules, in sentences; at most a dozen queries."""
    old = rules_of(annotation_set)
    writing = Writing(annotation_set)
    said = []
    if (old.rule, old.after_count) != (new.rule, new.after_count):
        said += _of_rule(annotation_set, writing, old, new)
    if old.naming != new.naming:
        said += _of_naming(annotation_set, writing, old.naming, new.naming)
    if old.groups_apart != new.groups_apart:
        said += _of_groups(annotation_set, writing, apart=new.groups_apart)
    if old.leaving != new.leaving:
        said.append("What becomes of their work holds for members who leave from now on.")
    return said


def _of_rule(one: AnnotationSet, writing: Writing, old: Rules, new: Rules) -> list[str]:
    said = [_from_now_on(one, new)]
    reaching = writing.count(audience__gte=Audience.MEMBERS)
    if reaching and new.rule == Rule.OPEN:
        said += _opening(one, writing, reaching)
    elif reaching and old.rule != new.rule:
        said.append(_closing(reaching, old.rule, new.rule))
    if new.rule == Rule.AFTER:
        said += _opened(one, writing, new.after_count)
    if new.rule != Rule.EDITORS and (kept := writing.count(audience=Audience.EDITORS)):
        said.append(
            kept.say(
                "was written when only the editors saw what members write: it stays so until its "
                "author releases it.",
                "were written when only the editors saw what members write: they stay so until "
                "their authors release them.",
            )
        )
    return said


def _from_now_on(one: AnnotationSet, new: Rules) -> str:
    then = AnnotationSet(visibility=one.visibility, rule=new.rule, naming=new.naming)
    then.groups_apart = False
    promise = promise_of(then, Role.ANNOTATOR, None)
    return f"What members share from now on is for {_plainly(promise)}{_when(new)}."


def _plainly(promise: Promise) -> str:
    return readers_of(promise).removesuffix(" only")


def _when(new: Rules) -> str:
    if new.rule == Rule.BLIND:
        return ", once you open the set"
    if new.rule != Rule.AFTER:
        return ""
    if not new.after_count:
        return ", on each document when they say that they have finished reading"
    return f", on each document after {things(new.after_count)} of their own"


def _opening(one: AnnotationSet, writing: Writing, reaching: Written) -> list[str]:
    said = [f"The members see {reaching} of each other at once. That cannot be taken back."]
    if grouped := writing.count(audience__gte=Audience.MEMBERS, group__isnull=False):
        said.append(grouped.say("of these stays in its group.", "of these stay in their groups."))
    if one.visibility != Visibility.PRIVATE:
        outside = writing.count(audience=Audience.EVERYONE, group__isnull=True)
        if outside:
            said.append(f"Whoever can read the set, member or not, sees {outside}.")
    return said


def _closing(reaching: Written, old: str, new: str) -> str:
    until = {
        Rule.BLIND: "until you open the set",
        Rule.EDITORS: "for as long as this rule holds",
        Rule.AFTER: "until each has done what the rule asks",
    }[Rule(new)]
    if old == Rule.OPEN:
        return reaching.say(
            f"that the members see now is out of the others’ sight {until}. Whoever has read it "
            "may remember it.",
            f"that the members see now are out of the others’ sight {until}. Whoever has read "
            "them may remember them.",
        )
    if new == Rule.AFTER:
        return reaching.say(
            "of the members opens on each document to those who do what the rule asks there.",
            "of the members open on each document to those who do what the rule asks there.",
        )
    return reaching.say(
        f"of the members is out of the others’ sight {until}.",
        f"of the members are out of the others’ sight {until}.",
    )


def _opened(one: AnnotationSet, writing: Writing, count: int) -> list[str]:
    progress = Progress.objects.filter(annotation_set=one)
    opened = progress.filter(opened_at__isnull=False)
    if count:
        due = writing.due(count, opened)
    else:
        due = progress.filter(opened_at__isnull=True, finished_at__isnull=False).count()
    said = []
    if before := opened.count():
        said.append(f"What has opened for a member before stays open: {_cases(before)}.")
    if due:
        said.append(f"It opens at once where the rule is fulfilled already: {_cases(due)}.")
    return said


def _cases(count: int) -> str:
    return f"{count} time{'' if count == 1 else 's'}, a member and a document each"


def _of_naming(one: AnnotationSet, writing: Writing, old: int, new: int) -> list[str]:
    members = one.memberships.filter(role__in=(Role.ANNOTATOR, Role.READER)).count()
    people = f"{members} {'person' if members == 1 else 'people'}"
    said = []
    if new > old:
        will = "named" if new == Naming.NAME else "called by a pseudonym"
        said.append(f"{people} will be {will} from now on, when they write.")
        for naming, what in ((Naming.PSEUDONYM, "pseudonym"), (Naming.NOBODY, "namelessness")):
            if naming < new and (kept := writing.count(naming=naming)):
                said.append(
                    kept.say(
                        f"written before keeps its {what} until its author shows more.",
                        f"written before keep their {what} until their authors show more.",
                    )
                )
        return said
    will = "called by a pseudonym" if new == Naming.PSEUDONYM else "called nothing at all"
    said.append(f"{people} will be {will} from now on; the editors go on seeing names.")
    if veiled := writing.count(naming__gt=new):
        said.append(
            veiled.say(
                "written before loses its author’s name too. Whoever has read it may remember.",
                "written before lose their authors’ names too. Whoever has read them may remember.",
            )
        )
    if old == Naming.NAME and writing.count(note__contains="@"):
        put = "a pseudonym" if new == Naming.PSEUDONYM else "“a member”"
        said.append(f"In what is written, an @ with a member’s user name gives way to {put}.")
    return said


def _of_groups(one: AnnotationSet, writing: Writing, *, apart: bool) -> list[str]:
    groups = one.groups.count()
    if not groups:
        return ["There are no groups in this set yet; it holds when there are."]
    if apart:
        said = [f"What a member of one of the {groups} groups writes from now on stays in it."]
        if written := writing.count(group__isnull=True):
            said.append(
                written.say(
                    "written before stays in sight of all groups.",
                    "written before stay in sight of all groups.",
                )
            )
        return said
    said = ["What members write from now on is seen by all groups."]
    if written := writing.count(group__isnull=False):
        said.append(
            written.say(
                "written within a group stays there until its author releases it.",
                "written within a group stay there until their authors release them.",
            )
        )
    return said


class Blind(NamedTuple):
    """How much would open with a set whose members work blind, and of how many people."""

    waiting: Written
    people: int

    @property
    def verb(self) -> str:
        return "waits" if sum(self.waiting) == 1 else "wait"


def blind_now(annotation_set: AnnotationSet) -> Blind | None:
    """What waits to be opened; None where the members do not work blind. Three queries."""
    if annotation_set.rule != Rule.BLIND:
        return None
    writing = Writing(annotation_set)
    reaching = {"audience__gte": Audience.MEMBERS}
    return Blind(writing.count(**reaching), writing.authors(**reaching))
