"""``manage.py import_annotations``: what it says, and that a bad file changes nothing."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from annotations.actions.sets import create_set
from annotations.models import Annotation, Theme
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world()


def run(*args: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command("import_annotations", *args, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture
def file(here: World, tmp_path: Path) -> str:
    here.annotate(themes=[here.risk], note="A day.")
    here.annotate("linkage", author=here.owner)
    path = tmp_path / "seminar.jsonld"
    call_command("export_set", "a-seminar", "--format", "w3c", "--output", str(path))
    return str(path)


def test_what_would_be_made_is_said_and_nothing_is_changed(here: World, file: str):
    other = create_set(owner=here.owner, title="Other")
    out, err = run(file, "--set", "other", "--dry-run")
    assert "New accounts, which nobody can sign in to (1):\n  annotator/other\n" in out
    assert "New themes (3):\n  Linkage\n  Tacit\n  Risk\n" in out
    assert err == "other: nothing is changed; annotations: 2 are new; new themes: 3.\n"
    assert not Annotation.objects.in_set(other.pk).exists()


def test_it_is_brought_in_once(here: World, file: str):
    other = create_set(owner=here.owner, title="Other")
    assert run(file, "--set", "other")[1] == "other: annotations: 2 are new; new themes: 3.\n"
    assert Annotation.objects.in_set(other.pk).count() == 2
    assert run(file, "--set", "other")[1] == "other: annotations: 2 are here already.\n"
    assert run(file, "--set", "a-seminar")[1] == "a-seminar: annotations: 2 are here already.\n"


def test_a_codebook_alone_brings_its_themes(here: World, tmp_path: Path):
    path = tmp_path / "codes.qdc"
    call_command("export_set", "a-seminar", "--format", "qdc", "--output", str(path))
    other = create_set(owner=here.owner, title="Other")
    assert run(str(path), "--set", "other")[1] == "other: no annotations; new themes: 3.\n"
    assert Theme.objects.of_codebook(other.codebook_id).count() == 3


@pytest.mark.parametrize(
    ("content", "args", "said"),
    [
        (b"{", (), "Nothing is changed."),
        (b"\xff\xfe\x00", (), "give --format (w3c"),
        (b"{}", ("--format", "odt"), "No format 'odt' can be read"),
        (b"", ("--format", "tei"), "Nothing is changed."),
    ],
)
def test_a_bad_file_is_one_line_and_changes_nothing(
    here: World, tmp_path: Path, content: bytes, args: tuple[str, ...], said: str
):
    path = tmp_path / "bad"
    path.write_bytes(content)
    with pytest.raises(CommandError) as raised:
        run(str(path), "--set", "a-seminar", *args)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)
    assert not Annotation.objects.exists()


def test_what_is_not_there_is_said(here: World, tmp_path: Path):
    with pytest.raises(CommandError, match="No set is called 'none'"):
        run("x", "--set", "none")
    with pytest.raises(CommandError, match="Cannot read"):
        run(str(tmp_path / "none"), "--set", "a-seminar")


def test_a_file_above_the_limit_is_refused(here: World, file: str, settings):
    settings.IMPORT_MAX_BYTES = 100
    with pytest.raises(CommandError, match="larger than the limit"):
        run(file, "--set", "a-seminar")
