"""import_tei and import_text: a summary line, or one clear line and nothing changed."""

from __future__ import annotations

import hashlib
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from archive.importers.parsed import Parsed
from archive.ingest import IngestReport, ingest
from archive.models import Document, Edition, Import, Volume
from archive.signals import editions_replaced
from tests.archive.docx import docx, paragraph
from tests.archive.tei import FIXTURE, document, volume

pytestmark = pytest.mark.django_db


def run(*args: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command(*args, stdout=out, stderr=err)
    except CommandError as error:
        err.write(f"{error}\n")
        err.write("exit\n")
    return out.getvalue(), err.getvalue()


def write(folder: Path, name: str, content: bytes) -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def test_the_sample_is_imported_with_a_summary_line() -> None:
    out, err = run("import_tei", FIXTURE)
    assert err == ""
    assert out.splitlines()[-1].startswith("frus1981-88v03: 3 documents: 3 new")
    assert "ASEAN" in out
    document = Document.objects.get(slug="d169")
    assert document.get_absolute_url() == "/volumes/frus1981-88v03/d169/"


def test_the_real_excerpt_is_imported_whole(shared: Path) -> None:
    out, err = run("import_tei", str(shared / "data" / "frus1981-88v03-excerpt.xml"))
    assert err == ""
    assert "5 documents: 5 new" in out
    assert run("import_tei", FIXTURE)[0].splitlines()[-1].endswith("3 documents: 3 unchanged.")


def test_a_bad_file_is_one_line_that_says_where_and_changes_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, "bad.xml", volume("\n<p>a</q>"))
    out, err = run("import_tei", path)
    assert out == ""
    assert err.splitlines()[0].startswith(f"{path}:2: ")
    assert err.splitlines()[1:] == ["exit"]
    assert not Volume.objects.exists()


@pytest.mark.parametrize("name", ["nowhere.xml", "."])
def test_a_path_that_cannot_be_read_is_one_line(tmp_path: Path, name: str) -> None:
    out, err = run("import_tei", str(tmp_path / name))
    assert (out, err.count("\n")) == ("", 2)
    assert "cannot be read" in err


def test_one_bad_file_does_not_stop_the_rest(tmp_path: Path) -> None:
    good = write(tmp_path, "good.xml", volume(document("<p>a</p>")))
    bad = write(tmp_path, "bad.xml", b"<TEI>")
    other = write(tmp_path, "other.xml", volume(document("<p>a</p>", 2), slug="frus1901"))
    out, err = run("import_tei", good, bad, other)
    assert Document.objects.count() == 2
    assert out.splitlines()[-1] == "2 files imported, 2 new editions."
    lines = err.splitlines()
    assert lines[0].startswith(f"{bad}:")
    assert lines[1:] == ["1 of 3 files could not be imported.", "exit"]


def test_what_nobody_thought_of_does_not_stop_the_rest_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(parsed: Parsed, *_: object) -> IngestReport:
        if parsed.name == "a.xml":
            raise TypeError("no such thing")
        return ingest(parsed)

    monkeypatch.setattr("archive.imports.ingest", broken)
    first = write(tmp_path, "a.xml", volume(document("<p>a</p>")))
    out, err = run("import_tei", first, write(tmp_path, "b.xml", volume(document("<p>b</p>"))))
    assert err.splitlines()[0].startswith(f"{first}: The importer met something")
    assert out.splitlines()[-1] == "1 file imported, 1 new edition."
    assert "no such thing" in caplog.text


def test_who_stops_it_is_told_what_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("archive.imports.ingest", stopped)
    path = write(tmp_path, "a.xml", volume(document("<p>a</p>")))
    assert run("import_tei", path)[1].startswith(f"Stopped at {path}: nothing of it is imported")


def test_a_file_above_the_limit_is_refused(tmp_path: Path, settings: object) -> None:
    settings.IMPORT_MAX_BYTES = 100  # type: ignore[attr-defined]
    path = write(tmp_path, "big.xml", volume(document("<p>a</p>")))
    assert "larger than the limit of 100 bytes" in run("import_tei", path)[1]
    assert not Volume.objects.exists()


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_only() -> None:
    terminal, out = Terminal(), StringIO()
    call_command("import_tei", FIXTURE, stdout=out, stderr=terminal)
    assert "frus1981-88v03-d169: 100%" in terminal.getvalue()
    assert "writing 3 of 3 documents" in terminal.getvalue()
    assert out.getvalue().splitlines()[-1].startswith("frus1981-88v03: 3 documents: 3 new")
    assert run("import_tei", FIXTURE, "--anew")[1] == ""


def test_the_same_bytes_again_are_passed_over_and_said_to_be(tmp_path: Path) -> None:
    path = write(tmp_path, "a.xml", volume(document("<p>a</p>")))
    run("import_tei", path)
    runs = Import.objects.count()
    out, err = run("import_tei", write(tmp_path, "other-name.xml", Path(path).read_bytes()))
    today = f"{timezone.now():%d %B %Y}".lstrip("0")
    assert out == f"frus1900v01: unchanged: the same bytes were imported on {today}.\n"
    assert (err, Import.objects.count()) == ("", runs)
    assert run("import_tei", path, "--anew")[0] == "frus1900v01: 1 document: 1 unchanged.\n"


def test_known_bytes_are_not_parsed(tmp_path: Path) -> None:
    path = write(tmp_path, "a.xml", volume(document("<p>a</p>")))
    run("import_tei", path)
    Import.objects.update(digest=hashlib.sha256(b"<TEI>").hexdigest())
    assert "unchanged: the same bytes" in run("import_tei", write(tmp_path, "b.xml", b"<TEI>"))[0]


