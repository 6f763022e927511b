"""make bench: the reader's page and the making of annotations, each against its floor.

The machines that this runs on change speed within minutes, so each figure stands beside a floor
measured in the same seconds: what counts is the ratio.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from statistics import median, quantiles
from time import perf_counter

WORKERS, THREADS = 2, 4
COUNTS = (10, 100, 1000, 5000)
LIMITS_COLD = {1000: 6.0, 5000: 12.0}
LIMIT_WARM = {1000: 2.0}
LIMIT_CREATE, LIMIT_QUERIES = 2.5, 12
VIEWS, CREATES = 60, 120


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="apparatus-bench-") as folder:
        os.environ["DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
        import django

        django.setup()
        over = run()
    sys.exit("Over the limit: " + "; ".join(over) if over else 0)


def run() -> list[str]:
    from django.core.management import call_command
    from django.test import Client as DjangoClient

    from bench.data import load_document, make_people, make_set
    from bench.server import Client, serving

    call_command("migrate", verbosity=0)
    document, people = load_document(), make_people()
    sets = {count: make_set(document, people, count) for count in COUNTS}
    browser = DjangoClient()
    browser.force_login(people[1])
    session = {"sessionid": browser.cookies["sessionid"].value}
    over: list[str] = []
    with serving(WORKERS, THREADS) as port:
        heading = "annotations  state    p50 ms  p95 ms  floor ms   ratio    KB  queries"
        print(f"The reader's page ({WORKERS} workers, {THREADS} threads)\n{heading}")
        for count, made in sets.items():
            over += view(Client(port, dict(session)), f"{document.get_absolute_url()}?set={made.slug}", count)
        print("\nMaking an annotation\nannotations  clients  p50 ms  p95 ms  floor ms   ratio  a second  floor's")
        for count in (100, 5000):
            for clients in (1, 4):
                over += create(port, session, document, sets[count].slug, count, clients)
    return over


def p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


def view(client, path: str, count: int) -> list[str]:  # type: ignore[no-untyped-def]
    """Times the page cold (every store emptied before each request) and warm, in turn with its floor."""
    over = []
    probe = client.ask("GET", path, X_Bench_Queries="1", X_Bench_Cold="1")
    assert probe.status == 200, probe.status
    floor_path = f"/bench/view/?bytes={len(probe.body)}"
    for state, limits in (("cold", LIMITS_COLD), ("warm", LIMIT_WARM)):
        extra = {"X_Bench_Cold": "1"} if state == "cold" else {}
        queries = client.ask("GET", path, X_Bench_Queries="1", **extra).queries
        for _ in range(2 * WORKERS * THREADS):
            client.ask("GET", path), client.ask("GET", floor_path)
        ours, floor = [], []
        for _ in range(VIEWS):
            floor.append(client.ask("GET", floor_path).seconds)
            ours.append(client.ask("GET", path, **extra).seconds)
        ratio = median(ours) / median(floor)
        print(
            f"{count:11,}  {state:5} {median(ours) * 1e3:9.2f} {p95(ours) * 1e3:7.2f} "
            f"{median(floor) * 1e3:9.2f} {ratio:7.2f} {len(probe.body) / 1024:5.0f} {queries:8}"
        )
        if ratio > limits.get(count, ratio):
            over.append(f"{count} annotations {state}: {ratio:.2f} > {limits[count]}")
        if queries > LIMIT_QUERIES:
            over.append(f"{count} annotations {state}: {queries} queries > {LIMIT_QUERIES}")
    return over


def create(port, session, document, slug: str, count: int, clients: int) -> list[str]:  # type: ignore[no-untyped-def]
    """Times creates by so many clients at once, in turns with the floor's."""
    from bench.data import random_passage
    from bench.server import Client

    edition = document.current
    path = f"/sets/{slug}/annotate/{document.volume.slug}/{document.slug}/"
    reader = f"{document.get_absolute_url()}?set={slug}"
    fellows = [Client(port, dict(session)) for _ in range(clients)]
    for fellow in fellows:
        fellow.ask("GET", reader)

    def form(chance: random.Random) -> dict[str, object]:
        start, end = random_passage(chance, edition)
        note = "Linkage by *calendar*."
        return {"start": start, "end": end, "quote": edition.text[start:end].strip() and edition.text[start:end], "note": note, "visibility": "shared"}

    def work(number: int, floor: bool, share: int) -> list[float]:
        chance, times = random.Random(number), []
        while len(times) < share:
            given = form(chance)
            if not str(given["quote"]).strip():
                continue
            answer = (
                fellows[number].ask("POST", "/bench/create/", {})
                if floor
                else fellows[number].ask("POST", path, given, HX_Request="true", HX_Current_URL=reader)
            )
            assert answer.status == 200, (answer.status, answer.body[:300])
            times.append(answer.seconds)
        return times

    times: dict[bool, list[float]] = {True: [], False: []}
    spent = {True: 0.0, False: 0.0}
    rounds = 6
    with ThreadPoolExecutor(clients) as pool:
        for _ in range(rounds):
            for floor in (True, False):
                begin = perf_counter()
                share = CREATES // rounds // clients
                for done in pool.map(lambda n, f=floor, s=share: work(n, f, s), range(clients)):
                    times[floor] += done
                spent[floor] += perf_counter() - begin
    ratio = median(times[False]) / median(times[True])
    print(
        f"{count:11,} {clients:8} {median(times[False]) * 1e3:7.2f} {p95(times[False]) * 1e3:7.2f} "
        f"{median(times[True]) * 1e3:9.2f} {ratio:7.2f} {len(times[False]) / spent[False]:9.0f} "
        f"{len(times[True]) / spent[True]:8.0f}"
    )
    return [f"create, {count}, {clients} clients: {ratio:.2f} > {LIMIT_CREATE}"] if ratio > LIMIT_CREATE else []


if __name__ == "__main__":
    main()
