"""A set with something of everything in it, and somebody of each role to ask for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from annotations.actions.annotations import delete_annotation
from annotations.actions.assignments import (
    Part,
    create_assignment,
    delete_assignment,
    give_mark,
)
from annotations.actions.codebook import create_theme, delete_theme
from annotations.actions.groups import make_group
from annotations.actions.joining import make_link
from annotations.actions.positions import Stop, keep
from annotations.actions.replies import create_reply, delete_reply
from annotations.actions.sets import add_member
from annotations.actions.snapshots import Wish
from annotations.actions.snapshots import order as order_snapshot
from annotations.digests import off_link
from annotations.freezing import make as make_snapshot
from annotations.models import (
    Anchoring,
    Annotation,
    AnnotationSet,
    Block,
    History,
    Reach,
    ReadingPosition,
    Reply,
    Report,
    Variant,
)
from archive.importers.particulars import Given
from archive.models import Import, Person, Term
from archive.own import bring
from tests.annotations.worlds import World, user, world
from tests.factories import PersonFactory, TermFactory
from tests.permissions.table import addresses, parts_of

SIGN_IN = "/accounts/login/"


@dataclass
class Room:
    """The world of one set; ``author`` wrote what is asked for, ``annotator`` is another one."""

    here: World
    people: dict[str, User | None]
    things: dict[str, Any] = field(default_factory=dict)
    cookies: dict[str, SimpleCookie] = field(default_factory=dict)
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    def ask(
        self, name: str, method: str, role: str, accept: str = "text/html"
    ) -> tuple[str, HttpResponse]:
        """What an address answers to somebody of this role: ``yes``, ``no``, ``404`` or ``in``."""
        # What one answer sets must not help the next.
        self.client.cookies = SimpleCookie({k: m.value for k, m in self.cookies[role].items()})
        path = reverse(name, kwargs=self.arguments(name))
        asked = self.things.get(f"{method} {name}", {})
        response = getattr(self.client, method.lower())(path, asked, headers={"Accept": accept})
        if response.streaming:
            # As a server does; what the test reads of it, it reads from what was kept.
            response = _kept(response)
        return _answer(response), response

    def sign_in(self) -> None:
        """Opens a session for each of the people."""
        for role, person in self.people.items():
            client = Client()
            if person:
                client.force_login(person)
            self.cookies[role] = client.cookies

    def arguments(self, name: str) -> dict[str, Any]:
        """What the address of this name needs."""
        return {part: self.things[about(name, part)] for part in parts_of(addresses()[name])}


def _kept(response: HttpResponse) -> HttpResponse:
    # Read to its end it is closed, by the client, in a way that leaves the connection open.
    return HttpResponse(response.getvalue(), status=response.status_code, headers=response.headers)


def _answer(response: HttpResponse) -> str:
    status = response.status_code
    if status in (301, 302) and response["Location"].startswith(SIGN_IN):
        return "in"
    if status in (403, 404):
        return {403: "no", 404: "404"}[status]
    # 422, 409 and 410 are given to those who may ask, about what they asked for.
    return "yes" if status < 400 or status in (409, 410, 422) else str(status)


def room(visibility: str, state: str, before: Callable[[AnnotationSet], Any] = bool) -> Room:
    """A set of this visibility and state, with all that the addresses of the table are about;
    ``before`` anything is written there, its rules can be changed."""
    here = world()
    before(here.set)
    author, staff = user("author"), user("staff")
    staff.is_staff = True
    staff.save()
    add_member(here.set, actor=here.owner, username="author")
    made = Room(here, {name: getattr(here, name, None) for name in ("reader", "annotator")})
    made.people |= {"guest": None, "author": author, "staff": staff, "stranger": here.stranger}
    made.people |= {"editor": here.editor, "owner": here.owner}
    _fill(made, author)
    here.set.visibility, here.set.state = visibility, state
    here.set.save()
    return made


def _fill(made: Room, author: User) -> None:
    here = made.here
    annotation = here.annotate(author=author, note="Mine.", themes=[here.linkage])
    gone: Annotation = here.annotate(words="linkage", author=author)
    delete_annotation(gone, actor=author)
    reply: Reply = create_reply(annotation, author=author, note="And more.")
    unsaid = create_reply(annotation, author=author, note="No.")
    delete_reply(unsaid, actor=author)
    run = Import.objects.create(volume=here.document.volume, name="volume.xml")
    person: Person = PersonFactory(volume=here.document.volume)
    term: Term = TermFactory(volume=here.document.volume)
    member = here.set.memberships.get(user=here.annotator)
    made.things |= {
        "slug": here.set.slug,
        "link key": here.set.link_key,
        "key": "none",
        "volume": here.document.volume.slug,
        "document": here.document.slug,
        "annotation": annotation.uuid,
        "deleted annotation": gone.uuid,
        "reply": reply.uuid,
        "deleted reply": unsaid.uuid,
        "member": member.pk,
        "theme": here.risk.slug,
        "number": here.set.codebook.revision,
        "import": run.pk,
        "person pk": person.pk,
        "person": str(person.pk),
        "term": str(term.pk),
        "section": "documents",
        "format": "csv",
        "citation": "bib",
        "uid": "none",
        "uidb36": "1",
        "token": "none",
        "GET annotations:stack": {"set": here.set.slug, "at": annotation.start},
        "POST annotations:rules_state": {"state": "closed"},
        "GET document": {"set": here.set.slug},
        "POST annotations:stopped": {"set": here.set.slug, "edition": here.edition.pk}
        | {"offset": 0, "furthest": 9},
        "stop": _stop(here, author),
    }
    made.things |= _of_class(here, author, annotation)
    made.things |= _snapshot(here)
    made.things["deleted theme"] = _deleted_theme(here)
    made.things["own volume"] = bring(author, b"A letter.\n\nDear all.", "letter.txt", Given()).slug
    _carry(here, annotation)


def _of_class(here: World, author: User, annotation: Annotation) -> dict[str, Any]:
    """A link into the set, a group, an assignment with a mark, a report, somebody kept out."""
    link = make_link(here.set, actor=here.owner)
    group = make_group(here.set, actor=here.owner, name="Monday")
    assignment = create_assignment(
        here.set, actor=here.owner, title="Read", annotations=1, parts=[Part(here.document.pk)]
    )
    points = {"points": None, "comment": "Well seen."}
    give_mark(assignment, author, actor=here.owner, **points)
    withdrawn = create_assignment(
        here.set, actor=here.owner, title="Write", annotations=1, parts=[Part(here.document.pk)]
    )
    delete_assignment(withdrawn, actor=here.owner)
    Annotation.objects.filter(pk=annotation.pk).update(question="open")
    report = Report.objects.create(annotation_set=here.set, annotation=annotation, by=here.reader)
    shut_out = Block.objects.create(annotation_set=here.set, user=user("kept-out"), by=here.owner)
    return {
        "join link": link.pk,
        "join token": link.token,
        "group": group.pk,
        "assignment": assignment.pk,
        "deleted assignment": withdrawn.pk,
        "mail token": off_link(author).rstrip("/").rpartition("/")[2],
        "notice": author.notifications.latest("pk").pk,
        "report": report.pk,
        "block": shut_out.pk,
        "author member": here.set.memberships.get(user=author).pk,
    }


def _stop(here: World, author: User) -> int:
    """A place where the author stopped reading."""
    keep(author.pk, Stop(here.document.pk, here.set.pk, here.edition.pk, 0, 9))
    return ReadingPosition.objects.get(user=author).pk


def _snapshot(here: World) -> dict[str, Any]:
    """One that is ready and not published."""
    kind = Wish(Reach.EVERYONE, Variant.AS_IS)
    made = order_snapshot(here.set, kind, actor=here.owner)
    make_snapshot(made.pk)
    asked = {"reach": kind.reach, "variant": kind.variant, "look": "1"}
    return {"snapshot": made.uuid, "snapshot number": 1, "POST annotations:snapshot_new": asked}


def _deleted_theme(here: World) -> int:
    delete_theme(here.set, create_theme(here.set, actor=here.owner, name="Gone"), actor=here.owner)
    return History.objects.filter(kind="theme", action="delete").latest("pk").pk


def _carry(here: World, annotation: Annotation) -> None:
    """Leaves the annotation's place open, as an import does that could not be sure."""
    Anchoring.objects.create(
        annotation=annotation,
        from_edition=annotation.edition,
        to_edition=annotation.edition,
        old_start=annotation.start,
        old_end=annotation.end,
        old_quote=annotation.quote,
        start=annotation.start,
        end=annotation.end,
        method="search",
        verdict="review",
        score=0.8,
        created=annotation.created,
    )
    Annotation.objects.filter(pk=annotation.pk).update(anchor="review")


