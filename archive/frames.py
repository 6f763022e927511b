"""What stands around blocks: notes, attachments, quotations, figures, lists and tables.

A block says in ``attrs`` what it lies in (``in``, see archive/importers/teitext.py). What a block
shares with the one before it stays open between them; the rest is closed and opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from archive.text import Block, BlockKind, Note, NoteKind

# The forms of lists whose items are counted by the browser where they have no labels.
_COUNTED = ("ordered", "numbered", "number")
# Kinds that lie in something even where a block does not say in what.
_GROUPED = frozenset((BlockKind.ITEM, BlockKind.QUOTATION, BlockKind.CELL))
_SCROLLED = '<div class="wide" role="group" aria-label="Table" tabindex="0"><table>'


def kind_of(block: Block) -> str:
    """What a block is, or would be outside of its note."""
    return block.attrs.get("as", block.kind)


class Frames:
    """What opens before each block and closes after it, for blocks taken in their order."""

    def __init__(self, blocks: Sequence[Block], notes: Mapping[str, Note]) -> None:
        self._notes = notes
        self._open: list[tuple[str, str]] = []  # the name of each part, and what closes it
        self._row_end = 0  # the last column that is taken in the open row
        self._item = ""
        self.before: list[str] = []
        self.after: list[str] = []
        for index, block in enumerate(blocks):
            self._take(block, index)
        if blocks:
            self._close(0)

    def _take(self, block: Block, index: int) -> None:
        if not (block.attrs or block.note or self._open or block.kind in _GROUPED):
            self.before.append("")
            self.after.append("")
            return
        path = self._path(block, index)
        opened, common = self._open, 0
        while common < min(len(opened), len(path)) and opened[common][0] == path[common]:
            common += 1
        if index:
            self._close(common)
        before = "".join(self._begin(name, block) for name in path[common:])
        after = ""
        kind = kind_of(block)
        if kind == BlockKind.CELL:
            before += self._empty_cells(block)
        elif kind == BlockKind.CAPTION and path and path[-1][0] == "t":
            before, after = before + "<caption>", "</caption>"
        self.before.append(before)
        self.after.append(after)

    def _close(self, count: int) -> None:
        """Closes all but the first ``count`` of the open parts, after the block before."""
        while len(self._open) > count:
            self.after[-1] += self._open.pop()[1]

    def _path(self, block: Block, index: int) -> list[str]:
        """The parts around a block, each under that around it; an item or row under its list."""
        names = [f"n{block.note}"] if block.note else []
        kind = kind_of(block)
        for part in block.attrs.get("in", "").split():
            whole, _, member = part.partition(".")
            if whole[0] in "lt":
                names.append(whole)
            if member or whole[0] != "t":
                names.append(f"{whole}.{member}")
        return self._fitted(names, kind, block, index)

    def _fitted(self, names: list[str], kind: str, block: Block, index: int) -> list[str]:
        """A path that HTML allows: a table holds rows of cells, and its caption comes first."""
        if kind == BlockKind.CELL:
            if not (names and names[-1][0] == "t" and "." in names[-1]):
                names = [*_outside_of_tables(names), "t", f"t.{block.attrs.get('row')}"]
        elif any(name[0] == "t" for name in names):
            is_open = any(name == names[-1] for name, _ in self._open)
            if kind != BlockKind.CAPTION or names[-1][0] != "t" or "." in names[-1] or is_open:
                names = _outside_of_tables(names)
        if "in" not in block.attrs and kind == BlockKind.ITEM:
            if not block.attrs.get("continued"):
                self._item = f"l.{index}"
            names += ["l", self._item or f"l.{index}"]
        elif "in" not in block.attrs and kind == BlockKind.QUOTATION:
            names.append("q")
        return names

    def _begin(self, name: str, block: Block) -> str:
        opening, closing = self._tags(name, block)
        self._open.append((name, closing))
        return opening

    def _tags(self, name: str, block: Block) -> tuple[str, str]:
        if name[0] == "n":
            return open_note(self._notes.get(name[1:]), name[1:]), "</li>"
        if name[0] == "q":
            return "<blockquote>", "</blockquote>"
        if name[0] == "f":
            return "<figure><figcaption>", "</figcaption></figure>"
        if name[0] == "l":
            return ("<li>", "</li>") if "." in name else _list_tags(block.attrs.get("list", ""))
        if name[0] == "t":
            self._row_end = 0
            return ("<tr>", "</tr>") if "." in name else (_SCROLLED, "</table></div>")
        label = f"Attachment {name.strip('a.')}"
        kicker = f'<p class="kicker" data-skip>{label}</p>'
        return (
            f'<section class="attachment" aria-label="{label}">'
            + ("" if block.kind == BlockKind.HEADING else kicker),
            "</section>",
        )

    def _empty_cells(self, block: Block) -> str:
        """Cells without text are no blocks: one stands for those before, so that columns hold."""
        at = int(block.attrs.get("col", 1))
        missing = at - 1 - self._row_end
        self._row_end = at + int(block.attrs.get("cols", 1)) - 1
        return f'<td colspan="{missing}"></td>' if missing > 0 else ""


def _outside_of_tables(names: list[str]) -> list[str]:
    at = next((i for i, name in enumerate(names) if name[0] == "t"), len(names))
    return names[:at]


def _list_tags(form: str) -> tuple[str, str]:
    tag = "ol" if form in _COUNTED else "ul"
    return f'<{tag} class="{escape(form or "list")}">', f"</{tag}>"


def open_note(note: Note | None, key: str) -> str:
    """What a note's entry in the apparatus begins with: its label, which leads back to its call."""
    label = escape(note.label) if note and note.label else "*"
    source = bool(note and note.kind == NoteKind.SOURCE)
    name = "Source" if source else label
    kind = "note source" if source else "note"
    key = escape(key)
    return (
        f'<li class="{kind}" id="n-{key}"><a class="label" data-skip href="#call-{key}" '
        f'title="Back to the text" aria-label="{name}, back to the text">{name}</a>'
    )
