"""docs/formats.md tells of every format: that it is there, whether it comes back, what it loses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from annotations.formats import FORMATS, READERS
from annotations.formats.features import Feature

PAGE = Path(__file__).parents[2] / "docs/formats.md"


def rows(page: str) -> dict[str, list[str]]:
    """The table at the head: name → what for, comes back, leaves out."""
    found = re.findall(r"^\| `(\w+)` \|(.*)\|(.*)\|(.*)\|$", page.split("\n## ")[0], re.M)
    return {name: [cell.strip() for cell in cells] for name, *cells in found}


def test_the_table_lists_every_format_in_its_order():
    assert list(rows(PAGE.read_text(encoding="utf-8"))) == list(FORMATS)


@pytest.mark.parametrize("name", FORMATS)
def test_the_table_says_whether_a_format_comes_back_and_what_it_leaves_out(name: str):
    form = FORMATS[name]
    loses = ", ".join(sorted(form.LOSES)) or "nothing"
    comes_back = "yes" if name in READERS else "no"
    what_for, *said = rows(PAGE.read_text(encoding="utf-8"))[name]
    assert what_for
    assert said == [comes_back, loses]


def test_every_word_of_what_is_left_out_is_explained():
    head = PAGE.read_text(encoding="utf-8").split("\n## ")[0]
    words = re.findall(r"^\| ([a-z, ]+) \| [^|]+ \|$", head.split("| word |")[1], re.M)
    assert {word for row in words for word in row.split(", ")} == {str(one) for one in Feature}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_section_of_its_own(name: str):
    page = PAGE.read_text(encoding="utf-8")
    assert re.search(rf"^## .*\b{name}\b", page, re.M | re.I)
