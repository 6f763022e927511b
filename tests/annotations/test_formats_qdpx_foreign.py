"""REFI-QDA projects as ATLAS.ti, MAXQDA, NVivo and QualCoder write them: small ones made by hand
in the manner of each."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest

from annotations.formats import qdpx
from annotations.formats.brought import FormatFault
from annotations.formats.values import PersonValue
from tests.annotations.qda import PEOPLE, archive, bytes_of, files_of, part, theme
from tests.annotations.qda import project as ours
from tests.annotations.qda_foreign import (
    CODE,
    CODES,
    CODING,
    GUID,
    SECOND,
    THIRD,
    USER,
    USERS,
    WORDS,
    one,
    project,
    read,
    said,
    selection,
    source,
    span,
)
from tests.annotations.values import annotation


def test_atlas_ti_gives_the_first_words_of_a_quotation_as_its_name():
    start, end = span("Second line, of others.", WORDS)
    found = read(
        selection(start, end, name="Second line…", inside="<Description>Why?</Description>"),
        origin="ATLAS.ti 8.4.0",
    )
    made = one(found)
    assert (made.target.quote, made.note) == (SECOND, "Why?")
    assert made.author == PersonValue("Ana Autor", "Ana Autor")
    assert made.created == datetime(2018, 3, 27, 19, 4, 19, tzinfo=UTC)
    assert made.id == f"{GUID}1".lower()
    assert made.target.names == ("frus1981-88v03_d169.docx", "frus1981-88v03/d169")


def test_a_quotation_with_a_title_of_its_own_stays_where_it_is():
    found = read(selection(*span(SECOND, WORDS), name="damage done by others"))
    assert one(found).target.quote == SECOND
    assert said(found) == []


def test_words_that_are_not_at_their_positions_but_near_are_followed():
    text = WORDS.replace("𝄞", "x")
    start, end = span(SECOND, text)
    marked = selection(0, 10, name="First line", n=1)
    found = read(marked + selection(start - 3, end - 3, name=SECOND, n=2), text)
    assert [a.target.quote for a in found.annotations] == ["First line", SECOND]
    assert said(found) == [
        "selection 2 (line 2): Its words are not at its positions: it is put where they are."
    ]


def test_words_that_stand_twice_are_not_followed():
    text = "the same words, the same words, and others that are long enough"
    near = read(selection(31, 45, name="the same words"), text)
    assert one(near).target.start == 31
    assert read(selection(900, 914, name="the same words"), text).annotations == ()


def test_a_passage_behind_the_end_is_put_where_its_words_are_or_told():
    found = read(selection(900, 910, name=SECOND, n=1) + selection(900, 910, n=2))
    assert one(found).target.quote == SECOND
    assert said(found)[1] == "selection 2 (line 2): It is not in its text: it is not taken."


@pytest.mark.parametrize(
    ("start", "end"),
    [(-3, 4), (5, 5), (9, 2), (0, 10**9), ("x", 3), ("", 3), (1, "9" * 5000), ("1.5", "3")],
)
def test_positions_that_cannot_be_are_told_and_nothing_else_is_lost(start: object, end: object):
    found = read(selection(start, end, n=1) + selection(0, 5, name="First", n=2))
    assert one(found).target.quote == "First"
    (told,) = said(found)
    assert told.startswith("selection 1 (line 2): ")


@pytest.mark.parametrize(
    "namespace",
    ["urn:QDA-XML:project:1.0", "urn:QDA-XML:project:1:0", "urn:QDA-XML:project:0:4", ""],
)
def test_every_namespace_is_read(namespace: str):
    found = read(selection(0, 5), namespace=namespace)
    assert [t.name for t in found.themes] == ["Risk"]
    assert one(found).themes == (found.themes[0].key,)


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("internal://T.txt", "Sources/T.txt"),
        ("internal:///T.TXT", "sources\\t.txt"),
        ("internal://sources/T.txt", "sources/T.txt"),
        ("relative:///deep/T.txt", "sources/T.txt"),
        ("absolute:///C:/PROJECT/Sources/T.txt", "sources/T.txt"),
        ("T.txt", "T.txt"),
    ],
)
def test_texts_are_found_however_their_path_is_written(path: str, file: str):
    assert one(read(selection(0, 5), path=path, file=file)).target.quote == "First"


def test_a_text_without_a_name_is_called_as_its_file_is_unless_that_is_a_guid():
    marked = '<TextSource guid="1" plainTextPath="internal://{}.txt">{}</TextSource>'
    names = ("frus1981-88v03_d170", f"{GUID}7")
    sources = "".join(
        marked.format(name, selection(0, 5, n=n)) for n, name in enumerate(names, start=1)
    )
    files = {f"sources/{name}.txt": WORDS for name in names}
    found = qdpx.read(
        archive(files | {"project.qde": project(f"<Sources>{sources}</Sources>", "T")})
    )
    first, second = (a.target.names for a in found.annotations)
    assert first == ("frus1981-88v03_d170.txt", "frus1981-88v03/d170")
    assert second == ()


def test_a_project_in_a_folder_of_its_archive_is_found():
    inside = CODES + f"<Sources>{source(selection(0, 5))}</Sources>"
    files = {
        "P/Project.QDE": project(inside, "T"),
        "P/sources/T.txt": WORDS,
        "__MACOSX/project.qde": "",
    }
    assert one(qdpx.read(archive(files))).target.quote == "First"


def test_a_text_that_is_not_there_is_told_with_its_passages():
    found = read(selection(0, 5), path="absolute:///C:/x/Other.txt")
    assert found.annotations == ()
    assert said(found) == [
        "line 2: The text of “frus1981-88v03_d169.docx” is not in the archive:"
        " 1 of its passages are not taken."
    ]


def test_a_text_inside_the_project_is_read():
    inside = f"<PlainTextContent>{WORDS}</PlainTextContent>{selection(*span(THIRD, WORDS))}"
    text = f'<TextSource guid="{GUID}0" name="T">{inside}</TextSource>'
    files = {"project.qde": project(f"{CODES}<Sources>{text}</Sources>", "T")}
    assert one(qdpx.read(archive(files))).target.quote == THIRD


def test_maxqda_leaves_names_and_codings_out_and_gives_a_comment():
    comment = "<Description>A comment&#13;\nof two lines</Description>"
    empty = "<Description/>"
    found = read(selection(0, 5, inside=comment, n=1) + selection(6, 10, inside=empty, n=2))
    first, second = found.annotations
    assert (first.note, first.themes) == ("A comment\nof two lines", ())
    assert (second.note, second.themes) == ("", ())


def test_nvivo_links_a_note_in_a_file_to_a_passage():
    note, link = f"{GUID}7", f'<Link originGUID="{GUID}7" targetGUID="{{{GUID}1}}"/>'
    notes = (
        f'<Notes><Note guid="{note}" name="" plainTextPath="internal://T.txt"'
        f' creatingUser="{USER}" creationDateTime="2024-09-15T15:36:45.1234567Z"/></Notes>'
    )
    found = read(selection(0, 5), "First\r\nsaid", rest=f"{notes}<Links>{link}</Links>")
    assert one(found).note == "First\nsaid"
    assert said(found) == []


def test_qualcoder_writes_an_annotation_as_a_note_of_the_whole_text_with_a_passage():
    note = (
        f'<Notes><Note guid="{GUID}7" creatingUser="{USER}"'
        ' creationDateTime="2021-01-15T23:37:54Z">'
        "<PlainTextContent>Title only</PlainTextContent>"
        f'<PlainTextSelection guid="{GUID}8" startPosition="0" endPosition="5"/></Note></Notes>'
    )
    ref = f'<NoteRef targetGUID="{GUID}7"/>'
    made = one(read("", more=ref, rest=note))
    assert (made.target.quote, made.note) == ("First", "Title only")
    assert made.author == PersonValue("Ana Autor", "Ana Autor")
    assert made.created == datetime(2021, 1, 15, 23, 37, 54, tzinfo=UTC)


@pytest.mark.parametrize("texts", [1, 2])
def test_what_qualcoder_writes_of_further_annotations_is_taken_where_there_is_one_text(texts: int):
    notes = "".join(
        f'<Note guid="{GUID}{n}" creatingUser="{USER}"><PlainTextContent>Note {n}'
        f'</PlainTextContent><PlainTextSelection guid="{GUID}{n + 2}" startPosition="{start}"'
        f' endPosition="{start + 5}"/></Note>'
        for n, start in ((5, 0), (6, 3))
    )
    other = f'<TextSource guid="{GUID}9" name="Other" plainTextPath="internal://T.txt"/>'
    found = read(
        "",
        more=f'<NoteRef targetGUID="{GUID}5"/>',
        rest=f"<Notes>{notes}</Notes>",
        sources=other * (texts - 1),
    )
    assert [made.note for made in found.annotations] == ["Note 5", "Note 6"][: 3 - texts]
    lost = "line 2: The note “Note 6” is in no text that is named: it is not taken."
    assert said(found) == [lost] * (texts - 1)


def test_a_memo_of_someone_else_is_a_reply_with_its_title():
    other = "5C94BC9E-DB8C-4F1D-9CD6-E900C7440860"
    note = (
        f'<Notes><Note guid="{GUID}7" name="On risk" creatingUser="{other}">'
        "<PlainTextContent>It is large.</PlainTextContent></Note></Notes>"
    )
    ref = f'<NoteRef targetGUID="{GUID}7"/>'
    found = read(selection(0, 5, inside=f"<Description>Mine</Description>{ref}"), rest=note)
    made = one(found)
    assert made.note == "Mine"
    (reply,) = made.replies
    assert (reply.note, reply.author, reply.place) == (
        "On risk\n\nIt is large.",
        None,
        "note (line 2)",
    )
    assert said(found) == ["selection 1 (line 2): Its author is not among the users."]


def test_a_memo_of_someone_else_is_a_reply_also_where_there_is_no_comment():
    other = "5C94BC9E-DB8C-4F1D-9CD6-E900C7440860"
    note = '<Note guid="{}{}" creatingUser="{}"><PlainTextContent>{}</PlainTextContent></Note>'
    notes = note.format(GUID, 6, other, "Theirs") + note.format(GUID, 7, USER, "Mine")
    refs = f'<NoteRef targetGUID="{GUID}6"/><NoteRef targetGUID="{GUID}7"/>'
    made = one(read(selection(0, 5, inside=refs), rest=f"<Notes>{notes}</Notes>"))
    assert (made.note, [reply.note for reply in made.replies]) == ("Mine", ["Theirs"])


def test_a_note_on_a_coding_is_one_on_its_passage():
    note = f'<Note guid="{GUID}6"><PlainTextContent>On it</PlainTextContent></Note>'
    coding = CODING.replace("</Coding>", f'<NoteRef targetGUID="{GUID}6"/></Coding>')
    made = one(read(selection(0, 5, inside=coding), rest=f"<Notes>{note}</Notes>"))
    assert made.note == "On it"


def test_a_passage_that_another_person_coded_alone_is_theirs():
    other = "5C94BC9E-DB8C-4F1D-9CD6-E900C7440860"
    users = f'<Users><User guid="{other}" name="Bea"/></Users>'
    coding = CODING.replace("<Coding ", f'<Coding creatingUser="{other}" ')
    made = one(read(selection(0, 5, inside=coding), rest=users))
    assert made.author == PersonValue("Bea", "Bea")
    assert len(made.themes) == 1


def test_who_changed_a_passage_is_its_author_where_nobody_is_said_to_have_made_it():
    made = one(read(selection(0, 5).replace("creatingUser", "modifyingUser")))
    assert made.author == PersonValue("Ana Autor", "Ana Autor")


def test_two_texts_of_one_guid_are_two():
    other = source(selection(0, 6, n=2), "internal://U.txt")
    sources = f"<Sources>{source(selection(0, 5))}{other}</Sources>"
    files = {"project.qde": project(sources, "T"), "sources/T.txt": WORDS}
    found = qdpx.read(archive(files | {"sources/U.txt": "Second one"}))
    assert [a.target.quote for a in found.annotations] == ["First", "Second"]
    assert [found.texts[a.target.text].text for a in found.annotations] == [WORDS, "Second one"]


def test_codings_of_two_people_on_one_passage_are_two_annotations():
    other = "5C94BC9E-DB8C-4F1D-9CD6-E900C7440860"
    codings = "".join(
        f'<Coding guid="{GUID}{n}" creatingUser="{user}"><CodeRef targetGUID="{CODE}"/></Coding>'
        for n, user in enumerate((USER, other), start=3)
    )
    users = f'<Users><User guid="{other}" name="Bea" id="BE"/></Users>'
    found = read(selection(0, 5, inside=codings), rest=users)
    assert [a.author and a.author.username for a in found.annotations] == ["Ana Autor", "BE"]
    assert [len(a.themes) for a in found.annotations] == [1, 1]
    assert len({a.id for a in found.annotations}) == 2


def test_what_has_no_place_here_is_counted():
    others = (
        '<PictureSource guid="a"><PictureSelection guid="b"/><PictureSelection guid="c"/>'
        '</PictureSource><AudioSource guid="d"><Transcript guid="e"/></AudioSource>'
        '<VideoSource guid="f"/>'
    )
    rest = (
        '<Variables><Variable guid="v" name="Age" typeOfVariable="Integer"/></Variables>'
        '<Cases><Case guid="g"/></Cases><Graphs><Graph guid="h"/></Graphs>'
        '<Sets><Set guid="s" name="Mine"/></Sets><Description>All of it</Description>'
        '<Notes><Note guid="n" name="Diary"/></Notes>'
    )
    coded = f'<Coding guid="{GUID}9"><CodeRef targetGUID="{CODE}"/></Coding>'
    found = read(
        selection(0, 5), more=f"<Description>x</Description>{coded}", sources=others, rest=rest
    )
    assert sorted(said(found)) == [
        "1 cases are not taken.",
        "1 codings of whole texts are not taken.",
        "1 comments on whole texts are not taken.",
        "1 graphs are not taken.",
        "1 pictures are not taken.",
        "1 recordings of sound are not taken.",
        "1 transcripts are not taken.",
        "1 videos are not taken.",
        "2 areas of pictures are not taken.",
        "The project's description is not taken.",
        "The set “Mine” is not taken.",
        "The variable “Age” is not taken.",
        "line 2: The note “Diary” is on no passage: it is not taken.",
    ]


def test_of_a_pdf_the_text_is_taken_with_its_passages():
    pdf = (
        f'<PDFSource guid="{GUID}5" name="Report.pdf" path="internal://x.pdf">'
        f'<PDFSelection guid="{GUID}6" page="1" firstX="0" firstY="0" secondX="1" secondY="1">'
        "<Representation guid='r'><PlainTextContent>granola</PlainTextContent></Representation>"
        f'</PDFSelection><Representation guid="{GUID}4" name="Rep" plainTextPath="internal://T.txt">'
        f"{selection(*span(THIRD, WORDS), n=2)}</Representation></PDFSource>"
    )
    found = read("", sources=pdf)
    made = one(found)
    assert (made.target.quote, made.target.names[0]) == (THIRD, "Report.pdf")
    assert len(found.texts) == 2
    assert said(found) == [
        "1 PDF files are not taken: of each, its text is, where it came along.",
        "1 areas of PDF pages are not taken.",
    ]


def test_references_to_nothing_and_guids_that_stand_twice_are_told():
    gone = "00000000-0000-0000-0000-00000000000"
    inside = (
        f'<Coding guid="{GUID}A"><CodeRef targetGUID="{gone}1"/></Coding>'
        f'<NoteRef targetGUID="{gone}2"/>'
    )
    found = read(selection(0, 5, inside=inside) + selection(6, 10))
    first, second = found.annotations
    assert first.themes == ()
    assert first.id != second.id
    assert said(found) == [
        "selection 1 (line 2): It refers to a note that is not there.",
        "selection 1 (line 2): It has a code that is not in the codebook.",
        "selection 2 (line 2): Another passage has the same GUID.",
    ]


def test_what_is_told_very_often_is_told_in_a_sum():
    many = "".join(selection(900, 901 + n, n=1) for n in range(500))
    told = said(read(many))
    assert len(told) == 21
    assert told[-1] == "And 480 more times: It is not in its text: it is not taken."


@pytest.mark.parametrize("is_changed", [False, True])
def test_our_own_project_through_another_tool_keeps_what_that_tool_kept(is_changed: bool):
    """Our GUIDs and descriptions, another origin, and texts with CR LF, or other words."""
    risk = theme("risk", definition="A danger", line=3)
    made = annotation(5, start=11, end=21, themes=(risk,), private=True, question="open")
    files = files_of(bytes_of(ours([part(WORDS.replace("𝄞", "x"), [made])], (risk,))))
    qde = files.pop("project.qde").decode().replace('origin="Apparatus"', 'origin="ATLAS.ti"')
    ((name, text),) = files.items()
    text = text.replace(b"\n", b"\r\n").replace(b"third", b"fourth" if is_changed else b"third")
    found = qdpx.read(archive({"project.qde": qde, name: text}))
    back = one(found)
    assert (back.id, back.note, back.private, back.question) == (made.id, made.note, True, "open")
    assert back.target.quote == WORDS.replace("𝄞", "x")[11:21]
    assert back.target.digest == ("" if is_changed else made.edition.digest)
    assert found.themes[0].words["line"] == 3
    told = any("is not the one that was exported from here" in line for line in said(found))
    assert told == is_changed


def test_our_own_project_through_qualcoder_comes_back_as_the_same_annotations():
    """It keeps names, words and comments; it gives new GUIDs, a passage to each code, a note to
    what has none, and a mark to the beginning of the text."""
    one_id, other_id = (f"00000000-0000-4000-8000-00000000000{n}" for n in (1, 2))
    second = CODE.replace("F", "E")
    codes = CODES.replace(
        "</Codes>", f'<Code guid="{second}" name="Tacit" isCodable="true"/></Codes>'
    )
    comment = "<Description>Mine\n\nAddress: https://x.org/annotations/{}/</Description>"
    coded = '<Coding guid="{}"><CodeRef targetGUID="{}"/></Coding>'
    marked = "".join(
        selection(0, 5, "First", comment.format(one_id) + coded.format(n, code), n)
        for n, code in enumerate((CODE, second), start=1)
    )
    note = (
        f'<Notes><Note guid="{GUID}7" modifyingUser="{USER}"'
        ' modifiedDateTime="2021-01-15T23:37:54Z"><PlainTextContent>Bare\n\nQuestion: open\n\n'
        f"Address: https://x.org/annotations/{other_id}/</PlainTextContent>"
        f'<PlainTextSelection guid="{GUID}8" startPosition="6" endPosition="10"/></Note></Notes>'
    )
    inside = source(marked, more=f'<NoteRef targetGUID="{GUID}7"/>')
    qde = project(f"{USERS}{codes}<Sources>{inside}</Sources>{note}", "QualCoder 3.7")
    found = qdpx.read(archive({"project.qde": qde, "sources/T.txt": "\ufeff" + WORDS}))
    first, bare = found.annotations
    assert (first.id, first.note, first.target.quote) == (one_id, "Mine", "First")
    assert [found.themes[n].key for n in (0, 1)] == list(first.themes)
    assert (bare.id, bare.note, bare.target.quote) == (other_id, "Bare", "line")
    assert (bare.question, bare.replies) == ("open", ())
    assert said(found) == ["Codings of one passage by one person are one annotation: 1."]


def test_several_codings_of_one_passage_are_one_annotation_unless_something_differs():
    same = selection(0, 5, n=1) + selection(0, 5, n=2)
    words = selection(0, 5, inside="<Description>Other</Description>" + CODING, n=3)
    uncoded = selection(0, 5, inside="", n=4) + selection(0, 5, inside="", n=5)
    found = read(same + words + uncoded)
    assert [a.note for a in found.annotations] == ["", "Other", "", ""]
    assert said(found) == ["Codings of one passage by one person are one annotation: 1."]


@pytest.mark.parametrize(
    ("change", "note", "told"),
    [
        (
            ("<Description>Note *5*", "<Description>Better"),
            "Better",
            ["Its comment is not its note"],
        ),
        (("<Description>Note *5*\n\n", "<Description>"), "Note *5*", []),
        (("<Notes>.*</Notes>", ""), "Note *5*", ["It refers to a note that is not there"]),
        (("<Description>Note.*?</Description>", ""), "Note *5*", []),
    ],
)
def test_our_own_note_stands_twice_and_either_is_enough(
    change: tuple[str, str], note: str, told: list[str]
):
    files = files_of(bytes_of(ours([part(WORDS, [annotation(5, themes=(), author=PEOPLE[1])])])))
    pattern = change[0].replace("*5*", re.escape("*5*"))
    qde = re.sub(pattern, change[1], files["project.qde"].decode(), flags=re.DOTALL)
    assert qde != files["project.qde"].decode()
    found = qdpx.read(archive(files | {"project.qde": qde}))
    assert one(found).note == note
    assert [doubt.message.partition(":")[0].rstrip(".") for doubt in found.lost] == told


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "no project.qde"),
        ({"a.txt": "x"}, "no project.qde"),
        ({"project.qde": "<Project/>", "b/Project.qde": "<Project/>"}, "2 projects"),
        ({"a.qde": "<Project/>", "b.qde": "<Project/>"}, "2 projects"),
        ({"project.qde": ""}, "project.qde: The file is empty."),
        ({"project.qde": "<Other/>"}, "project.qde: The file is XML, but no REFI-QDA project"),
        ({"project.qde": "<Project><Users>"}, "project.qde, line 1: The XML is not well-formed"),
        ({"project.qde": "<Project>" + "<a>" * 300}, "nested deeper"),
        ({"project.qde": '<!DOCTYPE p [<!ENTITY a "b">]><Project>&a;</Project>'}, "DOCTYPE"),
        (
            {
                "project.qde": project(f"<Sources>{source('')}</Sources>", "T"),
                "sources/T.txt": b"\xff",
            },
            "sources/T.txt: The text is not UTF-8 (byte 0).",
        ),
        (
            {
                "project.qde": project(f"<Sources>{source('')}</Sources>", "T"),
                "sources/T.txt": bytes(9_000_000),
            },
            "sources/T.txt: ",
        ),
    ],
)
def test_bad_archives_give_one_sentence_with_its_place(files: dict[str, str | bytes], told: str):
    with pytest.raises(FormatFault) as caught:
        qdpx.read(archive(files))
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_no_archive_gives_one_sentence():
    with pytest.raises(FormatFault, match="not a ZIP archive"):
        qdpx.read(io.BytesIO(b"<Project/>"))
