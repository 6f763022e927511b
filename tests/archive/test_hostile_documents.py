"""What a stranger's document may cost: a file that is made to take for ever, or all memory."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archive.importers.brought import parse_brought
from archive.importers.faults import ImportFault
from tests.archive.docx import docx, paragraph

ROOT = Path(__file__).parents[2]
LISTED = b"\n".join(b"%d. Note." % number for number in range(1, 5000))
CALLED = b"\n\n".join(b"word%d." % number for number in range(1, 5000))


def read(data: bytes, name: str) -> int:
    """The number of blocks."""
    made = parse_brought(data, name, volume="v", number="1", max_bytes=20_000_000)
    return sum(len(document.text.blocks) for document in made.documents)


def many(element: str, count: int) -> str:
    """Elements that no zip makes much smaller."""
    given = (hashlib.md5(b"%d" % number).hexdigest() for number in range(count))
    return "".join(element.format(f'w:n="{value[:12]}"') for value in given)


@pytest.mark.parametrize("data", ["<!-- --> " * 400, "<!----><!--" * 400, "<?xml >" * 500])
def test_what_stands_before_a_page_is_told_at_once(data: str) -> None:
    # In a process of its own: a search that never ends cannot be ended within one.
    code = f"from archive.importers.brought import form_of; print(form_of({data.encode()!r}, 'a'))"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30
    )
    assert ran.stdout or "ImportFault" in ran.stderr, ran.stderr


@pytest.mark.parametrize(
    ("data", "blocks"),
    [
        pytest.param(b"Heading\n\n" + b"a\n" * 1_000_000, 2, id="one paragraph of many lines"),
        pytest.param(
            b"Heading word1\n\n" + b"ab \n\n" * 40_000 + LISTED, 45_000, id="many notes and parts"
        ),
        pytest.param(
            b"Heading\n\n" + CALLED + b"\n\n" + LISTED,
            9_999,
            id="many notes, each called",
        ),
    ],
)
def test_a_text_takes_as_long_as_it_is(data: bytes, blocks: int) -> None:
    began = time.process_time()
    assert read(data, "a.txt") == blocks
    assert time.process_time() - began < 15


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"a\n\n" * 100_001, "a.txt"),
        (b"<p>" + b"<i>a</i>" * 300_001, "a.html"),
        (docx(many("<w:r {}/>", 250_001), paragraph("x")), "a.docx"),
        (docx(many("<w:r><w:fldChar {}/></w:r>", 20_001), paragraph("x")), "a.docx"),
    ],
)
def test_what_would_fill_the_memory_is_refused_first(data: bytes, name: str) -> None:
    with pytest.raises(ImportFault, match="too long to be read"):
        read(data, name)
