"""``export_set``: whole files or none, and one clear line for what is wrong."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from csv import DictReader
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from annotations.actions.replies import create_reply
from annotations.actions.sets import add_document
from annotations.formats import FORMATS, csv
from annotations.formats.features import Feature
from tests.annotations.racing import database_of_its_own
from tests.annotations.worlds import World, document, world

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).parents[2]


@pytest.fixture
def here() -> World:
    made = world()
    made.annotate(note="Shärèd 📜")
    made.annotate("linkage", visibility="private", note="Mine")
    return made


def run(*args: str, **options: object) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("export_set", *args, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_it_writes_a_set_to_a_file_and_says_so(here: World, tmp_path: Path):
    path = tmp_path / "set.jsonld"
    out, err = run("a-seminar", "--format", "w3c", "--output", str(path))
    assert out == ""
    assert err.startswith(f"a-seminar: 1 annotation written as w3c to {path}. ")
    assert err.count("\n") == 1
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["total"] == 1
    assert document["first"]["items"][0]["body"][0]["value"] == "Shärèd 📜"
    assert list(tmp_path.iterdir()) == [path]


def test_a_dash_is_standard_output_and_nothing_else_is_in_it(here: World):
    out, err = run("a-seminar", "--format", "csv", "--output", "-")
    assert out.startswith(",".join(csv.COLUMNS) + "\r\n")
    assert "Shärèd 📜" in out
    assert err.startswith("a-seminar: 1 annotation written as csv to standard output. ")


def test_standard_output_is_utf_8_with_the_formats_own_line_ends(here: World, capfdbinary):
    call_command("export_set", "a-seminar", "--format", "csv", "--output", "-")
    out = capfdbinary.readouterr().out
    assert "Shärèd 📜".encode() in out
    # Two rows; the line feeds of the text inside cells stay what they are.
    assert out.count(b"\r\n") == 2
    assert out.endswith(b"\r\n")


@pytest.mark.django_db(transaction=True)
def test_a_reader_who_goes_is_no_fault(here: World, tmp_path: Path):
    if connection.vendor != "sqlite":
        pytest.skip("what the command writes to is the same on either database")
    for _ in range(40):
        here.annotate(note="Long " * 800)
    with database_of_its_own(tmp_path):
        name = connection.settings_dict["NAME"]
        address = f"sqlite:///{name}"
        words = [sys.executable, "manage.py", "export_set", "a-seminar", "--format", "csv"]
        process = subprocess.Popen(
            [*words, "--output", "-"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "DATABASE_URL": address, "DATA": str(tmp_path / "data")},
            cwd=ROOT,
        )
        assert process.stdout and process.stderr
        assert process.stdout.readline().startswith(b"id,set,")
        process.stdout.close()
        said = process.stderr.read()
        process.stderr.close()
        assert (process.wait(timeout=60), said) == (141, b"")


def test_as_a_user_it_writes_what_that_user_sees(here: World):
    out, _ = run("a-seminar", "--format", "csv", "--output", "-", "--as", "annotator")
    assert "Mine" in out
    out, _ = run("a-seminar", "--format", "csv", "--output", "-", "--as", "reader")
    assert "Mine" not in out


@pytest.mark.parametrize(
    ("slug", "form", "username", "says"),
    [
        ("nowhere", "csv", None, "No set is called 'nowhere'."),
        ("a-seminar", "pdf", None, f"No format is called 'pdf'; there are: {', '.join(FORMATS)}."),
        ("a-seminar", "csv", "nobody", "No user is called 'nobody'."),
        ("a-seminar", "csv", "stranger", "stranger does not see the set 'a-seminar'."),
    ],
)
def test_what_is_not_there_is_said_in_one_line_and_nothing_is_written(
    here: World, tmp_path: Path, slug: str, form: str, username: str | None, says: str
):
    path = tmp_path / "set"
    with pytest.raises(CommandError) as fault:
        run(slug, format=form, output=str(path), username=username)
    assert str(fault.value) == says
    assert list(tmp_path.iterdir()) == []


def rows(out: str) -> list[str]:
    return [row["note"] for row in DictReader(io.StringIO(out, newline=""))]


def test_a_part_is_written_by_document_and_by_theme(here: World):
    here.annotate("Memorandum", themes=[here.tacit], note="Tacitly")
    here.annotate("source", themes=[here.risk], note="Risky")
    add_document(here.set, document("d170"), actor=here.owner)

    def part(*args: str) -> list[str]:
        out, _ = run("a-seminar", "--format", "csv", "--output", "-", *args)
        return rows(out)

    assert part("--theme", "linkage") == ["Tacitly"], "what is below a theme, too"
    assert part("--theme", "tacit", "--theme", "risk") == ["Tacitly", "Risky"]
    assert part("--document", "frus1981-88v03/d170") == []
    assert part("--document", "frus1981-88v03/d169", "--theme", "risk") == ["Risky"]
    assert part("--document", "frus1981-88v03/d169", "--as", "annotator")[2] == "Mine"


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--document", "frus1981-88v03/d1", "No document of the set 'a-seminar' is called "),
        ("--document", "d169", "No document of the set 'a-seminar' is called 'd169'."),
        ("--theme", "Linkage", "No theme of the set 'a-seminar' is called 'Linkage'."),
    ],
)
def test_a_part_that_is_not_there_is_said_in_one_line(
    here: World, tmp_path: Path, option: str, value: str, says: str
):
    with pytest.raises(CommandError, match=f"^{says}"):
        run("a-seminar", "--format", "csv", "--output", str(tmp_path / "a"), option, value)
    assert list(tmp_path.iterdir()) == []


def test_it_says_what_the_format_leaves_out(here: World, monkeypatch: pytest.MonkeyPatch):
    made = here.annotate(themes=[here.linkage])
    create_reply(made, author=here.owner, note="Yes")
    monkeypatch.setattr(FORMATS["csv"], "LOSES", frozenset({Feature.REPLIES, Feature.DEFINITIONS}))
    _, err = run("a-seminar", "--format", "csv", "--output", "-")
    assert err == (
        "a-seminar: 2 annotations written as csv to standard output. "
        "Left out: the definition of 1 theme; 1 reply.\n"
    )
    monkeypatch.setattr(FORMATS["csv"], "LOSES", frozenset())
    _, err = run("a-seminar", "--format", "csv", "--output", "-")
    assert err.endswith(". Nothing is left out.\n")


@pytest.mark.parametrize("option", ["--dry-run", "--losses"])
def test_a_dry_run_says_what_would_be_left_out_and_writes_nothing(
    here: World, tmp_path: Path, option: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(FORMATS["csv"], "LOSES", frozenset({Feature.DEFINITIONS}))
    path = tmp_path / "set.csv"
    said = "a-seminar: 1 annotation would be written as csv. Left out: the definition of 1 theme.\n"
    assert run("a-seminar", "--format", "csv", option) == ("", said)
    assert run("a-seminar", "--format", "csv", "--output", str(path), option) == ("", said)
    assert not path.exists()


def test_without_a_place_to_write_to_it_asks_for_one(here: World):
    with pytest.raises(CommandError, match="^Say where to: --output FILE"):
        run("a-seminar", "--format", "csv")


def test_a_folder_that_is_not_there_is_said_in_one_line(here: World, tmp_path: Path):
    path = tmp_path / "nowhere" / "set.csv"
    with pytest.raises(CommandError, match=r"^Cannot write .*set\.csv: No such file"):
        run("a-seminar", "--format", "csv", "--output", str(path))


def test_a_file_is_replaced_whole_and_keeps_its_rights(here: World, tmp_path: Path):
    path = tmp_path / "set.csv"
    path.write_text("old")
    path.chmod(0o640)
    run("a-seminar", "--format", "csv", "--output", str(path))
    assert path.read_bytes().startswith(b"id,set,")
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_failure_on_the_way_leaves_the_old_file_and_no_half_of_a_new_one(
    here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "set.csv"
    path.write_text("old")
    whole = csv.write

    def failing(package):
        yield from list(whole(package))[:1]
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FORMATS["csv"], "write", failing)
    with pytest.raises(CommandError, match="No space left on device"):
        run("a-seminar", "--format", "csv", "--output", str(path))
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
