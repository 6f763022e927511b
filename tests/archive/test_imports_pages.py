"""Imports from the web: staff uploads, watches, imports again; nobody else sees any of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_tasks_db.models import DBTaskResult

from archive.imports import bring
from archive.models import Document, Import, Volume
from archive.progress import Teller
from archive.worker import run_ready
from tests.archive.tei import document, volume
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]
GOOD = volume(document("<head>1. A day</head><p>a</p>"))
Queries = Callable[..., Any]


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(UserFactory.create(is_staff=True))
    return client


def send(client: Client, *files: tuple[str, bytes]) -> Any:
    sent = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post("/imports/", {"volumes": sent})


def page_of(client: Client, address: str, **headers: str) -> str:
    response = client.get(address, headers=headers)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def uploaded(client: Client, data: bytes = GOOD, name: str = "a volume.xml") -> Import:
    assert send(client, (name, data)).status_code == 302
    run_ready()
    return Import.objects.latest("pk")


def test_an_upload_is_imported_by_the_worker_and_shown(staff: Client, uploads: Path) -> None:
    response = send(staff, ("a volume.xml", GOOD))
    run = Import.objects.get()
    assert (response.status_code, response["Location"]) == (302, run.get_absolute_url())
    assert (run.state, run.name, run.size) == ("waiting", "a volume.xml", len(GOOD))
    assert "It waits for its turn" in page_of(staff, run.get_absolute_url())
    assert not Volume.objects.exists()
    run_ready()
    run.refresh_from_db()
    assert (run.state, run.brought_by.is_staff) == ("done", True)
    shown = page_of(staff, run.get_absolute_url())
    assert '<a href="/volumes/frus1900v01/d1/">1. A day</a>' in shown
    assert "<dt>Documents</dt><dd>1 new</dd>" in shown
    assert [p.name for p in uploads.iterdir()] == ["a-volume.xml"]


def test_many_files_are_taken_at_once_and_one_bad_one_stops_no_other(staff: Client) -> None:
    bad = ("b.xml", b"<TEI>\n<a>")
    response = send(staff, ("a.xml", GOOD), bad, ("c.xml", GOOD.replace(b"v01", b"v02")))
    assert response["Location"] == "/imports/"
    run_ready()
    assert [run.state for run in Import.objects.order_by("pk")] == ["done", "failed", "done"]
    failed = Import.objects.get(state="failed")
    assert failed.fault.startswith("b.xml:2: The XML is not well-formed")
    shown = page_of(staff, failed.get_absolute_url())
    assert "b.xml:2: The XML is not well-formed" in shown
    assert "nothing else was changed" in shown
    assert Document.objects.count() == 2


def test_a_corrected_volume_shows_its_new_editions(staff: Client) -> None:
    uploaded(staff)
    run = uploaded(staff, GOOD.replace(b"<p>a</p>", b"<p>ab<zz>c</zz></p>"))
    shown = page_of(staff, run.get_absolute_url())
    assert '1. A day</a> <span class="dim">edition 2</span>' in shown
    assert "zz" in shown and "<td>1</td>" in shown


def test_known_bytes_are_passed_over_and_lead_to_their_import(staff: Client) -> None:
    first, second = uploaded(staff), uploaded(staff, name="b.xml")
    assert (second.state, second.volume) == ("done", first.volume)
    shown = page_of(staff, second.get_absolute_url())
    assert "These bytes were imported before" in shown
    assert f'href="{first.get_absolute_url()}"' in shown


def test_what_the_importer_was_not_made_for_is_said_and_kept_in_the_log(
    staff: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise TypeError("no such thing")

    monkeypatch.setattr("archive.imports.ingest", broken)
    run = uploaded(staff)
    assert run.state == "failed"
    assert "was not made for (TypeError)" in run.fault
    assert "no such thing" in caplog.text


def test_a_failed_import_can_be_begun_again(staff: Client, settings: Any) -> None:
    settings.IMPORT_MAX_BYTES = len(GOOD)
    send(staff, ("a.xml", GOOD))
    settings.IMPORT_MAX_BYTES = 10
    run_ready()
    run = Import.objects.get()
    assert "larger than the limit of 10 bytes" in run.fault
    settings.IMPORT_MAX_BYTES = len(GOOD)
    assert staff.post(f"/imports/{run.pk}/again/")["Location"] == run.get_absolute_url()
    run_ready()
    run.refresh_from_db()
    assert (run.state, run.fault) == ("done", "")


def test_a_done_import_can_be_done_again_and_its_bytes_are_read(staff: Client) -> None:
    first = uploaded(staff)
    staff.post(f"/imports/{first.pk}/again/")
    run_ready()
    second = Import.objects.latest("pk")
    assert second.pk != first.pk
    assert second.report["unchanged"] == ["d1"]


def test_a_file_can_be_removed_and_what_it_brought_stays(staff: Client, uploads: Path) -> None:
    run = uploaded(staff)
    staff.post(f"/imports/{run.pk}/again/")
    response = staff.post(f"/imports/{run.pk}/remove/", follow=True)
    assert "wait until that has ended" in response.content.decode()
    run_ready()
    staff.post(f"/imports/{run.pk}/remove/")
    assert list(uploads.iterdir()) == []
    assert not Import.objects.exclude(file="").exists()
    assert Document.objects.get().current is not None
    response = staff.post(f"/imports/{run.pk}/again/", follow=True)
    assert "upload it again" in response.content.decode()


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([], "Choose one or more files."),
        ([("a.pdf", b"%PDF")], "a.pdf is no .xml file."),
        ([("a.xml", b"")], "a.xml is empty."),
        ([("a.xml", b"x" * 4000), ("b.xml", GOOD)], "a.xml is larger than the limit of 2.9"),
    ],
)
def test_what_cannot_be_taken_is_said_by_name_and_nothing_is_kept(
    staff: Client, settings: Any, uploads: Path, files: list[tuple[str, bytes]], said: str
) -> None:
    settings.IMPORT_MAX_BYTES = 3000
    response = send(staff, *files)
    assert response.status_code == 422
    assert said in response.content.decode().replace("\xa0", " ")
    assert not Import.objects.exists()
    assert not uploads.exists() or list(uploads.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd.xml", "..\\x.xml", "/a.xml", "日本.xml", "...xml", "a" * 250 + ".xml"],
)
def test_a_name_leads_nowhere(staff: Client, uploads: Path, name: str) -> None:
    uploaded(staff, name=name)
    (path,) = uploads.iterdir()
    assert path.suffix == ".xml" and len(path.name) < 100


STRANGERS: dict[str, Callable[[], User | None]] = {
    "nobody": lambda: None,
    "reader": lambda: UserFactory.create(),
}


@pytest.mark.parametrize("who", list(STRANGERS))
def test_strangers_find_nothing(client: Client, staff: Client, who: str) -> None:
    run = uploaded(staff)
    stranger, user = Client(), STRANGERS[who]()
    if user:
        stranger.force_login(user)
    for path in ("/imports/", run.get_absolute_url()):
        assert stranger.get(path).status_code == 404
    for path in ("/imports/", f"/imports/{run.pk}/again/", f"/imports/{run.pk}/remove/"):
        assert (
            stranger.post(path, {"volumes": SimpleUploadedFile("a.xml", GOOD)}).status_code == 404
        )
    assert Import.objects.count() == 1


def test_who_is_given_the_permission_may_import(client: Client) -> None:
    user = UserFactory.create()
    user.user_permissions.add(Permission.objects.get(codename="add_import"))
    client.force_login(user)
    assert uploaded(client).state == "done"


def test_an_upload_needs_the_token_of_its_form() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory.create(is_staff=True))
    assert send(client, ("a.xml", GOOD)).status_code == 403
    assert not Import.objects.exists()


def test_what_readers_bring_of_their_own_is_not_shown_to_staff(staff: Client) -> None:
    mine = Volume.objects.create(slug="own", title="Own", owner=UserFactory.create())
    run = Import.objects.create(name="own.txt", volume=mine, state="done")
    assert "own.txt" not in page_of(staff, "/imports/")
    assert staff.get(run.get_absolute_url()).status_code == 404


def test_how_far_an_import_is_can_be_seen_while_it_runs(staff: Client) -> None:
    send(staff, ("a.xml", GOOD))
    run = Import.objects.get()
    Import.objects.update(state="running")
    Teller(run.pk)("writing", 30, 40)
    for address in ("/imports/", run.get_absolute_url()):
        fragment = page_of(staff, address, hx_request="true")
        assert '<progress max="80" value="70"' in fragment
        assert "writing 30 of 40 documents" in fragment
        assert 'hx-trigger="every 1s"' in fragment
        assert "<html" not in fragment and "<html" in page_of(staff, address)


def test_pages_ask_no_more_when_all_is_done(staff: Client) -> None:
    run = uploaded(staff)
    for address in ("/imports/", run.get_absolute_url()):
        assert "every 1s" not in page_of(staff, address)


def test_the_pages_say_that_no_worker_is_there(staff: Client) -> None:
    send(staff, ("a.xml", GOOD))
    for address in ("/imports/", Import.objects.get().get_absolute_url()):
        assert "No worker is running" in page_of(staff, address)


def test_the_pages_have_a_fixed_number_of_queries(
    staff: Client, django_assert_num_queries: Queries
) -> None:
    many = volume("".join(document(f"<p>{n}</p>", n) for n in range(1, 60)))
    run = uploaded(staff, many)
    for name in "bcd":
        uploaded(staff, many, name=f"{name}.xml")
    with django_assert_num_queries(4):  # the session, the account, and two for the list
        page_of(staff, "/imports/")
    with django_assert_num_queries(5):  # two, the import, its documents, its editions
        page_of(staff, run.get_absolute_url())


def test_imports_by_command_are_listed_too(staff: Client, tmp_path: Path) -> None:
    path = tmp_path / "by-command.xml"
    path.write_bytes(GOOD)
    bring(path)
    assert "by-command.xml" in page_of(staff, "/imports/")
    assert not DBTaskResult.objects.exists()
