"""Reading TEI, and whole imports (bench.whole): ``python -m bench imports``.

The floor of reading is lxml's own time for the same bytes, measured in turns with ours. Memory is
that of a process that reads a volume of 60 MB from disk.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from statistics import median

from lxml import etree

from archive.importers.tei import parse_tei, parse_tei_file
from bench import whole
from tests.teivolumes import Shape, volume_xml, write_volume

DOCUMENTS, MEGABYTES, ROUNDS = 400, 4.0, 15
LARGE_DOCUMENTS, LARGE_MEGABYTES = 6000, 60.0
LIMIT_MB = 300.0


def run() -> list[str]:
    """Prints what reading a volume takes; what went over its limit."""
    data = volume_xml(DOCUMENTS, MEGABYTES, rare=12, plain=44)
    size = len(data) / 1e6
    parser = etree.XMLParser(collect_ids=False)
    floor, survey, documents = _in_turns(
        lambda: etree.fromstring(data, parser),
        lambda: parse_tei(data),
        lambda: deque(parse_tei(data).documents, maxlen=0),
    )
    print(f"a volume of {size:.1f} MB and {DOCUMENTS} documents, read and not written")
    for name, times in (("lxml", floor), ("survey", survey), ("documents", documents)):
        middle, least = median(times), min(times)
        ratios = middle / median(floor), least / min(floor)
        print(
            f"  {name:10} {middle * 1e3:7.1f} ms  {size / middle:6.1f} MB/s  {ratios[0]:5.1f} times"
            f" lxml  (best: {least * 1e3:.1f} ms, {ratios[1]:.1f} times)"
        )
    seconds, megabytes, peak = _large()
    print(
        f"a volume of {megabytes:.0f} MB: {seconds:.1f} s, {megabytes / seconds:.1f} MB/s, "
        f"peak memory of the process {peak:.0f} MB (limit {LIMIT_MB:.0f})"
    )
    over = [f"reading a large volume took {peak:.0f} MB"] if peak > LIMIT_MB else []
    return over + whole.run()


def _in_turns(*calls: Callable[[], object]) -> list[list[float]]:
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS):
        for call, found in zip(calls, times, strict=True):
            start = time.perf_counter()
            call()
            found.append(time.perf_counter() - start)
    return times


def _large() -> tuple[float, float, float]:
    """Seconds, megabytes of the file, and the peak of a process of its own that reads it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "large.xml")
        size = write_volume(path, Shape(LARGE_DOCUMENTS, LARGE_MEGABYTES, rare=12, plain=44))
        done = subprocess.run(
            [sys.executable, "-m", "bench.imports", str(path)],
            check=True,
            capture_output=True,
            text=True,
            cwd=Path(__file__).parents[1],
            env=os.environ.copy(),
        )
    seconds, peak = map(float, done.stdout.split())
    return seconds, size / 1e6, peak


def read_alone(path: str) -> None:
    """Reads one file and prints the seconds and the peak memory of this process in megabytes."""
    start = time.perf_counter()
    deque(parse_tei_file(path, max_bytes=2**40).documents, maxlen=0)
    print(time.perf_counter() - start, peak_megabytes())


def peak_megabytes() -> float:
    """The most memory that this process has had, since it was started where the system knows."""
    status = Path("/proc/self/status")
    if status.exists():  # there the other figure is at least that of the process that started it
        found = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(found.split()[1]) / 1e3
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)


if __name__ == "__main__":
    read_alone(sys.argv[1])