# What an address is about, by the beginning of its name and what its pattern asks for; the first
# that fits. What is not here is called as the pattern calls it.
ABOUT = {
    ("archive:own", "volume"): "own volume",
    ("archive:import", "pk"): "import",
    ("archive:split", "pk"): "person pk",
    ("archive:person", "entry"): "person",
    ("archive:term", "entry"): "term",
    ("archive:mirrored", "path"): "volume",
    ("annotations:export", "name"): "format",
    ("annotations:cite", "suffix"): "citation",
    ("annotations:import", "pk"): "import",
    ("annotations:member_unblock", "pk"): "block",
    ("annotations:member", "pk"): "member",
    ("annotations:join_link", "pk"): "join link",
    ("annotations:assignment_restore", "pk"): "deleted assignment",
    ("annotations:assignment", "pk"): "assignment",
    ("annotations:group", "pk"): "group",
    ("annotations:notice", "pk"): "notice",
    ("annotations:report", "pk"): "report",
    ("annotations:recent", "pk"): "stop",
    ("annotations:snapshot", "uuid"): "snapshot",
    ("annotations:snapshot", "number"): "snapshot number",
    ("annotations:theme_restore", "pk"): "deleted theme",
    ("annotations:annotation_restore", "uuid"): "deleted annotation",
    ("annotations:annotation", "uuid"): "annotation",
    ("annotations:reply_restore", "uuid"): "deleted reply",
    ("annotations:reply", "uuid"): "reply",
    ("annotations:assignment_work", "member"): "author member",
    ("annotations:notices_mail_off", "token"): "mail token",
    ("annotations:join", "token"): "join token",
    ("annotations:set_link", "key"): "link key",
}


def about(name: str, asked: str) -> str:
    """The name of the thing that is given for a part of an address."""
    for (beginning, part), thing in ABOUT.items():
        if part == asked and name.startswith(beginning):
            return thing
    return asked
