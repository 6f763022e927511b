"""Archives from strangers: what tries a trick is refused with one sentence, before it is used."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.formats.brought import FormatFault
from annotations.formats.unzipped import Limits, Unzipped


def archive(*files: tuple[str | zipfile.ZipInfo, bytes]) -> io.BytesIO:
    made = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as there:
        warnings.simplefilter("ignore")
        for name, data in files:
            there.writestr(name, data, zipfile.ZIP_DEFLATED)
    return made


def fault(made: io.BytesIO, limits: Limits | None = None) -> str:
    with pytest.raises(FormatFault) as caught:
        there = Unzipped(made, limits or Limits())
        for name in there.names:
            there.read(name)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_it_reads_files_by_their_names_whatever_slashes_and_case():
    there = Unzipped(archive(("Sources\\A.txt", b"one"), ("sources/", b""), ("x.qde", b"two")))
    assert there.names == ("Sources/A.txt", "x.qde")
    assert there.found("sources/a.TXT") == "Sources/A.txt"
    assert there.read("Sources/A.txt") == b"one"
    assert there.found("b.txt") is None


def test_a_name_that_two_differ_from_by_case_alone_is_neither():
    there = Unzipped(archive(("a.txt", b"1"), ("A.txt", b"2")))
    assert there.found("A.txt") == "A.txt"
    assert there.found("a.TXT") is None


@pytest.mark.parametrize(
    "name", ["../x", "a/../../x", "/etc/passwd", "C:\\x", "c:x", "..\\x", "a/.."]
)
def test_names_that_lead_out_are_refused(name: str):
    assert "leads out" in fault(archive((name, b"x")))


def test_control_characters_in_names_are_refused_and_not_shown():
    made = archive(("a\nb.txt", b"x"))
    assert fault(made) == "a�b.txt: A file's name in the archive has control characters."


def test_links_are_refused():
    link = zipfile.ZipInfo("x.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert "link" in fault(archive((link, b"/etc/passwd")))


def test_two_files_of_one_name_are_refused():
    assert "two files" in fault(archive(("a.txt", b"1"), ("a.txt", b"2")))


def test_encrypted_files_are_refused():
    data = bytearray(archive(("a.txt", b"secret")).getvalue())
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    assert "encrypted" in fault(io.BytesIO(bytes(data)))


def test_other_ways_to_pack_are_refused():
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_LZMA) as there:
        there.writestr("a.txt", b"x")
    assert "packed" in fault(made)


def test_a_bomb_is_refused_by_its_ratio():
    assert "200 times" in fault(archive(("a.txt", b"\0" * 5_000_000)))


def test_a_bomb_that_lies_about_its_size_is_stopped_while_it_unpacks():
    data = bytearray(archive(("a.txt", b"\0" * 5_000_000)).getvalue())
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<L", data, at + 24, 10)
    assert fault(io.BytesIO(bytes(data))).startswith("a.txt: ")


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(entries=1), "more than 1 files"),
        (Limits(one=10), "more than 10 bytes"),
        (Limits(unpacked=60), "more than 60 bytes"),
        (Limits(packed=20), "more than 20 bytes"),
    ],
)
def test_limits_hold(limits: Limits, said: str):
    assert said in fault(archive(("a.txt", b"1" * 40), ("b.txt", b"2" * 40)), limits)


def test_a_file_is_read_up_to_what_the_reader_can_take():
    there = Unzipped(archive(("a.txt", b"1" * 40)))
    assert there.read("a.txt", 40) == b"1" * 40
    with pytest.raises(FormatFault, match="more than 39 bytes"):
        there.read("a.txt", 39)


def test_one_file_read_again_and_again_counts_each_time():
    there = Unzipped(archive(("a.txt", b"1" * 40)), Limits(unpacked=100))
    with pytest.raises(FormatFault, match="more than 100 bytes"):
        for _ in range(3):
            there.read("a.txt")


def test_a_list_of_contents_too_long_to_be_read_is_refused_before():
    data = bytearray(archive(("a.txt", b"1")).getvalue())
    end = data.rfind(b"PK\x05\x06")
    struct.pack_into("<L", data, end + 12, 0xF0000000)
    assert "more than 10,000 files" in fault(io.BytesIO(bytes(data)))


def test_a_wide_record_with_a_long_list_of_contents_is_refused_before():
    data = bytearray(archive(("a.txt", b"1")).getvalue())
    end = data.rfind(b"PK\x05\x06")
    wide = b"PK\x06\x06" + struct.pack("<QHHLLQQQQ", 44, 45, 45, 0, 0, 1, 1, 2**40, 0)
    to_wide = b"PK\x06\x07" + struct.pack("<LQL", 0, end, 1)
    assert "files" in fault(io.BytesIO(bytes(data[:end] + wide + to_wide + data[end:])))


@pytest.mark.parametrize("data", [b"", b"PK", b"no archive at all", b"PK\x05\x06" + b"\0" * 5])
def test_what_is_no_archive_is_refused(data: bytes):
    assert "not a ZIP archive" in fault(io.BytesIO(data))


@given(st.data())
def test_damage_gives_the_files_or_a_fault_and_nothing_else(data: st.DataObject):
    made = archive(("project.qde", b"<Project/>" * 20), ("sources/a.txt", b"words " * 30))
    damage(made.getvalue(), data.draw, read_all)


def damage(whole: bytes, draw: Callable[..., int], read: Callable[[io.BytesIO], object]) -> None:
    """Flips some bytes or cuts the file, and reads it: a fault is right, another error is not."""
    changed = bytearray(whole)
    for _ in range(draw(st.integers(1, 4))):
        changed[draw(st.integers(0, len(changed) - 1))] = draw(st.integers(0, 255))
    cut = draw(st.integers(0, len(changed)) | st.just(len(changed)))
    try:
        read(io.BytesIO(bytes(changed[:cut])))
    except FormatFault as caught:
        assert str(caught) and "\n" not in str(caught)


def read_all(file: io.BytesIO) -> None:
    there = Unzipped(file)
    for name in there.names:
        there.read(name)
