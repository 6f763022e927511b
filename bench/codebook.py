"""Years of coding: a set of 50,000 annotations and 300 themes: ``python -m bench codebook``.

On SQLite, or on the database of DATABASE_URL. To look at some alone: BENCH_ONLY=list,theme.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from django.core.management import call_command
from django.db import connection
from django.test import Client as Browser

from annotations.integrity import problems
from annotations.integrity_history import history_problems
from annotations.models import Annotation, History
from bench.coded import Coded, make
from bench.live import processes_of_server, seconds_of_server
from bench.run import THREADS, WORKERS, milliseconds
from bench.server import Answer, Client, serving

ROUNDS, WARM = 20, 2
# What the server computes for one page, in seconds of a core; queries; MB that it needs on the way.
LIMIT, LIMIT_QUERIES, LIMIT_MB = 0.1, 20, 40.0
# What an act on 10,000 passages may cost, beside the bare rows that it writes; MB.
LIMIT_ACT, LIMIT_ACT_MB = 12.0, 150.0
FIELD = re.compile(r'name="(base|all)" value="([^"]+)"')
HEAD = f"{'':34}   p50 ms   p95 ms  floor ms    ratio  computed ms     KB  queries     MB"


def run() -> list[str]:
    """Prints the figures; what went over its limit, a line each."""
    call_command("migrate", verbosity=0)
    begun = perf_counter()
    made = make()
    _settle()
    spent = perf_counter() - begun
    print(f"{Annotation.objects.count():,} annotations, 300 themes, 200 documents ", end="")
    print(f"({connection.vendor}; made in {spent:.0f} s)")
    begun = process_time()
    list(history_problems())
    print(f"check_integrity: {process_time() - begun:.1f} s computed for the history, ", end="")
    begun, faults = process_time(), list(problems())
    print(f"{process_time() - begun:.1f} s for all, {len(faults)} problems")
    browser = Browser()
    browser.force_login(made.owner)
    connection.close()
    with serving(WORKERS, THREADS) as port:
        client = Client(port, {"sessionid": browser.cookies["sessionid"].value})
        print(HEAD)
        over = faults[:3]
        for name, address in pages(made).items():
            if _wanted(name):
                over += _page(client, name, address)
        if _wanted("acts"):
            over += _acts(client, made)
    connection.close()
    return over + [f"after the acts: {fault}" for fault in list(problems())[:3]]


def pages(made: Coded) -> dict[str, str]:
    """What is looked at, by its name; a new page gets a line here."""
    base = made.one.get_absolute_url()
    listed, codebook = f"{base}annotations/", f"{base}codebook/"
    document = f"{made.document.volume.slug}/{made.document.slug}"
    author = made.owner.username
    some = Annotation.objects.in_set(made.one.pk).order_by("pk")[25_000]
    return {
        "list": listed,
        "list, newest first": f"{listed}?sort=newest",
        "list, by author": f"{listed}?sort=author",
        "list, longest first": f"{listed}?sort=length",
        "list, a theme of 10,000": f"{listed}?theme={made.first.slug}",
        "list, two themes, changed last": f"{listed}?theme={made.first.slug}"
        f"&theme={made.middling.slug}&sort=changed",
        "list, an author’s of a document": f"{listed}?author={author}&document={document}",
        "list, words that many have": f"{listed}?q=partners",
        "list, words that none has": f"{listed}?q=zzyzx",
        "list, without replies": f"{listed}?replies=none&sort=oldest",
        "list, all of a theme chosen": f"{listed}?theme={made.first.slug}&all=1",
        "theme of 10,000": f"{codebook}{made.first.slug}/",
        "theme of 10,000, newest first": f"{codebook}{made.first.slug}/?sort=newest",
        "theme of middling use": f"{codebook}{made.middling.slug}/",
        "merge, both side by side": f"{codebook}{made.first.slug}/merge/?into={made.second.pk}",
        "codebook": codebook,
        "codebook, editing": f"{codebook}edit/",
        "codebook, versions": f"{codebook}versions/",
        "history of the set": f"{base}history/",
        "history of an annotation": f"{some.get_absolute_url()}history/",
        "bin": f"{base}bin/",
        "recent": "/recent/",
        "reader": f"{made.document.get_absolute_url()}?set={made.one.slug}",
    }


def _wanted(name: str) -> bool:
    only = os.environ.get("BENCH_ONLY", "")
    return not only or name.startswith(tuple(only.split(",")))


def _settle() -> None:
    """What the database does by itself after so many rows have come: it looks how they lie."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _page(client: Client, name: str, address: str) -> list[str]:
    for _ in range(WARM * WORKERS):
        _answered(client.ask("GET", address))
    probe = _answered(client.ask("GET", address, X_Bench_Queries="1"))
    floor_path = f"/bench/view/?bytes={len(probe.body)}"
    ours, floor, spent = [], [], 0.0
    megabytes = Peak()
    for _ in range(ROUNDS):
        floor.append(_answered(client.ask("GET", floor_path)).seconds)
        before = seconds_of_server()
        ours.append(_answered(client.ask("GET", address)).seconds)
        spent += seconds_of_server() - before
    computed, more = spent / ROUNDS, megabytes.more()
    _line(name, ours, floor, computed, probe, more)
    over = [f"{name}: {computed * 1e3:.0f} ms > {LIMIT * 1e3:.0f}"] if computed > LIMIT else []
    if probe.queries > LIMIT_QUERIES:
        over.append(f"{name}: {probe.queries} queries > {LIMIT_QUERIES}")
    return over + ([f"{name}: {more:.0f} MB > {LIMIT_MB:.0f}"] if more > LIMIT_MB else [])


