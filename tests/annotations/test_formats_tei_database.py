"""The TEI export from the database, and back into the archive by command."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from lxml import etree

from annotations.actions.sets import add_document
from annotations.export import shared_of
from annotations.formats import in_bytes, tei
from annotations.models import Annotation, AnnotationSet, SetDocument
from annotations.packing import package
from archive.imports import bring
from archive.models import Document, Edition, Volume
from tests.annotations.teis import T, annotations_in, faults, letters, resolved
from tests.annotations.worlds import World, world
from tests.archive.tei import FIXTURE, document, volume

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> World:
    return world(rights="https://creativecommons.org/licenses/by/4.0/")


def exported(of: AnnotationSet, path: Path) -> bytes:
    data = b"".join(in_bytes(tei.write(package(of, shared_of(of)))))
    path.write_bytes(data)
    return data


def texts() -> list[tuple[str, str, str]]:
    rows = Edition.objects.order_by("pk")
    return list(rows.values_list("document__slug", "digest", "text"))


def test_the_sample_set_is_valid_and_has_its_words_in_the_publishers_file(tmp_path):
    call_command("load_sample", verbosity=0)
    sample = AnnotationSet.objects.get()
    data = exported(sample, tmp_path / "sample.xml")
    assert faults(data, folder=tmp_path) == ""
    wanted = {f"a-{a.uuid}": a.quote for a in Annotation.objects.all()}
    root, original = etree.fromstring(data), etree.parse(FIXTURE).getroot()
    found = annotations_in(root)
    assert len(found) == len(wanted)
    for element in found:
        said = "".join(resolved(element.get("target"), original))
        assert letters(said) == letters(
            wanted[element.get("{http://www.w3.org/XML/1998/namespace}id")]
        )


def test_an_import_of_the_export_changes_nothing_where_the_texts_are_here(tmp_path):
    call_command("load_sample", verbosity=0)
    before, described = texts(), Volume.objects.values().get()
    exported(AnnotationSet.objects.get(), tmp_path / "sample.xml")
    call_command("import_tei", str(tmp_path / "sample.xml"), verbosity=0)
    assert texts() == before
    after = Volume.objects.values().get()
    changed = {name for name in described if described[name] != after[name]}
    assert changed <= {"imported_at"}


def test_an_import_of_the_export_makes_the_same_texts_elsewhere(tmp_path):
    call_command("load_sample", verbosity=0)
    before = texts()
    path = tmp_path / "sample.xml"
    data = exported(AnnotationSet.objects.get(), path)
    path.write_bytes(data.replace(b"frus1981-88v03", b"frus1999-00v01"))
    call_command("import_tei", str(path), verbosity=0)
    added = texts()[len(before) :]
    # The volume's lists of persons and terms are not in the file: its mentions are plain text.
    assert [(slug, text) for slug, _, text in added] == [
        (s, t) for s, _, t in before if s == "d169"
    ]
    first, second = Volume.objects.order_by("slug")
    assert (second.title, second.editors) == (first.title, first.editors)


def test_a_text_that_was_transcribed_goes_out_as_tei_and_is_the_same_again(here: World, tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("A Letter\n\nPeace1 is near.\n\nBut not here.\n\n1. So they say.\n")
    call_command("import_text", str(path), volume="letters", number="1", verbosity=0)
    made = Document.objects.get(volume__slug="letters")
    add_document(here.set, made, actor=here.owner)
    SetDocument.objects.exclude(document=made).delete()
    data = exported(here.set, tmp_path / "export.xml")
    assert faults(data, folder=tmp_path) == ""
    call_command("import_tei", str(tmp_path / "export.xml"), verbosity=0)
    assert Edition.objects.get(document=made).text == made.current.text


def test_a_corpus_is_imported_volume_by_volume(tmp_path, capsys):
    for number in (1, 2):
        path = tmp_path / f"frus190{number}.xml"
        path.write_bytes(volume(document(f"<p>Of {number}.</p>"), slug=f"frus190{number}v01"))
        bring(path)
    before = texts()
    owned = world()
    for one in Document.objects.filter(volume__slug__startswith="frus190"):
        add_document(owned.set, one, actor=owned.owner)
    data = exported(owned.set, tmp_path / "corpus.xml")
    assert etree.fromstring(data).tag == f"{T}teiCorpus"
    call_command("import_tei", str(tmp_path / "corpus.xml"))
    assert set(before) <= set(texts())
    assert Edition.objects.filter(document__volume__slug__startswith="frus190").count() == 2
    said = capsys.readouterr().out
    assert "frus1901v01" in said
    assert "frus1902v01" in said


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'<teiCorpus xmlns="http://www.tei-c.org/ns/1.0"/>', "holds no volume"),
        (b'<teiCorpus xmlns="http://www.tei-c.org/ns/1.0"><TEI>', "not well-formed"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><teiCorpus>&a;</teiCorpus>', "entities"),
    ],
)
def test_a_bad_corpus_is_one_line_and_changes_nothing(tmp_path, data, said):
    path = tmp_path / "corpus.xml"
    path.write_bytes(data)
    with pytest.raises(CommandError, match=said):
        call_command("import_tei", str(path), verbosity=0)
    assert not Edition.objects.exists()
