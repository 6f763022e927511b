"""Small REFI-QDA projects in the manner of ATLAS.ti, MAXQDA, NVivo and QualCoder, made by hand."""

from __future__ import annotations

from annotations.formats import qdpx
from annotations.formats.brought import Brought, BroughtAnnotation
from tests.annotations.qda import archive

WORDS = "First line 𝄞 of words.\nSecond line, of others.\nA third one."
GUID = "AE5298BE-7C94-4B66-8A9C-51FBE232D2F"
USER = "AD68FBE7-E1EE-4A82-A279-23CC698C89EB"
CODE = "F9C6EAC0-8A66-4757-9D8A-9A6C8FEA3C44"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
CODES = f'<CodeBook><Codes><Code guid="{CODE}" name="Risk" isCodable="true"/></Codes></CodeBook>'
CODING = f'<Coding guid="{GUID}A"><CodeRef targetGUID="{CODE}"/></Coding>'
USERS = f'<Users><User guid="{USER}" name="Ana Autor"/></Users>'


def project(inside: str, origin: str, namespace: str = "urn:QDA-XML:project:1.0") -> str:
    xmlns = f' xmlns="{namespace}"' if namespace else ""
    return f'{HEAD}<Project{xmlns} name="P" origin="{origin}">{inside}</Project>'


def selection(
    start: object, end: object, name: str = "", inside: str | None = None, n: int = 1
) -> str:
    inside = CODING if inside is None else inside
    return (
        f'<PlainTextSelection guid="{GUID}{n}" name="{name}" startPosition="{start}"'
        f' endPosition="{end}" creatingUser="{USER}" creationDateTime="2018-03-27T19:04:19Z">'
        f"{inside}</PlainTextSelection>"
    )


def source(selections: str, path: str = "internal://T.txt", more: str = "") -> str:
    return (
        f'<TextSource guid="{GUID}0" name="frus1981-88v03_d169.docx" plainTextPath="{path}"'
        f' richTextPath="internal://R.docx">{selections}{more}</TextSource>'
    )


def read(
    selections: str,
    text: str | bytes = WORDS,
    origin: str = "Tool 1",
    *,
    more: str = "",
    path: str = "internal://T.txt",
    file: str = "sources/T.txt",
    **others: str,
) -> Brought:
    sources = f"<Sources>{source(selections, path, more)}{others.pop('sources', '')}</Sources>"
    inside = USERS + CODES + sources + others.pop("rest", "")
    data = text if isinstance(text, bytes) else text.encode()
    files = {"project.qde": project(inside, origin, **others), file: data}
    return qdpx.read(archive(files))


def one(found: Brought) -> BroughtAnnotation:
    (annotation,) = found.annotations
    return annotation


def said(found: Brought) -> list[str]:
    return [str(doubt) for doubt in found.lost]


def span(words: str, text: str) -> tuple[int, int]:
    """Where words stand, in code points."""
    start = text.index(words)
    return start, start + len(words)


def utf16(words: str, text: str) -> tuple[int, int]:
    start, end = span(words, text)
    return tuple(len(text[:at].encode("utf-16-le")) // 2 for at in (start, end))  # type: ignore[return-value]


SECOND, THIRD = "Second line, of others.", "A third one."
CRLF = WORDS.replace("\n", "\r\n")
PLAIN = WORDS.replace("𝄞", "x")
