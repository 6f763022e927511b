"""A file is known by what is in it, whatever it is called."""

from __future__ import annotations

import io

import pytest

from annotations.formats import FORMATS, READERS, in_bytes
from annotations.formats.guessing import guessed
from tests.annotations.teis import d169, holding, of_document, on


@pytest.mark.parametrize("form", READERS)
@pytest.mark.parametrize("name", ["", "export", "Übung 1.TXT", "x.bin"])
@pytest.mark.parametrize("count", [1, 400])
def test_what_we_wrote_is_known_under_any_name(form: str, name: str, count: int):
    volume, document = d169()
    written = on(document.text, [(at, at + 9) for at in range(count)])
    made = holding(of_document(volume, document, written))
    file = io.BytesIO(b"".join(in_bytes(FORMATS[form].write(made))))
    assert guessed(file, name) == form
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("data", "name", "form"),
    [
        (b"", "a.csv", "csv"),
        (b"", "", ""),
        (b"quote,note\nx,y\n", "", "csv"),
        (b"quote\tnote\nx\ty\n", "table.tsv", "csv"),
        (b"\xef\xbb\xbf quote;note\nx;y\n", "", "csv"),
        ("quote,note\nä,y\n".encode("utf-16"), "", "csv"),
        (b"\x00\x01\x02,\x03", "", ""),
        (b'{"rows": [], "total": 0}', "hypothesis.json", "w3c"),
        (b'[{"uri": "https://a.example", "target": []}]', "", "w3c"),
        (b'{"text": "a", "label": []}\n{"text": "b", "label": []}\n', "a.json", "jsonl"),
        (b'{"text": "a", "label": []}\n', "", "jsonl"),
        (b'<?xml version="1.0"?>\n<TEI xmlns="http://www.tei-c.org/ns/1.0">', "a.txt", "tei"),
        (b'<q:CodeBook xmlns:q="urn:QDA-XML:codebook:1.0">', "a.xml", "qdc"),
        (b"<html>", "a.html", ""),
        (b"PK\x03\x04" + b"\0" * 26 + b"word/document.xml", "a.docx", ""),
        (b"PK\x03\x04" + b"\0" * 26 + b"nothing", "a.csv", ""),
        (b"PK\x03\x04" + b"\0" * 26 + b"a/doc1.ann\0", "a.zip", "brat"),
    ],
)
def test_signs_of_others_are_known(data: bytes, name: str, form: str):
    assert guessed(io.BytesIO(data), name) == form
