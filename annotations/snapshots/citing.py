"""How a snapshot is cited; ``CITATION.cff`` says it in the Citation File Format 1.2.0."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from annotations.formats.citations import SetCitation
from annotations.formats.package import Package
from annotations.formats.values import PersonValue
from annotations.snapshots.stated import Stated

_CC = re.compile(r"^https?://creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)/?(?:deed\.\w+)?$")
_ZERO = re.compile(r"^https?://creativecommons\.org/publicdomain/zero/1\.0/?")
# What YAML takes for the end of a line, or does not let stand as it is.
_UNSEEN = re.compile("[^ -~\u00a1-\u2027\u202a-\ufefe\U00010000-\U0010fffd]")
_KNOWN = ("by", "by-sa", "by-nc", "by-nc-sa", "by-nd", "by-nc-nd")
MESSAGE = "If you use this snapshot, please cite it as below, and the documents that it is about."


def cited(package: Package, stated: Stated) -> SetCitation:
    """A snapshot as what citations are made of; nobody stands in that of a pseudonymised one."""
    one = package.set
    return SetCitation(
        key=f"{one.slug}-{stated.number}",
        title=one.title,
        address=stated.address,
        people=() if stated.pseudonymised or not one.owner.name else (one.owner.name,),
        date=stated.day,
        version=f"snapshot {stated.number}",
        rights=one.rights,
    )


def spdx(rights: str) -> str:
    """The SPDX name of a licence that is given by its address; empty where it has none here."""
    if _ZERO.match(rights):
        return "CC0-1.0"
    found = _CC.match(rights)
    if found and found[1] in _KNOWN and found[2] in ("3.0", "4.0"):
        return f"CC-{found[1].upper()}-{found[2]}"
    return ""


def cff(package: Package, stated: Stated) -> str:
    """The file, in YAML."""
    return "".join(f"{line}\n" for line in _yaml(_fields(package, stated)))


def _fields(package: Package, stated: Stated) -> dict[str, Any]:
    one = package.set
    fields: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": MESSAGE,
        "type": "dataset",
        "title": f"{one.title}, snapshot {stated.number}",
        "version": str(stated.number),
        "date-released": stated.day,
        "authors": authors(one.owner, one.title, pseudonymised=stated.pseudonymised),
        "url": stated.address,
        "identifiers": [
            {"type": "other", "value": f"urn:uuid:{stated.uuid}", "description": "Its UUID"}
        ],
    }
    if one.description.strip():
        fields["abstract"] = one.description
    if name := spdx(one.rights):
        fields["license"] = name
    elif re.match(r"^https?://.+", one.rights):
        fields["license-url"] = one.rights
    return fields


def authors(owner: PersonValue, title: str, *, pseudonymised: bool) -> list[dict[str, str]]:
    """Who answers for it: the set's owner where she has a name, and all who wrote in it as one."""
    members = {"name": f"The annotators of “{title}”"}
    if pseudonymised or not owner.name:
        return [members]
    names = owner.name.split()
    if len(names) < 2:
        return [{"name": owner.name}, members]
    person = {"given-names": " ".join(names[:-1]), "family-names": names[-1]}
    return [person, members]


def _yaml(fields: dict[str, Any]) -> Iterator[str]:
    for key, value in fields.items():
        if isinstance(value, str):
            yield f"{key}: {_quoted(value)}" if key != "date-released" else f"{key}: {value}"
            continue
        yield f"{key}:"
        for item in value:
            before = "  - "
            for name, text in item.items():
                yield f"{before}{name}: {_quoted(text)}"
                before = "    "


def _quoted(text: str) -> str:
    # As JSON, but for characters beyond the sixteen bits, of which YAML knows no halves.
    return _UNSEEN.sub(_escape, json.dumps(text, ensure_ascii=False))


def _escape(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\U{number:08x}" if number > 0xFFFF else f"\\u{number:04x}"
