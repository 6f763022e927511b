"""The columns of a table of annotations, found by the names that tools and people give them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

from annotations.formats.brought import FormatFault, Target
from annotations.formats.cells import plain

# What a column is called, without case, accents and signs; the best name first.
_NAMES = {
    "id": "id uuid annotationid highlightid identifier",
    "set": "set annotationset",
    "volume": "volume",
    "document": "document documentname doc docname sourcedocument documenttitle documentid "
    "file filename title",
    "number": "number",
    "edition": "edition",
    "start": "start begin startoffset startposition startpos startindex startchar from",
    "end": "end endoffset endposition endpos endindex endchar to",
    "quote": "quote quotation passage exact highlight content quotetranscription annotatedtext "
    "coveredtext codedsegment segment selection phrase keyword words text",
    "prefix": "prefix before leftcontext contextleft left",
    "suffix": "suffix after rightcontext contextright right",
    "themes": "themes theme tags tag codes code labels label categories category tagname codename "
    "tagpath",
    "note": "note notes comment comments memo remark remarks annotation body",
    "author": "author username user creator annotator coder createdby",
    "visibility": "visibility sharing",
    "private": "private isprivate onlyme",
    "created": "created createdat creationdate date timestamp time",
    "modified": "modified modifiedat updated updatedat lastmodified changed",
    "replies": "replies",
    "address": "address link",
    "source": "source url uri documenturl",
    "theme_slugs": "themeslugs themeslug",
    "author_name": "authorname fullname displayname",
    "question": "question",
    "anchor": "anchor",
    "digest": "digest",
    "replies_json": "repliesjson",
}
_RANKS = {
    given: (name, rank) for name, all_ in _NAMES.items() for rank, given in enumerate(all_.split())
}
# The place of a passage as Recogito writes it.
_OFFSET = re.compile(r"char-offset:(\d{1,12})\s*")
_MOST = 10**9


def folded(head: str) -> str:
    """The letters of a column's name: ``Start Offset`` and ``start_offset`` are one."""
    return re.sub(r"[^a-z]", "", unicodedata.normalize("NFKD", head).casefold())


def columns_of(heads: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Where each of our columns stands, and the names of those that are not read.

    Of several that could be one, the one with the best name is; a text beside the quote is a note.
    """
    best: dict[str, tuple[int, int]] = {}
    for at, head in enumerate(heads):
        name, rank = _RANKS.get(folded(head), ("", 0))
        if name and (name not in best or rank < best[name][0]):
            best[name] = rank, at
    columns = {name: at for name, (_, at) in best.items()}
    if "note" not in columns and "quote" in columns:
        beside = next((at for at, head in enumerate(heads) if folded(head) == "text"), None)
        if beside is not None and beside != columns["quote"]:
            columns["note"] = beside
    read = set(columns.values())
    strange = [head.strip() for at, head in enumerate(heads) if at not in read and head.strip()]
    return columns, strange


class Row:
    """A row's cells by the names of our columns; empty where there is none."""

    def __init__(self, columns: Mapping[str, int], cells: Sequence[str], place: str) -> None:
        self._columns, self._cells, self._place = columns, cells, place

    def __getitem__(self, name: str) -> str:
        at = self._columns.get(name)
        return plain(self._cells[at]) if at is not None and at < len(self._cells) else ""

    def target(self) -> Target:
        """The passage that is meant. Raises FormatFault for offsets that are none."""
        start, end = self._number("start"), self._number("end")
        quote = _lines(self["quote"])
        if start is None and (given := _OFFSET.fullmatch(self["anchor"])):
            start = int(given[1])
        if start is not None and end is None:
            end = start + len(quote) if quote else None
        if start is None or end is None:
            start = end = None
        elif start >= end:
            raise FormatFault(f"The passage ends at {end}, before or where it begins.", self._place)
        return Target(
            names=self._names(),
            digest=self["digest"].strip(),
            start=start,
            end=end,
            quote=quote,
            prefix=_lines(self["prefix"]),
            suffix=_lines(self["suffix"]),
        )

    def _names(self) -> tuple[str, ...]:
        volume, document = self["volume"].strip(), self["document"].strip()
        named = f"{volume}/{document}" if volume and document else document
        return tuple(dict.fromkeys(one for one in (self["source"].strip(), named) if one))

    def _number(self, name: str) -> int | None:
        """A whole number; a spreadsheet may have made ``12.0`` of it."""
        cell = self[name].strip()
        if not cell:
            return None
        found = re.fullmatch(r"([0-9]{1,12})(?:[.,]0+)?", cell)
        if found is None or int(found[1]) > _MOST:
            raise FormatFault(f"“{cell[:40]}” is no offset ({name}).", self._place)
        return int(found[1])


def is_offset(anchor: str) -> bool:
    """Whether the column that is called anchor says where a passage begins."""
    return _OFFSET.fullmatch(anchor) is not None


def _lines(words: str) -> str:
    """Texts have LF alone."""
    return words.replace("\r\n", "\n").replace("\r", "\n")
