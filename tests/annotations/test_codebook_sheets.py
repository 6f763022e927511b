"""A codebook as a table: read as people write it, and the same again after it was written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.formats.brought import BroughtTheme
from annotations.incoming import DIFFERS, NEW, SAME, planned
from annotations.sheet_rows import MAX_NAME, SheetFault
from annotations.sheets import MAX_BYTES, MAX_ROWS, read, write
from annotations.walking import Kept

SIGNS: dict[str, dict[int, str]] = {"colour": {}, "line": {}}


def themes(text: str | bytes, now: Kept | None = None) -> dict[str, BroughtTheme]:
    data = text if isinstance(text, bytes) else text.encode()
    return {one.name: one for one in read(data, now).themes}


def parents(text: str | bytes) -> dict[str, str]:
    """Each theme's name, and that of the one above it."""
    found = themes(text)
    names = {one.key: one.name for one in found.values()}
    return {name: names.get(one.parent, "") for name, one in found.items()}


@pytest.mark.parametrize(
    "text",
    [
        "name,parent,definition\nLinkage,,Tied\nTacit,Linkage,Unsaid\n",
        "Parent theme;Theme;Description\n;Linkage;Tied\nLinkage;Tacit;Unsaid",
        "CODE\tBelow\tMeaning\r\nTacit\tlinkage\tUnsaid\r\nLinkage\t\tTied\r\n",
        "\ufeffName,Path,Definition\nLinkage,,Tied\n,Linkage > Tacit,Unsaid\n",
        "path|definition\nLinkage|Tied\nLinkage::Tacit|Unsaid\n",
        "\n\nname,under,def\n\n Linkage ,, Tied \n,,\nTacit,LINKAGE,Unsaid\n",
        "name,path,definition\nLinkage,Linkage,Tied\nTacit,Linkage > Tacit,Unsaid\n",
    ],
)
def test_a_table_is_read_as_people_write_it(text: str) -> None:
    for encoding in ("utf-8", "utf-16"):
        data = text.encode(encoding)
        assert parents(data) == {"Linkage": "", "Tacit": "Linkage"}
        assert {n: one.words["definition"] for n, one in themes(data).items()} == {
            "Linkage": "Tied",
            "Tacit": "Unsaid",
        }


def test_the_tables_of_other_tools_are_read() -> None:
    taguette = "tag,description,number of highlights\r\ninteresting,To look at again,3\r\n"
    maxqda = "Parent code;Code;Code memo\n;Linkage;Talks in time\nLinkage;Tacit;\n"
    both = "name,tag,definition,comment\nLinkage,L,Talks,Mine\n"
    found = [read(text.encode()) for text in (taguette, maxqda, both)]
    assert [[(t.name, t.words.get("definition")) for t in one.themes] for one in found] == [
        [("interesting", "To look at again")],
        [("Linkage", "Talks in time"), ("Tacit", "")],
        [("Linkage", "Talks")],
    ]
    assert found[1].themes[1].parent
    assert [one.notes for one in found] == [
        ("Not read: the column “number of highlights”.",),
        (),
        ("Not read: the columns “tag”, “comment”.",),
    ]


def test_old_encodings_are_read_and_told() -> None:
    sheet = read("name;definition\nDétente;Entspannung für alle\n".encode("cp1252"))
    assert sheet.themes[0].name == "Détente"
    assert "Windows-1252" in sheet.notes[0]


def test_columns_that_are_not_known_are_told() -> None:
    sheet = read(b"name,owner,weight\nLinkage,x,3\n")
    assert "“owner”, “weight”" in sheet.notes[0]


def test_signs_are_given_by_name_or_number() -> None:
    found = themes("name,color,underline\nA,Crimson,wavy\nB,2,3\nC,beige,9\n")
    assert (found["A"].words["colour"], found["A"].words["line"]) == (6, 5)
    assert (found["B"].words["colour"], found["B"].words["line"]) == (2, 3)
    assert "colour" not in found["C"].words
    assert found["C"].doubts == (
        "The colour “beige” is not known and is left out.",
        "The underline “9” is not known and is left out.",
    )


def test_a_path_makes_what_no_line_has() -> None:
    found = themes("name,path\nTacit,Talks > Linkage\n")
    assert parents("name,path\nTacit,Talks > Linkage\n") == {
        "Talks": "",
        "Linkage": "Talks",
        "Tacit": "Linkage",
    }
    assert found["Talks"].doubts
    assert not found["Tacit"].doubts


def test_what_is_doubtful_is_told_with_its_line() -> None:
    found = read(b"name,parent\nA,Nobody\nB,\nB,\n").themes
    assert [(one.line, len(one.doubts)) for one in found] == [(2, 1), (3, 0), (4, 1)]
    assert "Line 3 has the same name" in found[2].doubts[0]


