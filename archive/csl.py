"""Citations as CSL-JSON, which Zotero, Pandoc and citeproc read. Plain values to plain values."""

from __future__ import annotations

import json
import re
from typing import Any

from archive.citations import Citation, name_parts, one_line

Item = dict[str, Any]
MEDIA_TYPE = "application/vnd.citationstyles.csl+json"


def document_item(citation: Citation) -> Item:
    """A document as an item: a chapter of its volume, or a document of its own."""
    pages = dict.fromkeys(p for p in (citation.first_page, citation.last_page) if p)
    return known(
        {
            "id": citation.key,
            "type": "chapter" if citation.volume else "document",
            "title": citation.title,
            "container-title": citation.volume,
            "editor": [name(one) for one in citation.editors],
            "publisher": citation.publisher,
            "publisher-place": citation.place,
            "issued": date(citation.year),
            "original-date": date(citation.date),
            "number": citation.number,
            "page": "-".join(pages) if citation.first_page else "",
            "source": citation.source,
            "URL": citation.url,
        }
    )


def csl(citation: Citation) -> str:
    """A list with the document as its one item, as JSON with a line feed at its end."""
    return dump(document_item(citation))


def dump(*items: Item) -> str:
    return json.dumps(list(items), ensure_ascii=False, indent=2) + "\n"


def name(full: str) -> dict[str, str]:
    """A person's name in its parts; what cannot be parted stands as it is."""
    family, given, suffix = name_parts(one_line(full).strip())
    if not given:
        return {"literal": family}
    return known({"family": family, "given": given, "suffix": suffix})


def date(text: str) -> Item | None:
    """A year or an ISO day in numbers; any other date in its words."""
    found = re.fullmatch(r"(\d{4})(?:-(\d\d)-(\d\d))?", text.strip(), re.ASCII)
    if found:
        return {"date-parts": [[int(part) for part in found.groups() if part]]}
    return {"literal": one_line(text)} if text.strip() else None


def known(item: Item) -> Item:
    """The item without what is empty; words on one line each."""
    lines = {k: one_line(v) if isinstance(v, str) else v for k, v in item.items()}
    return {key: value for key, value in lines.items() if value}
