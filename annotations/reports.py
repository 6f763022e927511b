"""The reports of a set, as its editors read them: by what they are about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet

from annotations.models import Annotation, AnnotationSet, Reply, Report
from annotations.naming import person
from annotations.passages import shorten


@dataclass(frozen=True, slots=True)
class Said:
    """What one member reported, and what became of it."""

    by: str
    at: datetime
    reason: str
    outcome: str
    settled_by: str


@dataclass(slots=True)
class Case:
    """An annotation, or one reply to it, with the reports about it, the first first."""

    annotation: Annotation
    reply: Reply | None
    author: str
    quote: str
    said: list[Said] = field(default_factory=list)

    @property
    def written(self) -> Annotation | Reply:
        return self.reply or self.annotation

    @property
    def is_hidden(self) -> bool:
        return self.written.hidden_at is not None


def reports_of(annotation_set: AnnotationSet, *, is_open: bool) -> QuerySet[Report]:
    """The reports that wait, the oldest first; or those that are settled, the latest first."""
    rows = annotation_set.reports.select_related(
        "by", "settled_by", "annotation__author", "reply__author"
    )
    if is_open:
        return rows.filter(outcome=Report.Outcome.OPEN).order_by("pk")
    return rows.exclude(outcome=Report.Outcome.OPEN).order_by("-settled_at", "-pk")


def cases_of(reports: Iterable[Report]) -> list[Case]:
    """Reports put together by what they are about, in the order of the first of each."""
    cases: dict[tuple[int, int | None], Case] = {}
    for one in reports:
        written = one.reply or one.annotation
        case = cases.setdefault(
            (one.annotation_id, one.reply_id),
            Case(
                one.annotation,
                one.reply,
                person(written.author).name,
                shorten(one.annotation.quote),
            ),
        )
        settled = person(one.settled_by).name if one.settled_by else ""
        case.said.append(
            Said(person(one.by).name, one.at, one.reason, one.get_outcome_display(), settled)
        )
    return list(cases.values())