def test_a_row_may_stand_under_a_theme_of_the_codebook() -> None:
    now: Kept = {7: {"slug": "linkage", "name": "Linkage"}}
    assert themes("name,parent\nTacit,linkage\n", now)["Tacit"].under == 7


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no themes"),
        (b"name,definition\n", "no themes"),
        (b"definition,colour\nx,blue\n", "Line 1: the first line names the columns"),
        (b"name,theme\nA,B\n", "Line 1: two columns are the name"),
        (b'name,definition\nA,ok\nB,"open\n', "Line 3: a quotation mark"),
        (b"name\n" + b"x" * (MAX_NAME + 1), "Line 2: a name has at most 80"),
        (b"name,definition\nA," + b"x" * 5001, "Line 2: the definition is too long"),
        (b"name\n" + b"x\n" * (MAX_ROWS + 1), "too long: at most"),
        (b"x" * (MAX_BYTES + 1), "too large"),
        (b"PK\x03\x04rest", "workbook"),
        (b"name\nA\x00B\n", "not text"),
        (b"\xff\xfe\x00", "not text"),
        (b"name,parent\nA,B\nB,A\n", "Line 2: “A” would stand below itself"),
        (b"name,parent\nA,A\n", "Line 2: “A” would stand below itself"),
        (b"name,slug\nA,x\nB,x\n", "is the slug of two themes"),
        (b"name,definition\n,only this\n", "Line 2: a theme needs a name"),
    ],
)
def test_what_cannot_be_read_says_why_in_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(SheetFault) as fault:
        read(data)
    assert says in str(fault.value)
    assert "\n" not in str(fault.value)


def kept(**changes: Any) -> dict[str, Any]:
    names = ("definition", "use_when", "not_when", "example")
    base = dict.fromkeys(names, "") | {"name": "Linkage", "slug": "linkage", "parent_id": None}
    return base | {"colour": 1, "line": 1, "retired_at": None} | changes


def test_what_comes_is_laid_beside_what_is_there() -> None:
    now: Kept = {
        1: kept(definition="Tied.\r\nTo another."),
        2: kept(name="Risk", slug="risk"),
        3: kept(name="Twice", slug="twice"),
        4: kept(name="Twice", slug="twice-2"),
    }
    incoming = [
        BroughtTheme("a", "Linkage", {"name": "Linkage", "definition": "Tied.\nTo another."}),
        BroughtTheme("b", "Peril", {"name": "Peril"}, slug="risk"),
        BroughtTheme("c", "Twice", {"name": "Twice"}),
        BroughtTheme("d", "linkage", {"name": "linkage"}, parent="a"),
    ]
    items = {item.theme.key: item for item in planned(now, incoming, SIGNS)}
    assert {key: (item.what, item.match) for key, item in items.items()} == {
        "a": (SAME, 1),
        "d": (NEW, None),
        "b": (DIFFERS, 2),
        "c": (NEW, None),
    }
    assert [field.label for field in items["b"].fields] == ["Name"]
    assert [item.level for item in items.values()] == [1, 2, 1, 1]


words = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=30
).map(lambda text: text.replace("\r", "").strip())
names = words.map(lambda text: " ".join(text.split())).filter(bool)


@st.composite
def codebooks(draw: st.DrawFn) -> Kept:
    """Any codebook, each theme behind the one that it stands under."""
    found: Kept = {}
    for pk in range(1, draw(st.integers(1, 8)) + 1):
        above = draw(st.sampled_from([None, *found]))
        found[pk] = kept(
            name=draw(names),
            slug=f"theme-{pk}",
            parent_id=above,
            definition=draw(words),
            use_when=draw(words),
            not_when=draw(words),
            example=draw(words),
            colour=draw(st.integers(1, 8)),
            line=draw(st.integers(1, 5)),
            retired_at=draw(st.sampled_from([None, "2026-01-01T00:00:00+00:00"])),
        )
    return found


@given(codebooks())
def test_any_codebook_comes_back_the_same(book: Kept) -> None:
    found = read("".join(write(book)).encode()).themes
    by_slug = {one.slug: one for one in found}
    keys = {one.key: one.slug for one in found}
    assert [one.slug for one in found] == [one["slug"] for one in book.values()]
    for one in book.values():
        back = by_slug[one["slug"]]
        assert back.words == {name: one[name] for name in back.words}
        assert len(back.words) == 7
        above = book.get(one["parent_id"], {"slug": ""})["slug"]
        assert keys.get(back.parent, "") == above
        assert back.retired == bool(one["retired_at"])
