"""``export_set``: whole files or none, and one clear line for what is wrong."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from annotations.formats import FORMATS, csv
from tests.annotations.racing import database_of_its_own
from tests.annotations.worlds import World, world

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
    assert err == f"a-seminar: 1 annotation written as w3c to {path}.\n"
    document = json.loads(path.read_text(encoding="utf-8"))
    assert document["total"] == 1
    assert document["first"]["items"][0]["body"][0]["value"] == "Shärèd 📜"
    assert list(tmp_path.iterdir()) == [path]


def test_a_dash_is_standard_output_and_nothing_else_is_in_it(here: World):
    out, err = run("a-seminar", "--format", "csv", "--output", "-")
    assert out.startswith(",".join(csv.COLUMNS) + "\r\n")
    assert "Shärèd 📜" in out
    assert err == "a-seminar: 1 annotation written as csv to standard output.\n"


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
        ("a-seminar", "pdf", None, "No format is called 'pdf'; there are: w3c, csv."),
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
