"""A seminar at work on a server that is killed again and again."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client as Browser

from annotations.actions.annotations import create_annotation
from annotations.integrity import problems
from annotations.models import Annotation, AnnotationSet, History, Theme
from archive.importers.plain import parse_text
from archive.ingest import ingest
from archive.models import Edition
from tests.factories import (
    AnnotationSetFactory,
    MembershipFactory,
    ThemeFactory,
)
from tests.faults.clients import Annotator, Client, Editor, Owner, Tab, World
from tests.faults.server import Server
from tools.postgres import crash

SENTENCE = "With Afghanistan Day well behind us, we must decide what number {} of it was."
POOL, HIDDEN, SHARED = 40, 20, 3
# A server is killed when it has acknowledged so many changes, up to so many seconds later, while at
# least so many are on their way.
EACH, LONGER, SAVING = 2, 0.2, 3


def run(kills: int, folder: Path) -> list[str]:
    """Kills a server so often while it saves for several clients; what was lost, a line each."""
    call_command("migrate", verbosity=0)
    chance = random.Random(kills)
    world, clients = _seminar()
    faults = _undurable()
    connections.close_all()
    server = Server(dict(os.environ), folder / "server.log")
    server.start()
    world.port = server.port
    for client in clients:
        client.start()
    caught, begun = 0, time.monotonic()
    for number in range(kills):
        done = world.ledger.acknowledged
        _wait_for(lambda done=done: world.ledger.acknowledged >= done + EACH)
        time.sleep(chance.uniform(0, LONGER))
        _wait_for(lambda: len(world.saving) >= SAVING)
        caught += len(world.saving)
        if number == kills // 2 and "FAULT_CRASH" in os.environ:
            world.crashing = True
            crash(os.environ["DATABASE_URL"])
        server.kill()
        server.start()
        world.port = server.port
        world.crashing = False
    spent = time.monotonic() - begun
    world.stop.set()
    for client in clients:
        client.join(timeout=60)
    faults += [f"{client.name} still waits" for client in clients if client.is_alive()]
    server.kill()
    server.close()
    print(
        f"{kills} kills in {spent:.1f} s, {caught} saves on their way: {len(world.ledger.writes)} "
        f"changes, {world.ledger.acknowledged} acknowledged, {world.lost} without an answer; "
        f"{Annotation.objects.count()} annotations, {History.objects.count()} rows of history."
    )
    if caught < kills:
        faults.append("the server was not killed in the middle of saves")
    return [*faults, *world.strange, *world.ledger.faults(), *problems()]


def _undurable() -> list[str]:
    """What of SQLite's settings would let a power cut take what was acknowledged."""
    if connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        said = [
            cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous")
        ]
    return [] if said == ["wal", 2] else [f"SQLite’s journal and synchronous are {said}"]


def _wait_for(holds: Callable[[], bool]) -> None:
    """Until it holds; whether it ever did is looked at in the end."""
    until = time.monotonic() + 20
    while not holds() and time.monotonic() < until:
        time.sleep(0.001)


def _seminar() -> tuple[World, list[Client]]:
    """A set with people of all kinds in it, and what each of them does."""
    paragraphs = ["1. Memorandum", *(SENTENCE.format(number) for number in range(8))]
    ingest(parse_text("\n\n".join(paragraphs).encode(), "a.txt", volume="v", number="1"))
    edition = Edition.objects.select_related("document__volume").get()
    one = AnnotationSetFactory(slug="killed", readings=[edition.document])
    codebook = one.codebook
    themes = [ThemeFactory(codebook=codebook, slug=f"t{n}", position=n) for n in range(12)]
    people = {name: User.objects.create(username=name) for name in ("anna", "ben", "carla", "eve")}
    for name, user in people.items():
        role = "editor" if name == "eve" else "annotator"
        MembershipFactory(annotation_set=one, user=user, role=role)
    world = _world(one, edition, themes, people)
    sessions = {name: _session(user) for name, user in people.items()}
    shared = _annotate(one, edition, people["carla"], SHARED)
    clients: list[Client] = [
        Annotator(world, "anna", sessions["anna"]),
        Annotator(world, "ben", sessions["ben"]),
        Tab(world, "carla", sessions["carla"], shared),
        Tab(world, "carla’s other tab", sessions["carla"], shared),
        Editor(world, "eve", sessions["eve"]),
        Owner(world, "owner", _session(one.owner)),
    ]
    return world, clients


def _session(user: User) -> str:
    browser = Browser()
    browser.force_login(user)
    return browser.cookies["sessionid"].value


def _world(
    one: AnnotationSet, edition: Edition, themes: list[Theme], people: dict[str, User]
) -> World:
    document = edition.document
    base = one.get_absolute_url()
    return World(
        base=base,
        annotate=f"{base}annotate/{document.volume.slug}/{document.slug}/",
        set_key=str(one.pk),
        text=edition.text,
        passages=[(block[1], block[1] + 20) for block in edition.blocks[1:]],
        themes=[theme.pk for theme in themes[:4]],
        given=themes[4].pk,
        codebook=str(one.codebook_id),
        merged=themes[10].slug,
        into=themes[11].pk,
        edited={theme.pk: theme.slug for theme in themes[5:10]},
        pool=_annotate(one, edition, people["ben"], POOL, themes[10]),
        hidden=_annotate(one, edition, people["anna"], HIDDEN),
    )


def _annotate(
    one: AnnotationSet, edition: Edition, author: User, count: int, *themes: Theme
) -> list[str]:
    found = []
    for number in range(count):
        start = edition.blocks[1 + number % 8][1]
        quote = edition.text[start : start + 30]
        made = create_annotation(
            author=author,
            annotation_set=one,
            edition=edition,
            start=start,
            end=start + 30,
            quote=quote,
            themes=themes,
        )
        found.append(str(made.uuid))
    return found
