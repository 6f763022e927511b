"""The reader's page of a document of 1 MB under 1,000 annotations: ``python -m bench large``."""

from __future__ import annotations

import random
from statistics import median

from django.core.management import call_command

from archive.importers.tei import parse_tei
from archive.ingest import ingest
from archive.models import Document
from bench.data import make_people, make_set
from bench.run import THREADS, WORKERS, Room, checked, milliseconds
from bench.server import serving

BYTES, ANNOTATIONS, VIEWS = 1_000_000, 1000, 30
LIMIT_MS = 40.0
HEAD = (
    '<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:id="frus-bench"><teiHeader/><text><front>'
    '<list type="persons">{persons}</list></front><body>'
    '<div type="document" n="1" xml:id="d1"><head>1. A Long Report</head>'
)
WORDS = """
the of and to in talks paper Moscow linkage allies that was for on Secretary would arms
control Pakistan position Soviet withdrawal said his view meeting with question answer
"""


def long_document() -> bytes:
    """TEI of one document with as many bytes of text, with mark-up and notes as dense as a real
    one's: the same on every run."""
    chance, parts, size, notes = random.Random(1), [], 0, 0
    vocabulary = WORDS.split()
    while size < BYTES:
        words = chance.choices(vocabulary, k=chance.randrange(60, 180))
        size += sum(map(len, words)) + len(words)
        for at in chance.sample(range(len(words)), 5):
            words[at] = f'<hi rend="italic">{words[at]}</hi>'
        words[3] = f'<persName corresp="#p_{chance.randrange(40)}">Haig</persName>'
        if chance.random() < 0.5:
            notes += 1
            words[9] += f'<note n="{notes}" xml:id="d1fn{notes}">{" ".join(words[20:40])}.</note>'
        if chance.random() < 0.3:
            words[15] = f'<pb n="{len(parts)}" xml:id="pg_{len(parts)}"/>'
        parts.append(f"<p>{' '.join(words)}</p>")
    persons = "".join(
        f'<item><persName xml:id="p_{n}">Person {n}</persName>, of State</item>' for n in range(40)
    )
    return (HEAD.format(persons=persons) + "\n".join(parts) + "</div></body></text></TEI>").encode()


def run() -> list[str]:
    """Prints what the page costs, as a whole request; what went over its limit, a line each."""
    call_command("migrate", verbosity=0)
    ingest(parse_tei(long_document(), "frus-bench.xml"))
    document = Document.objects.select_related("current", "volume").get(slug="d1")
    assert document.current is not None
    people = make_people()
    one = make_set(document, people, ANNOTATIONS)
    print(f"{len(document.current.text):,} code points, {len(document.current.blocks):,} blocks,")
    print(f"{len(document.current.spans):,} spans, {ANNOTATIONS:,} annotations")
    print("state      p50 ms   p95 ms  floor ms   ratio     KB  queries")
    with serving(WORKERS, THREADS) as port:
        room = Room(port, document, one, people[1:3])
        return [line for state in ("empty", "cold", "warm") for line in _state(room, state)]


def _state(room: Room, state: str) -> list[str]:
    viewer, other = room.clients
    extra: dict[str, str] = {"X_Bench_Cold": "1"} if state == "empty" else {}
    views = VIEWS // 3 if state == "empty" else VIEWS
    for _ in range(4 * WORKERS):
        checked(viewer.ask("GET", room.reader))
    probe = checked(viewer.ask("GET", room.reader, X_Bench_Queries="1", **extra))
    ours, floor = [], []
    for _ in range(views):
        floor.append(checked(viewer.ask("GET", f"/bench/view/?bytes={len(probe.body)}")).seconds)
        if state == "cold":
            room.create(other)
        ours.append(checked(viewer.ask("GET", room.reader, **extra)).seconds)
    print(
        f"{state:8} {milliseconds(ours)} {median(floor) * 1e3:9.2f} "
        f"{median(ours) / median(floor):7.2f} {len(probe.body) / 1024:6.0f} {probe.queries:8}",
        flush=True,
    )
    if median(ours) * 1e3 <= LIMIT_MS or state == "empty":
        return []
    return [f"a document of 1 MB, {state}: {median(ours) * 1e3:.0f} ms > {LIMIT_MS:.0f}"]
