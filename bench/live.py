"""300 readers of one set ask for news while some of them write: ``python -m bench live``.

Runs on the database of DATABASE_URL, else on SQLite. The server is the production one; its time is
that of all its processes, as the system counts it.
"""

from __future__ import annotations

import os
import random
import re
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles

from django.contrib.auth.models import User
from django.core.management import call_command

from bench.data import load_document, make_set
from bench.run import THREADS, WORKERS, Room, checked
from bench.server import Client, serving

READERS, ANNOTATIONS = 300, 1000
# Seconds: as static/js/news.js waits, and how long is measured.
LEAST, MOST = 10.0, 15.0
QUIET, BUSY, POST_EVERY = 30, 60, 3.0
# One of so many who are told of something brings it in.
SHOWN = 4
LIMIT = 0.5
SINCE = re.compile(r'"?since"?[=:] ?"([^"]+)"')
TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Figures:
    """What was asked in a while, and what it cost."""

    times: dict[str, list[float]] = field(default_factory=lambda: {"asked": [], "shown": []})
    statuses: Counter[int] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, name: str, seconds: float, status: int) -> None:
        with self.lock:
            self.times[name].append(seconds)
            self.statuses[status] += name == "asked"


class Reader:
    """An open page: it asks at its own times, and now and then its reader brings the news in."""

    def __init__(self, room: Room, client: Client, number: int) -> None:
        self.client, self.page = client, room.reader
        self.path, _, self.query = room.reader.partition("?")
        self.chance = random.Random(number)
        self.since = ""

    def open(self) -> None:
        body = checked(self.client.ask("GET", self.page)).body.decode()
        found = SINCE.search(body)
        assert found, "the page bears no token"
        self.since = found[1]

    def read(self, figures: Figures, until: float) -> None:
        """Asks until a moment, at first anywhere within the interval."""
        wait = self.chance.uniform(0, MOST)
        while time.monotonic() + wait < until:
            time.sleep(wait)
            self._ask(figures)
            wait = self.chance.uniform(LEAST, MOST)

    def _ask(self, figures: Figures) -> None:
        address = f"{self.path}news/?{self.query}&since={self.since}"
        answer = self.client.ask("GET", address)
        figures.add("asked", answer.seconds, answer.status)
        if answer.status == 200 and not self.chance.randrange(SHOWN):
            self._show(figures, f"{address}&show=1")

    def _show(self, figures: Figures, address: str) -> None:
        """Brings the news in, and the menus' counts with it, as the page does."""
        answer = checked(self.client.ask("GET", address, HX_Request="true"))
        figures.add("shown", answer.seconds, answer.status)
        found = SINCE.search(answer.headers.get("HX-Trigger", ""))
        assert found, "what was brought bears no token"
        self.since = found[1]
        checked(self.client.ask("GET", self.page, HX_Request="true", HX_Target="filters"))


def run() -> list[str]:
    """Prints the figures; what went over its limit, a line each."""
    call_command("migrate", verbosity=0)
    document = load_document()
    names = [f"reader{number}" for number in range(READERS)]
    User.objects.bulk_create([User(username=name, password="!") for name in names])
    people = list(User.objects.filter(username__in=names).order_by("pk"))
    one = make_set(document, people, ANNOTATIONS)
    with serving(WORKERS, THREADS) as port:
        room = Room(port, document, one, people)
        readers = [Reader(room, client, n) for n, client in enumerate(room.clients)]
        for reader in readers:
            reader.open()
        print(f"{READERS} readers of {ANNOTATIONS:,} annotations ({WORKERS} workers of", end=" ")
        print(f"{THREADS} threads), each asking every {LEAST:.0f} to {MOST:.0f} seconds")
        print(
            f"{'':7} asked a second  told  p50 ms  p95 ms   shown  p50 ms  p95 ms  share of a core"
        )
        over = _measured("quiet", room, readers, QUIET, 0)
        return over + _measured("busy", room, readers, BUSY, POST_EVERY)


def _measured(
    name: str, room: Room, readers: list[Reader], seconds: int, post_every: float
) -> list[str]:
    figures, until = Figures(), time.monotonic() + seconds
    threads = [
        threading.Thread(target=reader.read, args=(figures, until), daemon=True)
        for reader in readers
    ]
    before, begin = seconds_of_server(), time.monotonic()
    for thread in threads:
        thread.start()
    posted = _post(room, until, post_every)
    for thread in threads:
        thread.join()
    spent = time.monotonic() - begin
    share = (seconds_of_server() - before) / spent
    asked = figures.times["asked"]
    told = figures.statuses[200] / len(asked)
    print(
        f"{name:7} {len(asked) / spent:14.1f} {told:5.0%} {_shown(asked)}"
        f" {len(figures.times['shown']):7} {_shown(figures.times['shown'])} {share:16.3f}"
        + (f"  ({posted} posted)" if posted else ""),
        flush=True,
    )
    if unknown := set(figures.statuses) - {200, 204}:
        return [f"live, {name}: answers {sorted(unknown)}"]
    return [f"live, {name}: {share:.2f} of a core > {LIMIT}"] if share > LIMIT else []


def _post(room: Room, until: float, every: float) -> int:
    """Annotations by some of the readers, on connections of their own."""
    posted = 0
    authors = [Client(one.port, dict(one.cookies)) for one in room.clients[:10]]
    while time.monotonic() + (every or 1) < until:
        time.sleep(every or 1)
        if every:
            room.create(authors[posted % len(authors)])
            posted += 1
    return posted


def processes_of_server() -> list[int]:
    """The processes under this one."""
    found, under = [os.getpid()], []
    while found:
        for tasks in Path(f"/proc/{found.pop()}/task").glob("*/children"):
            pids = [int(pid) for pid in tasks.read_text().split()]
            found += pids
            under += pids
    return under


def seconds_of_server() -> float:
    """What the processes under this one have computed so far, in seconds of one core."""
    spent = 0.0
    for pid in processes_of_server():
        user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        spent += (int(user) + int(system)) / TICK
    return spent


def _shown(times: list[float]) -> str:
    if len(times) < 2:
        return f"{'':15}"
    return f"{median(times) * 1e3:7.1f} {quantiles(times, n=20)[-1] * 1e3:7.1f}"
