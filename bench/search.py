"""Full text search over 20,000 generated documents: ``python -m bench search``.

Runs on the database of DATABASE_URL, else on SQLite. Each query of the mix is measured three
times over: the search function, the whole page as a request to the production server, and the
floor, which is the bare SQL of the same match and nothing else: how many editions match.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from statistics import median, quantiles

from django.core.management import call_command
from django.db import connection, transaction

from archive.importers.tei import parse_tei
from archive.ingest import ingest
from archive.models import Edition, PersonMention, Volume
from archive.search.asked import Asked
from archive.search.databases import backend
from archive.search.find import find
from archive.search.index import rebuild
from archive.search.query import parse
from archive.search.words import words_of
from bench.server import Client, serving
from tests.teivolumes import corpus

DOCUMENTS, EACH, PAGES = 20_000, 12, 4
LIMIT_MS = 50.0
WORKERS, THREADS = 2, 4


def run() -> list[str]:
    """Prints p50 and p95 of each kind of query; what went over its limit, a line each."""
    call_command("migrate", verbosity=0)
    _fill()
    mix = _mix(random.Random(1))
    print(f"\n{'':38}search ms{'':15}floor ms{'':13}page ms")
    print(f"{'kind':22} {'matches':>9} {'p50':>7} {'p95':>7} {'p50':>14} {'ratio':>7}", end="")
    print(f"{'p50':>12} {'p95':>7}")
    searched, paged = [], []
    with serving(WORKERS, THREADS) as port:
        client = Client(port)
        for kind, asked in mix.items():
            ours, pages = _measured(client, kind, asked)
            if kind not in APART:
                searched += ours
                paged += pages
    over = []
    for name, times in (("search", searched), ("page", paged)):
        p50, p95 = median(times) * 1e3, _p95(times) * 1e3
        print(f"the whole mix, {name}: p50 {p50:.1f} ms, p95 {p95:.1f} ms (limit {LIMIT_MS:.0f})")
        if p95 > LIMIT_MS:
            over.append(f"{name}, p95 {p95:.0f} ms > {LIMIT_MS:.0f}")
    return over


def _fill() -> None:
    begin = time.perf_counter()
    for slug, data in corpus(DOCUMENTS):
        ingest(parse_tei(data, f"{slug}.xml"))
    seconds = time.perf_counter() - begin
    texts = sum(map(len, Edition.objects.values_list("text", flat=True).iterator()))
    print(f"{Edition.objects.count():,} documents, {texts / 1e6:.0f} million characters,", end=" ")
    print(f"imported in {seconds:.0f} s")
    begin = time.perf_counter()
    with transaction.atomic():
        rebuild()
    print(f"the index alone, made anew: {time.perf_counter() - begin:.1f} s, {_size():.0f} MB")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _size() -> float:
    """Megabytes of the index."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_total_relation_size('archive_search')")
        else:
            cursor.execute("SELECT SUM(pgsize) FROM dbstat WHERE name LIKE 'archive_search%%'")
        return float(cursor.fetchone()[0]) / 1e6


# Measured and printed, and not part of the mix: nobody asks for such a phrase often.
APART = ("phrase of common words",)


def _mix(chance: random.Random) -> dict[str, list[Asked]]:
    """EACH searches of every kind, the same on every run."""
    counts: Counter[str] = Counter()
    texts = list(Edition.objects.order_by("pk").values_list("text", flat=True)[::29])
    for text in texts:
        counts.update(set(words_of(text)))
    order = [word for word, _ in counts.most_common() if len(word) > 2]
    common, middle, rare = order[:25], order[150:700], [w for w in order if counts[w] < 4]
    volumes = list(Volume.objects.values_list("slug", "documents__date_min__year").distinct())
    names = list(PersonMention.objects.values_list("person__name", flat=True)[::997])

    def pick(words: list[str]) -> str:
        return chance.choice(words)

    def phrase() -> str:
        while True:
            words = words_of(pick(texts))
            at = chance.randrange(10, len(words) - 1)
            if words[at] in middle and words[at + 1] in middle:
                return f'"{words[at]} {words[at + 1]}"'

    kinds: dict[str, Callable[[], Asked]] = {
        "rare word": lambda: Asked(pick(rare)),
        "middling word": lambda: Asked(pick(middle)),
        "common word": lambda: Asked(pick(common)),
        "two words": lambda: Asked(f"{pick(middle)} {pick(middle)}"),
        "phrase": lambda: Asked(phrase()),
        "boolean": lambda: Asked(
            f"({pick(middle)} OR {pick(middle)}) AND {pick(common)} -{pick(middle)}"
        ),
        "prefix": lambda: Asked(f"{pick(middle)[:4]}*"),
        "in a volume": lambda: Asked(pick(common), volume=chance.choice(volumes)[0]),
        "in a year": lambda: Asked(pick(middle), since="1962", until="1962"),
        "level and kind": lambda: Asked(pick(middle), level="secret", kind="historical-document"),
        "with a person": lambda: Asked(pick(common), person=chance.choice(names)),
        "second page": lambda: Asked(pick(middle), page=2),
        "by date": lambda: Asked(pick(common), sort="date"),
        "filters alone": lambda: Asked(level="secret", since="1955", until="1956"),
        "phrase of common words": lambda: Asked(f'"{pick(common[:10])} {pick(common[:10])}"'),
    }
    return {kind: [make() for _ in range(EACH)] for kind, make in kinds.items()}


def _measured(client: Client, kind: str, mix: list[Asked]) -> tuple[list[float], list[float]]:
    """Seconds of each search and of each page, every one several times; prints a line."""
    searched, floors, paged, matches = [], [], [], []
    volumes = Volume.objects.listed()
    for asked in mix:
        matches.append(find(asked, volumes).total)
        address = "/search/" + asked.address(page=asked.page)
        for _ in range(PAGES):
            floors.append(_timed(lambda asked=asked: _floor(asked)))  # type: ignore[misc]
            searched.append(_timed(lambda asked=asked: find(asked, volumes)))  # type: ignore[misc]
            answer = client.ask("GET", address)
            assert answer.status == 200, answer.body[:300]
            paged.append(answer.seconds)
    ratio = median(searched) / median(floors)
    line = f"{kind:22} {median(matches):9,.0f} {_shown(searched)} {median(floors) * 1e3:14.1f}"
    print(f"{line} {ratio:7.1f}    {_shown(paged)}", flush=True)
    return searched, paged


def _timed(act: Callable[[], object]) -> float:
    begin = time.perf_counter()
    act()
    return time.perf_counter() - begin


def _floor(asked: Asked) -> None:
    tree = parse(asked.q).tree
    with connection.cursor() as cursor:
        if tree is None:
            cursor.execute("SELECT COUNT(*) FROM archive_document")
        else:
            matching = backend().matching(tree, ranked=False)
            sql = f"SELECT COUNT(*) FROM {matching.source} WHERE {matching.where}"
            cursor.execute(sql, (*matching.source_values, *matching.where_values))
        cursor.fetchall()


def _shown(times: list[float]) -> str:
    return f"{median(times) * 1e3:7.1f} {_p95(times) * 1e3:7.1f}"


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]
