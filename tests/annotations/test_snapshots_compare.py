"""Two snapshots side by side: every change is told once, and nothing else is."""

from __future__ import annotations

import json
import tempfile
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.formats.brought import FormatFault
from annotations.snapshots import canonical
from annotations.snapshots.compare import Comparison, compare
from annotations.snapshots.stated import Stated
from tests.annotations.values import AT, CODEBOOK, LINKAGE, RISK, annotation, package, reply, texts

STATED = Stated("u", "http://x/", "set-v1", 1, "", AT, "", "Apparatus")


def packed(folder: Path, name: str, annotations: list[Any], **changes: Any) -> Path:
    """A ZIP file with nothing but the snapshot.json of these annotations."""
    path = folder / f"{name}.zip"
    text = "".join(canonical.write(package(annotations, **changes), STATED))
    json.loads(text)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("set-v1/data/snapshot.json", text)
    return path


def compared(tmp: Path, old: list[Any], new: list[Any], **changes: Any) -> Comparison:
    return compare(packed(tmp, "old", old), packed(tmp, "new", new, **changes))


@given(st.dictionaries(st.integers(1, 30), texts), st.dictionaries(st.integers(1, 30), texts))
def test_what_is_told_is_what_differs(before: dict[int, str], after: dict[int, str]):
    sides = [[annotation(n, note=note) for n, note in one.items()] for one in (before, after)]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        # Long lists are sorted on the disk; here all but the shortest are long.
        patch.setattr(canonical, "RUN", 3)
        found = compared(Path(folder), *sides).annotations
    both = before.keys() & after.keys()
    assert found.added == len(after.keys() - before.keys())
    assert found.removed == len(before.keys() - after.keys())
    assert found.changed == sum(before[key] != after[key] for key in both)
    assert found.same == sum(before[key] == after[key] for key in both)
    ids = [one.id for one in found.lists["added"]]
    assert ids == sorted(annotation(n).id for n in after.keys() - before.keys())


def test_each_change_is_named(tmp_path: Path):
    one = annotation(1, themes=(LINKAGE,), note="One word", replies=())
    changes: dict[str, dict[str, Any]] = {
        "+ Alliance risk": {"themes": (LINKAGE, RISK)},
        "− Linkage": {"themes": ()},
        "1 reply added": {"replies": (replace(reply(5, one), id="r"),)},
        "at another place": {"start": 3, "end": 8},
        "a question": {"question": "open"},
        "its passage is to be looked at": {"anchor": "review"},
        "in edition 2, before in edition 1": {"edition": replace(one.edition, number=2)},
        "its author is called otherwise": {"author": replace(one.author, username="eve")},
        "saved again, with the same words": {"modified": AT},
    }
    for said, change in changes.items():
        found = compared(tmp_path, [one], [replace(one, **change)])
        assert found.annotations.lists["changed"][0].what == (said,)
        assert not found.themes.differs
    told = compared(tmp_path, [one], [replace(one, note="One new word")]).annotations
    note = told.lists["changed"][0].fields[0]
    assert "".join(piece.text for piece in note.after if piece.differs).strip() == "new"


def test_a_changed_codebook_is_told_theme_by_theme(tmp_path: Path):
    moved = replace(RISK, parent="linkage", name="Risk", definition="Harm to come.", retired=True)
    book = replace(CODEBOOK, themes=(LINKAGE, moved))
    found = compared(tmp_path, [], [], codebook=book).themes
    told = found.lists["changed"][0]
    assert told.what == ("moved under “Linkage”", "retired")
    assert [field.label for field in told.fields] == ["Name", "Definition"]
    assert (found.changed, found.same) == (1, 1)


def test_lists_are_cut_and_counts_are_not(tmp_path: Path):
    new = [annotation(n) for n in range(1, 60)]
    old, path = packed(tmp_path, "old", []), packed(tmp_path, "new", new)
    found = compare(old, path, most=10).annotations
    assert (found.added, len(found.lists["added"])) == (59, 10)


def test_what_is_no_snapshot_is_said_in_a_sentence(tmp_path: Path):
    good = packed(tmp_path, "good", [])
    for name, text in (("set-v1/other.json", "{}"), ("set-v1/data/snapshot.json", "{")):
        bad = tmp_path / "bad.zip"
        with zipfile.ZipFile(bad, "w") as archive:
            archive.writestr(name, text)
        with pytest.raises(FormatFault):
            compare(good, bad)
