"""The element that stands for a document in the file: its own TEI, or TEI made of its text.

Its text nodes are those of the source, so that ranges count alike in both. What TEI does not know
is said in TEI: the publisher's attachments are floating texts, its dates an instruction. Nothing
else of it is changed but what an import would name it by, and ids that stand in the file already.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lxml import etree

from annotations.formats.tei.lines import held
from annotations.formats.tei.places import Places
from annotations.formats.tei.texts import element_of, plain_element_of
from annotations.formats.tei.wording import NAMESPACE, is_name
from annotations.formats.values import PartValue
from archive.importers.divisions import DIVISIONS
from archive.importers.outline import BEFORE_DIGIT
from archive.importers.teihead import slug_from
from archive.importers.tracing import WORD, Trace, trace
from archive.importers.vocabulary import FRUS, local
from archive.importers.xml import XML_ID
from archive.text import Text

_BOTTOM = frozenset(("closer", "postscript", "signed", "trailer", "ps"))
_OPTIONS = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
_MATTER = {"front-matter": "front", "back-matter": "back"}
_ROOT = re.compile(r"<(?:[\w.-]+:)?([\w.-]+)[^>]*>")
_ID = re.compile(r"""\sxml:id\s*=\s*(["'])([^"']*)\1""")
_POINTING = ("target", "corresp", "ref", "sameAs", "next", "prev", "ana", "resp", "who")


@dataclass(frozen=True, slots=True)
class Element:
    """``xml`` is what stands in the file, ``id`` its id there, ``prefix`` what stands before the
    ids of the source, ``region`` where it belongs: front, body, back. ``is_own`` says that
    pointers resolve in the publisher's file, too."""

    xml: str
    id: str
    region: str
    places: Places
    prefix: str = ""
    is_own: bool = False


def identity(part: PartValue) -> str:
    """The id of the element of a part, without a prefix: its own, if an import would make the
    document's slug of it, else one that does."""
    if part.source_format == "tei" and (root := _ROOT.match(part.source)):
        given = _ID.search(root[0])
        if given and _is_named_by(given[2], part.document.slug) and root[1] in DIVISIONS:
            return given[2]
    slug = part.document.slug
    return slug if is_name(slug) else BEFORE_DIGIT + slug_from(slug)


def ids_of(part: PartValue) -> set[str]:
    """The ids that the element of a part brings with it, and perhaps more."""
    found = {match[2] for match in _ID.finditer(part.source)} if part.source_format == "tei" else ()
    return {identity(part), *found, *(note.key for note in part.text.notes)}


def element_for(part: PartValue, prefix: str = "") -> Element:
    """The element of a part; ``prefix`` is set before all ids of its own."""
    made = _of_source(part, prefix) if part.source_format == "tei" else None
    return made or _of_text(part, prefix)


def _of_text(part: PartValue, prefix: str) -> Element:
    own = identity(part)
    for root in (element_of(part.text, part.document, own), plain_element_of(part.text, own)):
        _prefixed(root, prefix)
        xml = etree.tostring(root, encoding="unicode")
        traced = trace(xml, part.document.slug)
        if traced.text.text == held(part.text.text):
            break
    return Element(xml, prefix + own, "body", Places(_over(traced, part.text)), prefix)


def _over(traced: Trace, text: Text) -> Trace:
    """The trace with its words at their places in ``text``, which has the same words."""
    if traced.text.text == held(text.text):
        return replace(traced, text=text)
    there = [found.start() for found in WORD.finditer(text.text)]
    return replace(traced, text=text, words=tuple(there[: len(traced.words)]))


def _of_source(part: PartValue, prefix: str) -> Element | None:
    """The source itself, unless it does not say what the text does."""
    try:
        root = etree.fromstring(part.source.encode(), etree.XMLParser(**_OPTIONS))
    except etree.XMLSyntaxError:
        return None
    if _namespace(root) == "":
        _named(root)
    region = _MATTER.get(part.document.kind, "body")
    is_own = root.get(XML_ID) == identity(part) and part.document.kind != "introduction"
    if not is_own:
        _stand_alone(root, part)
        region = "body"
    _in_tei(root)
    _prefixed(root, prefix)
    etree.cleanup_namespaces(root)
    xml = etree.tostring(root, encoding="unicode")
    traced = trace(xml, part.document.slug)
    if traced.text.text != part.text.text:
        return None
    return Element(xml, root.get(XML_ID) or "", region, Places(traced), prefix, is_own)


def _is_named_by(given: str, slug: str) -> bool:
    return bool(given) and slug in (slug_from(given), f"{slug_from(given)}-list")


def _stand_alone(root: etree._Element, part: PartValue) -> None:
    """Makes a document of what has no name of its own, or is a section without its divisions."""
    if local(root) not in DIVISIONS:
        root.tag = f"{{{NAMESPACE}}}div"
    root.set("type", "document")
    if part.document.kind and not root.get("subtype"):
        root.set("subtype", part.document.kind)
    root.set(XML_ID, identity(part))


def _namespace(element: etree._Element) -> str:
    return etree.QName(element).namespace or ""


def _named(root: etree._Element) -> None:
    """Puts elements that have no namespace into that of TEI."""
    for element in root.iter(etree.Element):
        if not _namespace(element):
            element.tag = f"{{{NAMESPACE}}}{element.tag}"


def _in_tei(root: etree._Element) -> None:
    """Says what the publisher has names of its own for in the names of TEI."""
    for element in list(root.iter(f"{FRUS}attachment")):
        _floated(element)
    dates = {}
    for element in root.iter(etree.Element):
        for key in [key for key in element.attrib if str(key).startswith(FRUS)]:
            value = element.attrib.pop(key)
            if element is root:
                dates[str(key).removeprefix(FRUS)] = value
    if dates:
        _instruct(root, dates)


def _instruct(root: etree._Element, dates: Mapping[str, str]) -> None:
    said = " ".join(f'{key}="{value}"' for key, value in dates.items() if '"' not in value)
    instruction = etree.ProcessingInstruction("frus", said.replace("?>", ""))
    instruction.tail, root.text = root.text, None
    root.insert(0, instruction)


def _floated(attachment: etree._Element) -> None:
    """An attachment as a floating text; after a closer, where nothing else may stand, in a
    postscript."""
    attachment.tag = f"{{{NAMESPACE}}}floatingText"
    attachment.set("type", "attachment")
    body = etree.Element(f"{{{NAMESPACE}}}body")
    body.text, attachment.text = attachment.text, None
    body.extend(list(attachment))
    attachment.append(body)
    before = attachment.itersiblings(etree.Element, preceding=True)
    parent = attachment.getparent()
    if parent is not None and any(local(one) in _BOTTOM for one in before):
        postscript = etree.Element(f"{{{NAMESPACE}}}postscript")
        parent.replace(attachment, postscript)
        postscript.tail, attachment.tail = attachment.tail, None
        postscript.append(attachment)


def _prefixed(root: etree._Element, prefix: str) -> None:
    """Sets the prefix before all ids, and what points to them."""
    if not prefix:
        return
    there = {f"#{element.get(XML_ID)}" for element in root.iter(etree.Element)}
    for element in root.iter(etree.Element):
        if own := element.get(XML_ID):
            element.set(XML_ID, prefix + own)
        for name in _POINTING:
            if value := element.get(name):
                words = [f"#{prefix}{w[1:]}" if w in there else w for w in value.split()]
                element.set(name, " ".join(words) if words != value.split() else value)
