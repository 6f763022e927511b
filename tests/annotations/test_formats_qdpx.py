"""REFI-QDA projects: valid against the standard's own schema, and whole when they come back."""

from __future__ import annotations

import hashlib
import io
import re
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import given
from lxml import etree

from annotations import packing
from annotations.export import shared_of
from annotations.formats import qdc, qdpx, refi
from annotations.formats.brought import (
    Brought,
    BroughtAnnotation,
    BroughtReply,
    BroughtTheme,
    Target,
)
from annotations.formats.features import Feature
from annotations.formats.package import Package, Scope
from annotations.formats.values import AnnotationValue, EditionValue, PersonValue, ReplyValue
from annotations.models import AnnotationSet
from tests.annotations.qda import (
    PEOPLE,
    bytes_of,
    files_of,
    packages,
    part,
    project,
    schema,
    theme,
)
from tests.annotations.values import AT, DOCUMENT, SITE, annotation

P = "{urn:QDA-XML:project:1.0}"
TEXT = "First 𝄞 paragraph here.\nThe second one."


def root_of(package: Package) -> etree._Element:
    return etree.fromstring(files_of(bytes_of(package))["project.qde"])


def read(package: Package) -> Brought:
    return qdpx.read(io.BytesIO(bytes_of(package)))


def valid(package: Package) -> etree._Element:
    root = root_of(package)
    schema("Project-mrt2019").assertValid(root)
    return root


@given(packages())
def test_every_project_is_valid(package: Package):
    valid(package)


def test_an_empty_set_is_valid():
    root = valid(project([]))
    assert [one.tag for one in root] == [P + "Users", P + "Variables", P + "Description"]


@given(packages())
def test_what_is_exported_comes_back_whole(package: Package):
    found = read(package)
    assert found.lost == ()
    assert (found.site, found.slug) == (package.set.site, package.set.slug)
    keys = {one.slug: one.key for one in found.themes}
    assert [replace(one, line=0) for one in found.themes] == themes_of(package, keys)
    texts = {key: text.text for key, text in found.texts.items()}
    expected = list(package.annotations())
    assert len(found.annotations) == len(expected)
    for back, given_one in zip(found.annotations, expected, strict=True):
        assert texts[back.target.text][back.target.start : back.target.end] == given_one.quote
        assert plain(back) == as_brought(given_one, keys, back.target.text)
    assert sorted(texts.values()) == sorted(one.text.text for one in package.parts())


def plain(one: BroughtAnnotation) -> BroughtAnnotation:
    """Without places, and without the names of its document but the surest."""
    target = replace(one.target, names=one.target.names[:3])
    replies = tuple(replace(reply, place="") for reply in one.replies)
    return replace(one, target=target, place="", replies=replies)


def as_brought(one: AnnotationValue, keys: dict[str, str], text: str) -> BroughtAnnotation:
    document = one.document
    names = (document.address, f"{document.volume}/{document.slug}", document.public_address)
    span = (one.start, one.end, one.quote, one.prefix, one.suffix)
    return BroughtAnnotation(
        target=Target(names, one.edition.digest, text, *span),
        id=one.id,
        themes=tuple(keys[theme.slug] for theme in one.themes),
        note=one.note,
        author=one.author,
        private=one.private,
        question=one.question,
        created=one.created,
        modified=one.modified,
        replies=tuple(
            BroughtReply(reply.note, reply.id, reply.author, reply.created, reply.modified)
            for reply in one.replies
        ),
    )


def themes_of(package: Package, keys: dict[str, str]) -> list[BroughtTheme]:
    names = ("name", "definition", "use_when", "not_when", "example", "colour", "line")
    return [
        BroughtTheme(
            key=keys[one.slug],
            name=one.name,
            words={name: getattr(one, name) for name in names},
            parent=keys.get(one.parent, ""),
            slug=one.slug,
            retired=one.retired,
        )
        for one in package.codebook.themes
    ]


@given(packages())
def test_the_same_set_gives_the_same_bytes(package: Package):
    assert bytes_of(package) == bytes_of(package)


