"""Every format over HTTP, with many annotations on one document: ``python -m bench exports``.

To look at some alone: ``BENCH_ONLY=csv,jsonl`` and ``BENCH_COUNTS=1000,5000``.
"""

from __future__ import annotations

import os
import re
from datetime import timedelta
from pathlib import Path
from statistics import median
from threading import Event, Thread

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser

from annotations.formats import FORMATS
from annotations.models import Annotation, AnnotationSet, Reply
from bench.data import AT, load_document, make_people, make_set
from bench.live import processes_of_server, seconds_of_server
from bench.run import checked
from bench.server import Client, serving

# How often each is asked for.
ROUNDS = {1_000: 9, 5_000: 5, 100_000: 1}
# Half of what the best of the comparable apps takes for 1,000, a third of it for 5,000, in seconds.
LIMITS = {
    ("csv", 1_000): 0.045,
    ("csv", 5_000): 0.197,
    ("jsonl", 1_000): 0.025,
    ("jsonl", 5_000): 0.037,
    ("xlsx", 1_000): 0.085,
    ("xlsx", 5_000): 0.293,
    ("html", 1_000): 0.105,
    ("html", 5_000): 0.983,
}
# By how many MB a server's process may grow while it writes 100,000.
LIMIT_MB = 40.0
HEAD = f"{'':10}  best ms   p50 ms computed ms  rows ms    ratio  limit ms       KB     MB"


def run() -> list[str]:
    """Prints the figures; what went over its limit, a line each."""
    call_command("migrate", verbosity=0)
    people = make_people()
    document = load_document()
    counts = [int(one) for one in os.environ.get("BENCH_COUNTS", "").split(",") if one]
    made = {count: make_set(document, people, count) for count in counts or ROUNDS}
    for one in made.values():
        _answered(one, people)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    browser = Browser()
    browser.force_login(people[0])
    connection.close()
    only = os.environ.get("BENCH_ONLY", "")
    over = []
    for count, one in made.items():
        load = os.getloadavg()[0]
        print(f"{count:,} annotations ({connection.vendor}; load of the machine {load:.1f})")
        print(HEAD)
        for name in FORMATS:
            if not only or name in only.split(","):
                # A process of the server that has done nothing else, so that its memory says
                # something.
                with serving(workers=1, threads=1) as port:
                    client = Client(port, {"sessionid": browser.cookies["sessionid"].value})
                    over += _measured(client, name, one, count)
    return over


class Held:
    """By how many MB a process of the server grew at most meanwhile. Pages of the database's file
    that it has mapped are not its own, and left out: so it is looked at again and again."""

    def __enter__(self) -> Held:
        self.most = 0.0
        self._before = {pid: _own(pid) for pid in processes_of_server()}
        self._done = Event()
        self._thread = Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.01):
            grown = max(_own(pid) - before for pid, before in self._before.items())
            self.most = max(self.most, grown / 1024)


def _own(pid: int) -> int:
    found = re.search(
        r"^RssAnon:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE
    )
    return int(found[1]) if found else 0


def _answered(one: AnnotationSet, people: list[User]) -> None:
    """A reply under each tenth annotation."""
    pks = Annotation.objects.in_set(one.pk).order_by("pk").values_list("pk", flat=True)
    Reply.objects.bulk_create(
        (
            Reply(
                annotation_id=pk,
                author=people[number % len(people)],
                note="I read it *otherwise*: look at the date.",
                created=AT + timedelta(seconds=number),
                modified=AT + timedelta(seconds=number),
            )
            for number, pk in enumerate(pks[::10])
        ),
        batch_size=500,
    )


def _measured(client: Client, name: str, one: AnnotationSet, count: int) -> list[str]:
    """A line of figures: beside each stands a floor, the bare rows of the database as JSON."""
    address, floor_path = f"{one.get_absolute_url()}exports/{name}/", f"/bench/out/?set={one.pk}"
    checked(client.ask("GET", "/"))
    with Held() as held:
        probe = checked(client.ask("GET", address))
    more, ours, spent = held.most, [], 0.0
    checked(client.ask("GET", floor_path))
    floor = [checked(client.ask("GET", floor_path)).seconds]
    for _ in range(ROUNDS.get(count, 1)):
        floor.append(checked(client.ask("GET", floor_path)).seconds)
        before = seconds_of_server()
        ours.append(checked(client.ask("GET", address)).seconds)
        spent += seconds_of_server() - before
    computed = spent / len(ours)
    limit = LIMITS.get((name, count))
    said = f"{limit * 1e3:8.0f}" if limit else f"{'':8}"
    print(
        f"{name:10} {min(ours) * 1e3:8.0f} {median(ours) * 1e3:8.0f} {computed * 1e3:11.0f}"
        f" {min(floor) * 1e3:8.0f} {min(ours) / min(floor):8.1f}  {said}"
        f" {len(probe.body) / 1024:8.0f} {more:6.1f}",
        flush=True,
    )
    over = []
    # Computed, where the machine does other things meanwhile.
    if limit and (taken := min(min(ours), computed)) > limit:
        over.append(f"{name}, {count:,}: {taken * 1e3:.0f} ms > {limit * 1e3:.0f}")
    if more > LIMIT_MB:
        over.append(f"{name}, {count:,}: {more:.0f} MB > {LIMIT_MB:.0f}")
    return over