def test_bytes_are_read_again_after_another_file_of_the_volume(tmp_path: Path) -> None:
    first = write(tmp_path, "a.xml", volume(document("<p>a</p>")))
    run("import_tei", first, write(tmp_path, "b.xml", volume(document("<p>ab</p>"))))
    assert run("import_tei", first)[0] == "frus1900v01: 1 document: 1 with a new edition.\n"


def test_bytes_are_read_again_by_importers_that_make_something_else(tmp_path: Path) -> None:
    path = write(tmp_path, "a.xml", volume(document("<p>a</p>")))
    run("import_tei", path)
    Import.objects.update(reader="0")
    assert run("import_tei", path)[0] == "frus1900v01: 1 document: 1 unchanged.\n"


def test_a_folder_is_all_its_files_in_order_and_below(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name, slug in (("b.xml", "frus2"), ("a.xml", "frus1"), ("sub/c.xml", "frus3")):
        write(tmp_path, name, volume(document("<p>a</p>"), slug=slug))
    write(tmp_path, "notes.txt", b"no TEI")
    out, err = run("import_tei", str(tmp_path), str(tmp_path / "a.xml"))
    assert [line.split(":")[0] for line in out.splitlines()[:-1]] == ["frus1", "frus2", "frus3"]
    assert (out.splitlines()[-1], err) == ("3 files imported, 3 new editions.", "")
    again = run("import_tei", str(tmp_path))[0].splitlines()[-1]
    assert again == "0 files imported, 0 new editions, 3 unchanged."


def test_what_was_said_of_annotations_is_printed(tmp_path: Path) -> None:
    def said(**_: object) -> str:
        return "2 annotations moved."

    editions_replaced.connect(said)
    try:
        run("import_tei", write(tmp_path, "a.xml", volume(document("<p>a</p>"))))
        out, _ = run("import_tei", write(tmp_path, "a.xml", volume(document("<p>ab</p>"))))
    finally:
        editions_replaced.disconnect(said)
    assert out.splitlines()[0] == "  2 annotations moved."


def test_a_transcription_is_imported(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", b"5. Memo1\n\nA day.\n\n  1. Source: A.")
    out, err = run("import_text", path, "--volume", "frus1900v01", "--number", "5")
    assert (out, err) == ("frus1900v01: 1 document: 1 new.\n", "")
    edition = Edition.objects.get()
    assert edition.text == "5. Memo\nA day.\nSource: A."
    assert edition.document.slug == "d5"
    again = run("import_text", path, "--volume", "frus1900v01", "--number", "5")[0]
    assert again == "frus1900v01: 1 document: 1 unchanged.\n"


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--volume", "../x", "--number", "1"), "--volume"),
        (("--volume", "x", "--number", "1/2"), "--number"),
        (("--volume", "x", "--number", "1"), "not UTF-8"),
    ],
)
def test_a_bad_transcription_is_one_line(tmp_path: Path, args: tuple[str, ...], words: str) -> None:
    out, err = run("import_text", write(tmp_path, "a.txt", b"A\xff"), *args)
    assert (out, err.count("\n")) == ("", 2)
    assert words in err
    assert not Volume.objects.exists()


@pytest.mark.parametrize("command", ["import_tei", "import_text"])
def test_help_says_what_it_does(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        call_command(command, "--help")
    assert caught.value.code == 0
    assert "edition" in capsys.readouterr().out


def test_html_and_word_are_imported_by_what_they_hold(tmp_path: Path) -> None:
    html = write(tmp_path, "a.html", b"<h1>Telegram</h1><p>A day.")
    word = write(tmp_path, "a.docx", docx(paragraph("Memo", style="Title")))
    given = ("--source", "N. Archives", "--licence", "CC0", "--date", "1946-02")
    out, err = run("import_text", html, "--volume", "own", "--number", "1", *given)
    assert (out, err) == ("own: 1 document: 1 new.\n", "")
    run("import_text", word, "--volume", "own", "--number", "2", "--title", "A memorandum")
    volume = Volume.objects.get()
    assert (volume.title, volume.source, volume.licence) == ("Telegram", "N. Archives", "CC0")
    first, second = volume.documents.order_by("position")
    assert (first.heading, second.heading) == ("Telegram", "A memorandum")
    assert (str(first.date_min), str(first.date_max)) == ("1946-02-01", "1946-02-28")
    assert [d.current.source_format for d in (first, second) if d.current] == ["html", "docx"]


def test_what_a_volume_says_itself_is_not_changed_by_a_document(tmp_path: Path) -> None:
    path = write(tmp_path, "a.html", b"<h1>Telegram</h1>")
    run("import_text", path, "--volume", "own", "--number", "1", "--licence", "CC0")
    out, _ = run("import_text", path, "--volume", "own", "--number", "1", "--licence", "CC BY")
    assert "The volume own has a licence of its own" in out
    assert Volume.objects.get().licence == "CC0"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.docx", b"PK\x03\x04", "damaged, or no Word document"),
        ("a.pdf", b"%PDF-1.7", "bring .txt, .html or .docx"),
        ("a.html", b"<nav>x</nav>", "holds no text"),
    ],
)
def test_a_bad_document_is_one_line(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    out, err = run("import_text", write(tmp_path, name, data), "--volume", "x", "--number", "1")
    assert (out, err.count("\n")) == ("", 2)
    assert words in err
    assert not Volume.objects.exists()


def test_words_that_are_too_long_for_a_title_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", b"A")
    _, err = run("import_text", path, "--volume", "x", "--number", "1", "--title", "x" * 301)
    assert "--title: at most 300 characters." in err
