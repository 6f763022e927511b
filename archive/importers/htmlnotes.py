"""The notes of an HTML file: which elements they are, and from where they are called.

HTML has no element for a footnote. What all makers of notes do is a short link (``1``, ``[a]``,
``*``) to an element further on that holds the note: pandoc, Word, Wikipedia, Markdown, and mammoth,
which reads DOCX. A link is a call where something says so: it is raised, or its class, role or
address names a note. Labels and ways back to the call are no text of the note.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

from lxml import etree

from archive.importers.faults import Notices
from archive.text import NoteKind

_MARK = re.compile(r"\d{1,4}|[a-z]{1,2}|[ivxlc]{1,7}|[*†‡§¶#]{1,4}", re.IGNORECASE)
_BRACKETS = str.maketrans("", "", "[](){} \t\r\n\u00a0.:")
_NAMED = re.compile(r"_?(?:ftn|edn|fn|foot-?note|end-?note|note|cite_note)[\w:.-]*\d+", re.I)
_HINT = re.compile(
    r"note-?ref|ref-?note|footnote|endnote|doc-noteref|mso-(?:foot|end)note-id", re.I
)
_LIST = re.compile(r"\b(?:foot|end)-?notes\b|mso-element:(?:foot|end)note-list", re.I)
_ONE = re.compile(r"mso-element:(?:foot|end)note(?!-list)|doc-(?:foot|end)note\b", re.I)
_BACK = re.compile(r"backlink|back-?ref|footnote-?back|reversefootnote", re.I)
_HOLDERS = ("li", "p", "dd", "aside", "div", "section")
_HEADS = tuple(f"h{level}" for level in range(1, 7))
_SHARED = "Notes that stand in one paragraph are read as part of the text."


def hints(element: etree._Element) -> str:
    """What an element says of its use: class, role, style."""
    found = (element.get(name) for name in ("class", "role", "style", "epub:type"))
    return " ".join(value.replace(": ", ":") for value in found if value)


class HtmlNote:
    """A note: the elements that hold its paragraphs, and its label."""

    def __init__(self, key: str, label: str, element: etree._Element) -> None:
        self.key, self.label, self.elements = key, label, [element]


class HtmlNotes:
    """The notes below ``root``. The file's tree loses the labels and brackets that are no text.

    ``calls`` gives the key of the note that a link calls, ``held`` the elements that are notes and
    no part of the body, ``dropped`` the ways back to the call.
    """

    def __init__(self, root: etree._Element, slug: str, notices: Notices) -> None:
        self.slug, self.notices = slug, notices
        self.by_key: dict[str, HtmlNote] = {}
        self.calls: dict[etree._Element, str] = {}
        self.held: dict[etree._Element, HtmlNote] = {}
        self.dropped: set[etree._Element] = set()
        self._order = {element: at for at, element in enumerate(root.iter(etree.Element))}
        self._ids = self._named()
        self._is_headed: dict[etree._Element, bool] = {}
        links = [a for a in self._order if a.tag == "a" and (a.get("href") or "").startswith("#")]
        self._find(links)
        self._find_uncalled()
        self._continue()
        for link in links:
            self._drop_if_back(link)
        for link in self.calls:
            _unbracket(link)
        for element, note in self.held.items():
            if element is note.elements[0]:
                self._unlabel(element, note.label)

    def kind_of(self, note: HtmlNote) -> str:
        """The kind of a note, in the words of NoteKind: a source note says so at its beginning."""
        words = "".join(note.elements[0].itertext()).lstrip()[:7]
        kind = NoteKind.SOURCE if words == "Source:" else NoteKind.EDITORIAL
        return kind.value

    def _named(self) -> dict[str, etree._Element]:
        found: dict[str, etree._Element] = {}
        for element in self._order:
            for name in (element.get("id"), element.get("name") if element.tag == "a" else None):
                if name:
                    found.setdefault(name, element)
        return found

    def target(self, link: etree._Element) -> etree._Element | None:
        """The element of this file that a link leads to."""
        name = (link.get("href") or "")[1:]
        return self._ids.get(name, self._ids.get(unquote(name)))

    def _find(self, links: list[etree._Element]) -> None:
        shared: set[HtmlNote] = set()
        for link in links:
            label = _words(link).translate(_BRACKETS)
            target = self.target(link)
            holder = self._holder(target) if target is not None else None
            if holder is None or not _MARK.fullmatch(label):
                continue
            if self._order[holder] <= self._order[link] or not self._is_call(link, holder):
                continue
            note = self.held.get(holder)
            if note is None:
                key = f"{self.slug}fn{len(self.by_key) + 1}"
                note = self.by_key[key] = self.held[holder] = HtmlNote(key, label, holder)
            elif note.label != label:
                shared.add(note)
            self.calls[link] = note.key
        for note in shared:
            self.notices.add(_SHARED, note.elements[0].sourceline)
            del self.by_key[note.key], self.held[note.elements[0]]
        self.calls = {link: key for link, key in self.calls.items() if key in self.by_key}

    def _holder(self, target: etree._Element) -> etree._Element | None:
        """The element that holds a note whose anchor is ``target``; None where none can be."""
        holder = target
        while holder is not None and holder.tag not in _HOLDERS:
            if holder.tag in _HEADS or holder.tag in ("td", "th", "body"):
                return None
            holder = holder.getparent()
        if holder is None:
            return None
        above = [e for e in holder.iterancestors() if e.tag == "li" or _ONE.search(hints(e))]
        if holder.tag not in ("li", "dd") and above:
            holder = above[0]
        if holder not in self._is_headed:
            self._is_headed[holder] = next(holder.iter(*_HEADS), None) is not None
        return None if self._is_headed[holder] else holder

    def _is_call(self, link: etree._Element, holder: etree._Element) -> bool:
        parent = link.getparent()
        raised = parent.tag == "sup" or any(True for _ in link.iter("sup"))
        name = (link.get("href") or "")[1:]
        said = (
            _HINT.search(hints(link)) or _HINT.search(hints(parent)) or _ONE.search(hints(holder))
        )
        return bool(raised or said or _NAMED.fullmatch(name[:100]))

    def _find_uncalled(self) -> None:
        """A note that nothing calls is a note all the same, where it stands in a list of notes."""
        listings = {element for element in self._order if _LIST.search(hints(element))}
        for listing in [e for e in self._order if e in listings]:
            if any(above in listings for above in listing.iterancestors()):
                continue
            for count, element in enumerate(listing.iter("li", "div"), start=1):
                if element is listing or element in self.held or not element.get("id"):
                    continue
                if element.tag == "div" and not _ONE.search(hints(element)):
                    continue
                if any(above in self.held for above in element.iterancestors()):
                    continue
                key = f"{self.slug}fn{len(self.by_key) + 1}"
                label = str(count) if element.tag == "li" else ""
                self.by_key[key] = self.held[element] = HtmlNote(key, label, element)

    def _continue(self) -> None:
        """Paragraphs between two notes that are paragraphs too go on with the first of them."""
        for element, note in list(self.held.items()):
            if element.tag != "p":
                continue
            more: list[etree._Element] = []
            for following in element.itersiblings(etree.Element):
                if following in self.held:
                    break
                if following.tag != "p":
                    more = []
                    break
                more.append(following)
            else:
                more = more if _LIST.search(hints(element.getparent())) else []
            for one in more:
                note.elements.append(one)
                self.held[one] = note

    def _drop_if_back(self, link: etree._Element) -> None:
        """A link in a note that leads back to where the note is called is no text of it."""
        above: list[etree._Element] = []
        note = None
        for element in link.iterancestors():
            if note := self.held.get(element):
                break
            above.append(element)
        target = self.target(link)
        if note is None or target is None or link in self.calls:
            return
        if self._order[target] >= self._order[note.elements[0]]:
            return
        words = _words(link)
        has_letters = any(letter.isalnum() for letter in words)
        is_label = words.translate(_BRACKETS) == note.label
        said = [element for element in (link, *above) if _BACK.search(hints(element))]
        if said or is_label or not has_letters:
            self.dropped.add(said[-1] if said else link)
            if is_label:
                _unbracket(link)

    def _unlabel(self, element: etree._Element, label: str) -> None:
        """Takes a label off the beginning of a note: in an ordered list the list itself has it."""
        if not label or (element.tag == "li" and element.getparent().tag == "ol"):
            return
        mark = re.escape(label)
        for node in element.iter(etree.Element):
            if node not in self.dropped and (node.text or "").strip():
                begins = rf"\s*[\[(]?{mark}[\])]?"
                if node is not element and re.fullmatch(rf"{begins}[.:]?\s*", node.text):
                    node.text = ""
                    node.tail = re.sub(r"^\s*[.:)\]]\s+", " ", node.tail or "")
                else:
                    node.text = re.sub(rf"^{begins}(?:[.:)]\s*|\s+)", "", node.text)
                return
            if node in self.dropped:
                node.tail = re.sub(r"^\s*[.:)]\s+", " ", node.tail or "")
            if node is not element and (node.tail or "").strip():
                if node not in self.dropped:
                    node.tail = re.sub(rf"^\s*[\[(]?{mark}[\])]?(?:[.:)]\s*|\s+)", "", node.tail)
                return


def _words(element: etree._Element) -> str:
    return "".join(element.itertext())


def _unbracket(link: etree._Element) -> None:
    """Takes away the brackets that stand around a link: ``[<a>1</a>]``."""
    before, parent = link.getprevious(), link.getparent()
    text = (parent.text if before is None else before.tail) or ""
    tail = link.tail or ""
    for opening, closing in ("[]", "()"):
        if text.rstrip().endswith(opening) and tail.lstrip().startswith(closing):
            text, link.tail = text.rstrip()[:-1], tail.lstrip()[1:]
            if before is None:
                parent.text = text
            else:
                before.tail = text
            return