def _line(
    name: str,
    ours: list[float],
    floor: list[float],
    computed: float,
    answer: Answer,
    megabytes: float,
) -> None:
    ratio = median(ours) / median(floor)
    times = milliseconds(ours) if len(ours) > 1 else f"{ours[0] * 1e3:8.0f} {'':8}"
    print(
        f"{name:34} {times} {median(floor) * 1e3:9.2f} {ratio:8.2f} {computed * 1e3:12.0f}"
        f" {len(answer.body) / 1024:6.0f} {answer.queries:8} {megabytes:6.1f}",
        flush=True,
    )


def _acts(client: Client, made: Coded) -> list[str]:
    """A merge and a bulk act on 10,000 passages, each taken back; one transaction each."""
    base = made.one.get_absolute_url()
    merging = f"{base}codebook/{made.first.slug}/merge/?into={made.second.pk}"
    fields = dict(FIELD.findall(_answered(client.ask("GET", merging)).body.decode()))
    words = {"name": made.second.name, "definition": made.second.definition}
    merge = {"into": made.second.pk, "base": fields["base"], "why": "One idea.", **words}
    over = _act(client, "merge", merging, merge)
    over += _act(client, "merge, taken back", f"{base}codebook/undo/", {})
    listed = f"{base}annotations/?theme={made.second.slug}"
    page = _answered(client.ask("GET", f"{listed}&all=1")).body.decode()
    token = dict(FIELD.findall(page))["all"]
    retag = {"act": "themes", "do": "1", "all": token, "query": f"theme={made.second.slug}"}
    over += _act(client, "retag", f"{base}annotations/act/", {**retag, "add": made.middling.pk})
    return over + _act(client, "retag, taken back", f"{base}undo/", {})


def _act(client: Client, name: str, address: str, form: dict[str, object]) -> list[str]:
    known = History.objects.count()
    connection.close()
    before = seconds_of_server()
    floor = _answered(client.ask("POST", "/bench/rows/?rows=10000", {})).seconds
    between, megabytes = seconds_of_server(), Peak()
    answer = _answered(client.ask("POST", address, form, X_Bench_Queries="1"), 302)
    computed, more = seconds_of_server() - between, megabytes.more()
    _line(name, [answer.seconds], [floor], computed, answer, more)
    over = []
    wrote = History.objects.count() - known - 10_000
    if wrote < 9_000:
        over.append(f"{name}: only {wrote} rows of history")
    # Computed, not waited: a single act meets whatever else the machine does in that second.
    if (ratio := computed / (between - before)) > LIMIT_ACT:
        over.append(f"{name}: {ratio:.1f} times what its floor computes > {LIMIT_ACT}")
    return over + ([f"{name}: {more:.0f} MB > {LIMIT_ACT_MB:.0f}"] if more > LIMIT_ACT_MB else [])


class Peak:
    """How much more memory than now a process of the server needs at most, in MB."""

    def __init__(self) -> None:
        self.before = {}
        for pid in processes_of_server():
            Path(f"/proc/{pid}/clear_refs").write_text("5")
            self.before[pid] = _status(pid, "VmRSS")

    def more(self) -> float:
        now = {pid: _status(pid, "VmHWM") for pid in self.before}
        return max(now[pid] - before for pid, before in self.before.items()) / 1024


def _status(pid: int, name: str) -> int:
    text = Path(f"/proc/{pid}/status").read_text()
    found = re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) if found else 0


def _answered(answer: Answer, status: int = 200) -> Answer:
    if answer.status != status:
        raise SystemExit(f"bench: {answer.status}: {answer.body[:300]!r}")
    return answer
