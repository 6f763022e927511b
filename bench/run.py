"""What is measured, in turns with its floor, and the limits that hold."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles
from time import perf_counter

from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client as Browser

from annotations.models import AnnotationSet
from archive.models import Document
from bench.data import load_document, make_people, make_set, random_passage
from bench.server import Answer, Client, serving

WORKERS, THREADS = 2, 4
COUNTS = (10, 100, 1000, 5000)
LIMITS = {("cold", 1000): 6.0, ("warm", 1000): 2.0, ("cold", 5000): 12.0}
LIMIT_CREATE, LIMIT_QUERIES = 2.5, 12
VIEWS, CREATES, ROUNDS = 60, 240, 6


class Room:
    """One set on one document, and clients who are signed in to it."""

    def __init__(
        self, port: int, document: Document, one: AnnotationSet, people: list[User]
    ) -> None:
        assert document.current is not None
        self.text, self.blocks = document.current.text, document.current
        self.reader = f"{document.get_absolute_url()}?set={one.slug}"
        self.annotate = f"{one.get_absolute_url()}annotate/{document.volume.slug}/{document.slug}/"
        self.clients = [self._signed_in(port, user) for user in people]
        self.chance = random.Random(one.slug)

    def _signed_in(self, port: int, user: User) -> Client:
        browser = Browser()
        browser.force_login(user)
        client = Client(port, {"sessionid": browser.cookies["sessionid"].value})
        client.ask("GET", self.reader)
        return client

    def passage(self) -> dict[str, object]:
        while True:
            start, end = random_passage(self.chance, self.blocks)
            quote = self.text[start:end]
            if quote.strip():
                return {"start": start, "end": end, "quote": quote}

    def create(self, client: Client) -> Answer:
        form = {**self.passage(), "note": "Linkage by *calendar*.", "visibility": "shared"}
        headers = {"HX_Request": "true", "HX_Current_URL": f"http://127.0.0.1{self.reader}"}
        return checked(client.ask("POST", self.annotate, form, **headers))


def checked(answer: Answer) -> Answer:
    if answer.status != 200:
        raise SystemExit(f"bench: {answer.status}: {answer.body[:300]!r}")
    return answer


def run() -> list[str]:
    """Measures and prints everything; what went over its limit, a line each."""
    call_command("migrate", verbosity=0)
    document, people = load_document(), make_people()
    sets = [(count, make_set(document, people, count)) for count in COUNTS]
    over: list[str] = []
    with serving(WORKERS, THREADS) as port:
        print(f"The reader's page ({WORKERS} workers of {THREADS} threads)")
        print("annotations  state    p50 ms   p95 ms  floor ms   ratio    KB  queries")
        for count, one in sets:
            over += views(Room(port, document, one, people[1:3]), count)
        print("\nMaking an annotation")
        print("annotations  clients  p50 ms   p95 ms  floor ms   ratio  a second  floor's")
        for count, one in sets[1:]:
            for clients in (1, 4):
                over += creates(Room(port, document, one, people[1 : clients + 1]), count)
    return over


def views(room: Room, count: int) -> list[str]:
    """The page in its three states, each in turns with a bare view of as many bytes."""
    viewer, other = room.clients
    over = []
    for state in ("empty", "cold", "warm"):
        extra = {"X_Bench_Cold": "1"} if state == "empty" else {}
        before: Callable[[], object] = (lambda: room.create(other)) if state == "cold" else int
        for _ in range(4 * WORKERS):
            checked(viewer.ask("GET", room.reader))
        before()
        probe = checked(viewer.ask("GET", room.reader, X_Bench_Queries="1", **extra))
        floor_path = f"/bench/view/?bytes={len(probe.body)}"
        ours, floor = [], []
        for _ in range(VIEWS):
            floor.append(checked(viewer.ask("GET", floor_path)).seconds)
            before()
            ours.append(checked(viewer.ask("GET", room.reader, **extra)).seconds)
        ratio = median(ours) / median(floor)
        print(
            f"{count:11,}  {state:5} {milliseconds(ours)} {median(floor) * 1e3:9.2f} {ratio:7.2f} "
            f"{len(probe.body) / 1024:5.0f} {probe.queries:8}",
            flush=True,
        )
        if ratio > LIMITS.get((state, count), ratio):
            over.append(f"{count} annotations, {state}: {ratio:.2f} > {LIMITS[state, count]}")
        if probe.queries > LIMIT_QUERIES:
            over.append(f"{count} annotations, {state}: {probe.queries} queries > {LIMIT_QUERIES}")
    return over


def creates(room: Room, count: int) -> list[str]:
    """Annotations made by all of the room's clients at once, in turns with the floor's inserts."""
    clients = room.clients
    share = CREATES // ROUNDS // len(clients)

    def floor(client: Client) -> Answer:
        return checked(client.ask("POST", "/bench/create/", {}))

    def work(client: Client, make: Callable[[Client], Answer]) -> list[float]:
        return [make(client).seconds for _ in range(share)]

    times: dict[str, list[float]] = {"ours": [], "floor": []}
    spent = dict.fromkeys(times, 0.0)
    with ThreadPoolExecutor(len(clients)) as pool:
        for _ in range(ROUNDS):
            for name, make in (("floor", floor), ("ours", room.create)):
                begin = perf_counter()
                for done in pool.map(work, clients, [make] * len(clients)):
                    times[name] += done
                spent[name] += perf_counter() - begin
    rates = {name: len(times[name]) / spent[name] for name in times}
    ratio = rates["floor"] / rates["ours"]
    print(
        f"{count:11,} {len(clients):8} {milliseconds(times['ours'])} "
        f"{median(times['floor']) * 1e3:9.2f} {ratio:7.2f} "
        f"{rates['ours']:9.0f} {rates['floor']:8.0f}",
        flush=True,
    )
    if ratio <= LIMIT_CREATE:
        return []
    return [f"create, {count} annotations, {len(clients)} clients: {ratio:.2f} > {LIMIT_CREATE}"]


def milliseconds(times: list[float]) -> str:
    return f"{median(times) * 1e3:8.2f} {quantiles(times, n=20)[-1] * 1e3:8.2f}"
