"""The blocks of TEI: what opens and closes them, and what they carry of what is around them."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from archive.importers import vocabulary as tei
from archive.importers.stream import Form
from archive.importers.teiline import NOTE, PARAGRAPH, LineWalk, Place
from archive.importers.vocabulary import local
from archive.text import NO_ATTRS


class BlockWalk(LineWalk):
    """Makes blocks out of elements; a subclass says which element is which."""

    def _form(
        self,
        element: etree._Element,
        kind: str,
        place: Place,
        attrs: Mapping[str, str] = NO_ATTRS,
        origin: Form | None = None,
    ) -> Form:
        if rend := element.get("rend") or (element.get("rendition") or "").replace("#", ""):
            attrs = {**attrs, "rend": rend}
        return self._formed(kind, {**place.around, **attrs} if place.around else attrs, origin)

    def _formed(self, kind: str, attrs: Mapping[str, str], origin: Form | None) -> Form:
        """A form; in a note, whose blocks are of one kind, what it would be elsewhere is kept."""
        if self.stream.note:
            if kind not in (NOTE, PARAGRAPH):
                attrs = {**attrs, "as": kind}
            kind = NOTE
        return Form(kind, attrs, False, origin)

    def _block(
        self, element: etree._Element, form: Form, place: Place, *, joined: bool = False
    ) -> None:
        """Walks ``element`` as blocks of ``form``; ``joined`` goes on with the open block."""
        stream = self.stream
        outer = stream.form
        if stream.is_open and not joined:
            stream.close()
        stream.form = form
        self.children(element, place)
        if stream.is_open:
            stream.close()
        if not form.loose:
            stream.settle_calls()
        stream.form = outer

    def _flat(self, element: etree._Element, place: Place) -> None:
        self.stream.part()
        self.children(element, place)
        self.stream.part()

    def _one(
        self,
        element: etree._Element,
        place: Place,
        kind: str,
        attrs: Mapping[str, str] = NO_ATTRS,
    ) -> None:
        if place.flat:
            return self._flat(element, place)
        self._block(element, self._form(element, kind, place, attrs), place)

    def _enter(self, element: etree._Element, place: Place, kind: str = "") -> None:
        """A container: bare text in it makes paragraphs of ``kind``."""
        if place.flat:
            return self._flat(element, place)
        attrs = {**place.around, **place.attrs} if place.around else place.attrs
        form = self._formed(kind or place.kind, attrs, None)
        form.loose = True
        self._block(element, form, place)


def inside(place: Place, name: str, **attrs: str) -> Mapping[str, str]:
    """What the blocks carry that are in the part ``name`` of ``place``."""
    outer = place.around.get("in")
    return {**place.around, "in": f"{outer} {name}" if outer else name, **attrs}


def holds_blocks(element: etree._Element) -> bool:
    return any(local(child) in tei.BLOCKS for child in element)


class Lines:
    """Tells where an element is part of a line; each of its surroundings is looked at once."""

    def __init__(self) -> None:
        # For each container: whether it has text of its own, and how many children are in a line.
        self._seen: dict[etree._Element, tuple[bool, int]] = {}

    def hold(self, element: etree._Element) -> bool:
        """Whether an element stands in a line, or one runs on beside it, which it is part of."""
        parent = element.getparent()
        if parent is None or local(parent) in tei.LINES:
            return parent is not None
        if parent not in self._seen:
            self._seen[parent] = _has_text(parent), sum(map(_is_in_some_line, parent))
        has_text, count = self._seen[parent]
        if has_text or count > _is_in_some_line(element):
            return True
        name = local(parent)
        is_either = name in tei.EITHER or (name == "note" and tei.is_inline_note(parent))
        if name in tei.BLOCKS or (is_either and holds_blocks(parent)):
            return False
        return (is_either or name != "note") and self.hold(parent)


def _has_text(element: etree._Element) -> bool:
    texts = (element.text, *(child.tail for child in element))
    return any(text and text.strip(tei.WHITE) for text in texts)


def _is_in_some_line(element: etree._Element) -> bool:
    """Whether an element is mark-up within a line, with words."""
    name = local(element)
    if not name or name in tei.BLOCKS or name in tei.EITHER or name == "note":
        return False
    return not any(local(e) in tei.BLOCKS for e in element.iter()) and bool(tei.words(element))