def test_each_source_is_a_text_with_lf_and_without_a_mark():
    here = part(TEXT, [annotation(1, start=6, end=7)])
    files = files_of(bytes_of(project([here])))
    (name,) = (one for one in files if one != "project.qde")
    assert re.fullmatch(r"sources/[0-9a-f-]{36}\.txt", name)
    assert files[name] == TEXT.encode()
    source = etree.fromstring(files["project.qde"]).find(f".//{P}TextSource")
    assert source.get("plainTextPath") == f"internal://{name.removeprefix('sources/')}"


def test_positions_are_code_points():
    here = part(TEXT, [annotation(1, start=6, end=17)])
    one = root_of(project([here])).find(f".//{P}PlainTextSelection")
    assert (one.get("startPosition"), one.get("endPosition")) == ("6", "17")
    assert one.get("name") == "𝄞 paragraph"


def test_a_selection_has_the_annotations_uuid_codings_and_notes():
    risk, linkage = theme("risk"), theme("linkage")
    answer = ReplyValue("", PEOPLE[1], "Why?", AT, AT, "00000000-0000-0000-0000-0000000000aa")
    made = annotation(7, start=0, end=5, themes=(risk, linkage), replies=(answer,), note="Mine")
    root = root_of(project([part(TEXT, [made])], (risk, linkage)))
    one = root.find(f".//{P}PlainTextSelection")
    assert one.get("guid") == made.id
    codes = {code.get("guid"): code.get("name") for code in root.iter(f"{P}Code")}
    assert [codes[ref.get("targetGUID")] for ref in one.iter(f"{P}CodeRef")] == ["Risk", "Linkage"]
    notes = {
        note.get("guid"): note.findtext(f"{P}PlainTextContent") for note in root.iter(f"{P}Note")
    }
    refs = [ref.get("targetGUID") for ref in one.iter(f"{P}NoteRef")]
    assert [notes[ref] for ref in refs] == ["Mine", "Why?"]
    assert refs[1] == answer.id
    assert one.findtext(f"{P}Description").startswith("Mine\n\n"), "for tools that take no notes"


def test_a_highlight_is_a_selection_without_coding_or_note():
    bare = annotation(1, start=0, end=5, themes=(), note="")
    one = root_of(project([part(TEXT, [bare])])).find(f".//{P}PlainTextSelection")
    assert [child.tag for child in one] == [P + "Description"]


def test_what_has_no_element_is_said_in_words_that_people_read():
    made = annotation(1, start=0, end=5, private=True, question="open", anchor="review")
    one = root_of(project([part(TEXT, [made])])).find(f".//{P}PlainTextSelection")
    assert one.findtext(f"{P}Description") == (
        f"Note *1*\n\nPrivate: yes\n\nQuestion: open\n\nPassage: review\n\nAddress: {made.address}"
    )


def test_a_document_has_its_data_as_variables():
    document = replace(DOCUMENT, since="1981-02-03", until="1981", place="Paris")
    root = valid(project([part(TEXT, [], document, EditionValue(2, "ab", AT, latest=False))]))
    names = {one.get("guid"): one.get("name") for one in root.iter(f"{P}Variable")}
    values = {
        names[one[0].get("targetGUID")]: one[1].text for one in root.iter(f"{P}VariableValue")
    }
    assert values == {
        "Document": "frus1981-88v03/d169",
        "Document address": document.address,
        "Publisher's address": document.public_address,
        "Number": "169",
        "Title": "Memorandum",
        "Not before": "1981-02-03",
        "Place": "Paris",
        "Edition": "2",
        "Imported": "2026-01-02T03:04:05Z",
        "Latest edition": "false",
        "Edition digest": "ab",
        "Text digest": hashlib.sha256(TEXT.encode()).hexdigest(),
    }
    name = root.find(f".//{P}TextSource").get("name")
    assert name == "frus1981-88v03 d169 169. Memorandum (edition 2)"


def test_documents_stand_in_sets_by_volume_and_the_codebook_is_one():
    other = replace(DOCUMENT, slug="d170", address=f"{SITE}/d170")
    root = valid(project([part(TEXT, []), part(TEXT, [], other)], (theme("risk"),)))
    sets = {one.get("name"): [member.tag for member in one] for one in root.iter(f"{P}Set")}
    assert sets == {
        "Themes & more": [P + "Description", P + "MemberCode"],
        "frus1981-88v03": [P + "MemberSource"] * 2,
    }


