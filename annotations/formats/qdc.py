"""REFI-QDA codebook (``.qdc``): the themes alone, with their tree, colours and definitions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from annotations.formats import refi, refi_codes, safe_xml
from annotations.formats.brought import Brought, Doubt, FormatFault
from annotations.formats.features import Feature
from annotations.formats.package import Package
from annotations.formats.values import CodebookValue

NAME = "qdc"
LABEL = "REFI-QDA codebook"
KIND = "data"
CARRIES = (
    "The codebook alone, for ATLAS.ti, MAXQDA, NVivo, QualCoder and other tools for qualitative "
    "analysis: themes in their tree, with colours and definitions."
)
READS = "The codebook (.qdc) of any tool that writes the REFI-QDA standard."
CONTENT_TYPE = "application/xml"
SUFFIX = ".qdc"
LOSES = frozenset(Feature) - {
    Feature.DEFINITIONS,
    Feature.TREE,
    Feature.SIGNS,
    Feature.RETIRED,
    Feature.UNUSED,
}

MAX_BYTES = 32 * 1024 * 1024
_PORTION = 64 * 1024


def write(package: Package, /) -> Iterator[str]:
    """The codebook as pieces of one XML document."""
    book = package.codebook
    yield refi.DECLARATION
    yield f'<CodeBook xmlns="{refi.CODEBOOK}" origin="{refi.ORIGIN}">\n'
    if book.themes:
        yield from refi_codes.written(book)
        yield f"<Sets>\n{as_set(book, 'MemberCode', 'guid')}</Sets>\n"
    else:
        yield (
            f'<Codes>\n<Code guid="{refi_codes.NO_CODE}" name="No themes" isCodable="false"/>\n'
            "</Codes>\n"
        )
    yield "</CodeBook>\n"


def as_set(book: CodebookValue, member: str, attribute: str) -> str:
    """The codebook as a set of its codes: nothing else has its title and its description."""
    members = "".join(
        f'<{member} {attribute}="{refi_codes.code_guid(book, theme.slug)}"/>\n'
        for theme in book.themes
    )
    return (
        f'<Set guid="{set_guid(book)}" name="{refi.in_attribute(book.title)}">\n'
        f"{refi.element('Description', book.description)}{members}</Set>\n"
    )


def set_guid(book: CodebookValue) -> str:
    """The GUID of the set that stands for the codebook."""
    return refi.guid_of("codebook", book.address)


def read(file: BinaryIO, /) -> Brought:
    """The themes of a codebook. Raises FormatFault, with the place, when it cannot be read."""
    codes, lost, origin = refi_codes.Codes(), list[Doubt](), None
    for has_ended, name, element in safe_xml.events(_pieces(file), ("CodeBook", "Codes", "Set")):
        if name == "CodeBook" and origin is None:
            origin = element.get("origin") or ""
        elif name == "Codes" and has_ended:
            codes = refi_codes.read(element)
        elif name == "Set" and has_ended and origin != refi.ORIGIN:
            said = f"The set of codes “{element.get('name') or ''}” is not taken."
            lost.append(Doubt(said, safe_xml.place("", element.sourceline)))
    if origin is None:
        raise FormatFault("The file is XML, but no REFI-QDA codebook: it has no CodeBook.")
    return Brought(themes=tuple(codes.themes), lost=(*codes.lost, *lost))


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    count = 0
    while piece := file.read(_PORTION):
        count += len(piece)
        if count > MAX_BYTES:
            raise FormatFault(f"The file has more than the limit of {MAX_BYTES:,} bytes.")
        yield piece
