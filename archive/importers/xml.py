"""Reading XML from strangers: no entities, no network, no DTD, bounded in size and depth."""

from __future__ import annotations

from xml.parsers import expat

from lxml import etree

from archive.importers.faults import ImportFault

# Real volumes stay below 40; the walk uses up to four frames of the stack for each level.
MAX_DEPTH = 120
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


class _PrologRead(Exception):
    """Raised at the first element: what could declare an entity lies before it."""


def read_xml(data: bytes, path: str, max_bytes: int) -> etree._Element:
    """The root element of ``data``.

    Raises ImportFault (with ``path`` and the line where known) when it is larger than
    ``max_bytes``, declares an entity, is not well-formed, or is nested deeper than MAX_DEPTH.
    """
    if len(data) > max_bytes:
        raise ImportFault(
            f"The file has {len(data):,} bytes, more than the limit of {max_bytes:,}.", path
        )
    if not data.strip():
        raise ImportFault("The file is empty.", path)
    _refuse_entities(data, path)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, collect_ids=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if "depth" in (error.msg or ""):
            raise _too_deep(path, error.lineno) from error
        message = f"The XML is not well-formed: {error.msg}."
        raise ImportFault(message, path, error.lineno) from error
    _check(root, path)
    return root


def _refuse_entities(data: bytes, path: str) -> None:
    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def on_entity(*_: object) -> None:
        raise ImportFault(
            "The file declares entities in a DOCTYPE, which is refused for safety.",
            path,
            parser.CurrentLineNumber,
        )

    def on_element(*_: object) -> None:
        raise _PrologRead

    parser.EntityDeclHandler = on_entity
    parser.StartElementHandler = on_element
    try:
        parser.Parse(data, True)
    except _PrologRead:
        return
    except (expat.ExpatError, LookupError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise ImportFault(f"The file is not XML: {error}.", path, line) from error


def _check(root: etree._Element, path: str) -> None:
    depth = 0
    for event, node in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            depth += 1
            if depth > MAX_DEPTH:
                raise _too_deep(path, node.sourceline)
        elif event == "end":
            depth -= 1
    for entity in root.iter(etree.Entity):
        raise ImportFault(
            f"The file uses an entity that it does not define: {entity.text}.",
            path,
            entity.sourceline,
        )


def _too_deep(path: str, line: int | None) -> ImportFault:
    return ImportFault(f"Elements are nested deeper than {MAX_DEPTH} levels.", path, line)