def test_the_sets_own_data_are_in_the_projects_description():
    scope = Scope(document="frus1981-88v03/d169", words="notes alone")
    given_set = replace(project([], title="A & B", description="About\nit"), scope=scope)
    root = valid(given_set)
    assert root.get("name") == "A & B"
    assert root.findtext(f"{P}Description") == (
        "About\nit\n\nLicence: https://creativecommons.org/licenses/by/4.0/\n\n"
        "Part: frus1981-88v03/d169; notes alone\n\nAddress: https://example.org/sets/seminar/\n\n"
        "Set: seminar\n\nSite: https://example.org"
    )


def test_colours_are_those_of_the_stylesheet():
    css = Path("static/css/apparatus.css").read_text()
    light = dict(re.findall(r"--t([1-8]): light-dark\((#[0-9a-f]{6}),", css))
    assert tuple(light[str(number)] for number in range(1, 9)) == refi.PALETTE


def test_what_xml_cannot_hold_becomes_a_sign_of_it():
    here = project([part(TEXT, [annotation(1, start=0, end=5, note="a\x0bb\ufffe")])])
    valid(here)
    assert read(here).annotations[0].note == "a�b�"


def test_people_are_users_with_both_their_names():
    root = valid(project([part(TEXT, [annotation(1, start=0, end=5, author=PEOPLE[1])])]))
    users = {one.get("guid"): one for one in root.iter(f"{P}User")}
    assert [(one.get("id"), one.get("name")) for one in users.values()] == [
        ("ada", "Ada Owner"),
        ("bob", "Bob <Reader>"),
        ("-", "-"),
    ]
    author = root.find(f".//{P}PlainTextSelection").get("creatingUser")
    assert users[author].get("id") == "bob"


def test_an_author_who_came_while_it_was_written_is_told_of_when_it_is_read():
    late = PersonValue("late", "Late")
    found = read(project([part(TEXT, [annotation(1, start=0, end=5, author=late)])]))
    assert found.annotations[0].author is None
    assert [one.message for one in found.lost] == ["Its author is not among the users."]


@pytest.mark.parametrize(
    ("feature", "said"),
    [
        (Feature.DOUBTFUL, "Passage: orphan"),
        (Feature.ADDRESSES, "Address: https://example.org/annotations/"),
        (Feature.RIGHTS, "Licence: https://creativecommons.org/"),
        (Feature.DESCRIPTION, "<Description>Why"),
    ],
)
def test_what_does_not_come_back_is_in_the_file_all_the_same(feature: Feature, said: str):
    made = annotation(1, start=0, end=5, anchor="orphan")
    data = files_of(bytes_of(project([part(TEXT, [made])], description="Why")))
    assert said in data["project.qde"].decode()
    assert feature not in qdpx.LOSES


@pytest.mark.django_db
def test_the_sample_set_is_valid_and_comes_back():
    call_command("load_sample", stdout=io.StringIO())
    here = AnnotationSet.objects.get()
    taken = packing.package(here, shared_of(here))
    valid(taken)
    book = "".join(qdc.write(taken)).encode()
    schema("Codebook-mrt2019").assertValid(etree.fromstring(book))
    found = read(taken)
    assert found.lost == ()
    assert [one.id for one in found.annotations] == [one.id for one in taken.annotations()]
    assert [one.note for one in found.annotations] == [one.note for one in taken.annotations()]
    assert len(found.themes) == len(taken.codebook.themes)


def test_memory_does_not_grow_with_the_set():
    """Ten times the annotations, each made when it is asked for, with no more than a megabyte."""
    small, large = peak(300), peak(3000)
    assert large < small + 1_000_000


def peak(count: int) -> int:
    def some() -> Iterator[AnnotationValue]:
        return (annotation(n, start=n % 20, end=n % 20 + 3) for n in range(count))

    here = project([replace(part(TEXT, []), annotations=some)])
    tracemalloc.start()
    try:
        for _ in qdpx.write(here):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
