"""What a snapshot says to whoever unpacks it: README.md and LICENSE.txt."""

from __future__ import annotations

from annotations.formats import FORMATS, Format
from annotations.formats.citations import chicago
from annotations.formats.package import Package
from annotations.formats.values import DocumentValue
from annotations.snapshots.citing import cited, spdx
from annotations.snapshots.stated import Stated

_HIDDEN = """## What was taken out

People are called “Reader 1” and so on, in an order that chance gave. User names, names and mail
addresses were taken out of notes and replies, and of what the codebook and the set say of
themselves; the texts of the documents are as they were published. Identifiers of annotations and
replies are new ones, which lead to nothing. Of all times only the date is left.
"""
_VERIFY = """## Is it whole?

Each file's SHA-256 digest stands in `manifest-sha256.txt`. In the folder that holds it:

    sha256sum -c manifest-sha256.txt
    shasum -a 256 -c manifest-sha256.txt      (macOS)

Nothing but “OK” is to be said, and no file is to lie in `data/` that is not listed. The folder is a
BagIt bag (RFC 8493): tools for such bags verify it, too. Whether this is what was published is seen
at {address}, which shows the digest of the ZIP file.
"""
_JSON = """`snapshot.json` holds all of it as plain JSON with one annotation a line, sorted by
identifier. Offsets (`start`, `end`) count Unicode code points of the edition's text, half-open."""


def readme(package: Package, stated: Stated, documents: list[DocumentValue]) -> str:
    """What this is, what each file is, how it is verified, and how it is cited."""
    one = package.set
    parts = [
        f"# {_line(one.title)}: snapshot {stated.number}",
        f"A set of annotations as it was on {stated.day}. {stated.holds}",
        f"Its lasting address: {stated.address}",
    ]
    if one.description.strip():
        parts.append("\n".join(f"> {line}" for line in one.description.strip().splitlines()))
    if stated.note.strip():
        parts.append(f"Why it was made: {_line(stated.note)}")
    parts += ["## What is in it", _files(package, stated), _JSON]
    if stated.pseudonymised:
        parts.append(_HIDDEN.strip())
    parts.append(_VERIFY.format(address=stated.address).strip())
    parts += ["## How to cite it", chicago(cited(package, stated))]
    parts += ["## The documents", _listed(documents), "## Licence", rights_in_words(one.rights)]
    return "\n\n".join(parts) + f"\n\nMade with {stated.software}.\n"


def _files(package: Package, stated: Stated) -> str:
    rows = [
        ("`snapshot.json`", "everything, for comparison and for your own programs"),
        ("`codebook/`", "the themes, with their definitions and their tree"),
        (
            "`texts/`",
            "the documents: the text that offsets count in (.txt), its source as it was "
            "imported (.xml, .source.txt), its paragraphs and notes with offsets (.json)",
        ),
    ]
    for form in snapshot_formats().values():
        left = (stated.lost or {}).get(form.NAME, [])
        missing = f" It does not carry {', '.join(left)}." if left else ""
        rows.append((f"`{path_of(form, package.set.slug)}`", form.CARRIES + missing))
    rows.append(
        (
            "`citations/`, `CITATION.cff`, `LICENSE.txt`",
            "how to cite it, and what you may do with it",
        )
    )
    return "\n".join(f"- {name}: {said}" for name, said in rows)


def snapshot_formats() -> dict[str, Format]:
    """The formats that a snapshot has: all of data and tables, and of those to read the page."""
    return {
        name: form
        for name, form in FORMATS.items()
        if form.KIND in ("data", "table") or name == "html"
    }


def path_of(form: Format, slug: str) -> str:
    """Where a format stands in a snapshot."""
    name = f"{slug}{form.SUFFIX}"
    if form.NAME == "qdc":
        return f"codebook/{name}"
    if form.KIND == "reading":
        return f"reading/{name}"
    return f"annotations/{form.NAME}/{name}"


def _listed(documents: list[DocumentValue]) -> str:
    if not documents:
        return "None."
    return "\n".join(
        f"- {one.volume}/{one.slug}: {_line(one.title)}, {one.public_address or one.address}"
        for one in documents
    )


def licence(package: Package) -> str:
    """What may be done with it."""
    texts = "The texts of the documents are under the terms of those who published them: README.md."
    return f"{rights_in_words(package.set.rights)}\n\n{texts}\n"


def rights_in_words(rights: str) -> str:
    """A licence's address as a sentence."""
    if not rights:
        return (
            "No licence is stated for the annotations: ask the editors of the set before you use "
            "them beyond what the law lets everybody do."
        )
    name = spdx(rights)
    return f"The annotations are licensed under {name + ': ' if name else ''}{rights}"


def _line(text: str) -> str:
    return " ".join(text.split())
