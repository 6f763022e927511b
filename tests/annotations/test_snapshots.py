"""A snapshot's file: what is in it, that it is sealed, and that it says how to cite it."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import bagit
import pytest
import yaml
from django.core.management import call_command
from django.db import IntegrityError, transaction

from annotations.actions.removing import delete_set
from annotations.actions.replies import create_reply
from annotations.actions.sets import add_document
from annotations.actions.snapshots import begin, fail
from annotations.formats import FORMATS
from annotations.freezing import TRIES, make
from annotations.models import Reach, Snapshot, Variant
from annotations.snapshots.citing import spdx
from annotations.snapshots.words import path_of, snapshot_formats
from tests.annotations.frozen import folder, folder_of_snapshots, freeze, plain
from tests.annotations.worlds import World, document, edition, world

pytestmark = pytest.mark.django_db
BY = "https://creativecommons.org/licenses/by/4.0/"
__all__ = ["folder_of_snapshots"]


@pytest.fixture
def here() -> World:
    here = world(visibility="public", rights=BY, description="What we read.")
    first = here.annotate(themes=[here.risk, here.tacit], note="Wait: *why* 𝄞?")
    create_reply(first, author=here.reader, note="Because.")
    add_document(here.set, document("d170"), actor=here.owner)
    edition(here.document, "169. Memorandum\nWith another day behind us.\nA source.")
    return here


def test_sha256sum_finds_it_whole_and_finds_what_was_changed(here: World, tmp_path: Path):
    if not shutil.which("sha256sum"):
        pytest.skip("there is no sha256sum on this machine")
    root = folder(tmp_path, freeze(here.set))
    words = ["sha256sum", "--check", "--strict", "manifest-sha256.txt"]
    assert subprocess.run(words, cwd=root, check=False, capture_output=True).returncode == 0
    words[-1] = "tagmanifest-sha256.txt"
    assert subprocess.run(words, cwd=root, check=False, capture_output=True).returncode == 0
    file = root / "data" / "README.md"
    file.write_bytes(file.read_bytes().replace(b"seminar", b"Seminar"))
    words[-1] = "manifest-sha256.txt"
    said = subprocess.run(words, cwd=root, check=False, capture_output=True, text=True)
    assert said.returncode == 1
    assert "data/README.md: FAILED" in said.stdout


def test_the_library_of_congress_finds_a_valid_bag(here: World, tmp_path: Path):
    root = folder(tmp_path, freeze(here.set))
    bag = bagit.Bag(str(root))
    bag.validate()
    assert bag.info["External-Identifier"].endswith(f"/snapshots/{Snapshot.objects.get().uuid}/")
    (root / "data" / "more.txt").write_text("x")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(root)).validate()


def test_it_holds_every_format_of_data_the_texts_and_the_codebook(here: World, tmp_path: Path):
    data = folder(tmp_path, freeze(here.set)) / "data"
    found = {path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()}
    texts = {
        f"texts/frus1981-88v03/{name}.{kind}"
        for name in ("d169.edition-1", "d169.edition-2", "d170.edition-1")
        for kind in ("txt", "json")
    }
    wanted = {name for name, form in FORMATS.items() if form.KIND in ("data", "table")}
    assert wanted <= set(snapshot_formats())
    formats = {path_of(form, here.set.slug) for form in snapshot_formats().values()}
    cited = {f"citations/citation.{ending}" for ending in ("txt", "bib", "ris", "csl.json")}
    assert found == texts | formats | cited | {
        *("README.md", "CITATION.cff", "LICENSE.txt", "snapshot.json", "codebook/codebook.json")
    }
    text = (data / "texts/frus1981-88v03/d169.edition-2.txt").read_text("utf-8")
    assert text == here.edition.text
    told = (data / "README.md").read_text("utf-8")
    for path in formats:
        assert f"`{path}`" in told
    assert BY in (data / "LICENSE.txt").read_text("utf-8")
    book = json.loads((data / "codebook/codebook.json").read_text("utf-8"))
    assert [theme["name"] for theme in book["themes"]] == ["Linkage", "Tacit", "Risk"]


def test_its_plain_json_has_all_of_it_one_annotation_a_line(here: World, tmp_path: Path):
    here.edition.document.refresh_from_db()
    made = freeze(here.set)
    found = plain(made)
    one = found["annotations"][0]
    assert (one["quote"], one["themes"], one["author"]) == (
        *("Afghanistan Day", ["tacit", "risk"]),
        "annotator",
    )
    assert one["note"] == "Wait: *why* 𝄞?"
    assert [(r["author"], r["note"]) for r in one["replies"]] == [("reader", "Because.")]
    assert [row["id"] for row in found["editions"]] == sorted(
        row["id"] for row in found["editions"]
    )
    text = (folder(tmp_path, made) / "data/snapshot.json").read_text("utf-8")
    assert sum(line.startswith('{"id":') for line in text.splitlines()) == 1 + 3 + 3
    assert made.counts == {
        **{"annotations": 1, "replies": 1, "documents": 2, "themes": 3},
        "people": 2,
    }


def test_the_same_set_gives_the_same_bytes(here: World):
    made = freeze(here.set)
    first = made.path.read_bytes()
    assert hashlib.sha256(first).hexdigest() == made.digest
    again = Snapshot.objects.filter(pk=made.pk)
    again.update(state="making", digest="", size=0, tries=0)
    at = made.made_at
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("annotations.actions.snapshots.timezone.now", lambda: at)
        make(made.pk)
    assert made.path.read_bytes() == first


def test_its_citation_file_is_valid(here: World, tmp_path: Path):
    text = (folder(tmp_path, freeze(here.set)) / "data/CITATION.cff").read_text("utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    # What the schema of CFF 1.2.0 asks for, and what it lets stand under these keys.
    assert {"authors", "cff-version", "message", "title"} <= set(found)
    assert found["cff-version"] == "1.2.0"
    assert found["type"] in ("dataset", "software")
    assert found["license"] == "CC-BY-4.0"
    assert found["version"] == "1"
    assert str(found["date-released"]) == Snapshot.objects.get().made_at.date().isoformat()
    assert found["url"].startswith("http://")
    known = {"given-names", "family-names", "name"}
    assert found["authors"]
    for author in found["authors"]:
        assert author
        assert set(author) <= known
        assert all(isinstance(value, str) and value for value in author.values())
    for one in found["identifiers"]:
        assert one["type"] in ("doi", "url", "swh", "other")
    allowed = {"authors", "cff-version", "message", "title", "type", "version", "date-released"}
    assert set(found) <= allowed | {"url", "identifiers", "abstract", "license", "license-url"}


@pytest.mark.parametrize(
    ("rights", "name"),
    [
        (BY, "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by-nc-sa/3.0/deed.de", "CC-BY-NC-SA-3.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://example.org/terms", ""),
        ("", ""),
    ],
)
def test_a_licence_has_its_short_name_where_there_is_one(rights: str, name: str):
    assert spdx(rights) == name


def test_a_title_of_any_signs_does_no_harm(tmp_path: Path):
    here = world(visibility="public", description='a: "b"\n- c # d\u2028e')
    here.set.title = "Talks: #1 \"quoted\" 'and' – [more] \\ 𝄞 %20"
    here.set.save()
    here.annotate()
    root = folder(tmp_path, freeze(here.set))
    found = yaml.safe_load((root / "data/CITATION.cff").read_text("utf-8"))
    assert found["title"] == f"{here.set.title}, snapshot 1"
    assert found["abstract"] == here.set.description
    bagit.Bag(str(root)).validate()


def test_numbers_go_up_and_are_not_given_twice(here: World):
    assert [freeze(here.set).number for _ in range(2)] == [1, 2]
    one = Snapshot.objects.get(number=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Snapshot.objects.filter(number=2).update(number=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Snapshot.objects.filter(pk=one.pk).update(withdrawn_at=one.made_at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Snapshot.objects.filter(pk=one.pk).update(digest="")


def test_what_was_promised_to_fewer_cannot_be_published_by_the_database_either(here: World):
    made = freeze(here.set, Reach.EDITORS)
    with pytest.raises(IntegrityError), transaction.atomic():
        Snapshot.objects.filter(pk=made.pk).update(published_at=made.made_at)


def test_a_worker_that_dies_makes_it_again_but_not_for_ever(here: World):
    from annotations.actions.snapshots import Wish, order

    ordered = order(here.set, Wish(Reach.EVERYONE, Variant.AS_IS), actor=here.owner)
    for _ in range(TRIES):
        assert begin(ordered.pk, TRIES) is not None
    assert begin(ordered.pk, TRIES) is None
    ordered.refresh_from_db()
    assert (ordered.state, bool(ordered.fault)) == ("failed", True)


def test_a_format_that_breaks_is_named_and_leaves_no_file(
    here: World, monkeypatch: pytest.MonkeyPatch
):
    from annotations.actions.snapshots import Wish, order

    def broken(_: Any) -> Any:
        yield "a piece"
        raise ValueError("no place for this")

    monkeypatch.setattr(FORMATS["csv"], "write", broken)
    ordered = order(here.set, Wish(Reach.EVERYONE, Variant.AS_IS), actor=here.owner)
    make(ordered.pk)
    ordered.refresh_from_db()
    assert ordered.state == "failed"
    assert ordered.fault.startswith("CSV")
    assert list(ordered.path.parent.iterdir()) == []


def test_nothing_is_made_of_what_has_failed(here: World):
    made = freeze(here.set)
    fail(made.pk, "Too late.")
    made.refresh_from_db()
    assert made.state == "ready"


def test_a_deleted_set_leaves_what_was_published_and_nothing_else(
    here: World, django_capture_on_commit_callbacks: Any
):
    kept, gone = freeze(here.set), freeze(here.set, Reach.EDITORS)
    Snapshot.objects.filter(pk=kept.pk).update(published_at=kept.made_at)
    here.set.memberships.exclude(user=here.owner).delete()
    with django_capture_on_commit_callbacks(execute=True):
        delete_set(here.set, actor=here.owner)
    assert [one.pk for one in Snapshot.objects.all()] == [kept.pk]
    assert (kept.path.exists(), gone.path.exists()) == (True, False)
    kept.refresh_from_db()
    assert kept.annotation_set is None
    assert kept.title == "A seminar"


def test_commands_make_and_verify(here: World, capsys: pytest.CaptureFixture[str]):
    call_command("make_snapshot", here.set.slug, "--note", "For the archive.")
    made = Snapshot.objects.get()
    assert capsys.readouterr().out.strip() == str(made.path)
    assert made.note == "For the archive."
    call_command("verify_snapshot")
    assert ": whole, " in capsys.readouterr().out
    call_command("verify_snapshot", f"{here.set.slug}/1")
    assert "made here" in capsys.readouterr().out
    data = made.path.read_bytes()
    made.path.unlink()
    made.path.write_bytes(data[:-200])
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_snapshot", str(made.uuid))
    assert stopped.value.code == 1
    assert "NOT WHOLE" in capsys.readouterr().out


def test_a_zip_reader_sees_one_time_and_no_folder_outside(here: World):
    made = freeze(here.set)
    with zipfile.ZipFile(made.path) as archive:
        times = {info.date_time for info in archive.infolist()}
        assert all(info.filename.startswith(f"{made.name}/") for info in archive.infolist())
    year, month, day, hour, minute, second = made.made_at.timetuple()[:6]
    # ZIP counts seconds by twos.
    assert times == {(year, month, day, hour, minute, second // 2 * 2)}
