"""A FRUS volume in TEI, or a file with some of its documents, to plain values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path, PurePath

from archive.importers.divisions import divisions
from archive.importers.faults import ImportFault, Notices
from archive.importers.outline import Outline, outline_of
from archive.importers.parsed import Parsed, ParsedDocument
from archive.importers.survey import survey
from archive.importers.teidocument import document_of
from archive.importers.teihead import slug_from
from archive.importers.teiline import Known
from archive.importers.teitext import TextWalk
from archive.importers.xml import Source

DEFAULT_MAX_BYTES = 64 * 1024 * 1024
KnownEntries = Callable[[str], tuple[Collection[str], Collection[str]]]


def parse_tei(
    data: bytes,
    path: str = "",
    *,
    max_bytes: int = DEFAULT_MAX_BYTES,
    known_entries: KnownEntries | None = None,
) -> Parsed:
    """Everything that a TEI file says of its volume and its documents.

    ``path`` names the file in messages and, where the source has no ids, its volume and
    documents. ``known_entries`` tells, for the slug of the volume, the keys of persons and of
    terms that it has beside those of the file.
    Raises ImportFault, with path and line, when the file is unsafe, not TEI, or has no document.
    """
    return _parsed(Source.of_bytes(data, path, max_bytes), known_entries)


def parse_tei_file(
    path: str | Path,
    *,
    name: str = "",
    max_bytes: int = DEFAULT_MAX_BYTES,
    known_entries: KnownEntries | None = None,
) -> Parsed:
    """As ``parse_tei``, of a file on disk, which is never in memory as a whole if it is large.

    ``name`` takes the place of its path in messages and where the source has no ids. The file must
    stay as it is until the documents are read.
    """
    return _parsed(Source.of_file(Path(path), name or str(path), max_bytes), known_entries)


def _parsed(source: Source, known_entries: KnownEntries | None) -> Parsed:
    notices = Notices()
    found = survey(source, notices)
    name = PurePath(source.path)
    outline = outline_of(found.divisions, slug_from(name.stem), found.volume.slug, source.path)
    more_persons, more_terms = known_entries(found.volume.slug) if known_entries else ((), ())
    known = Known(
        frozenset(found.persons.keys() | more_persons),
        frozenset(found.terms.keys() | more_terms),
        frozenset(found.ids),
    )
    walk = TextWalk(known, notices)
    return Parsed(
        name.name,
        "tei",
        found.volume,
        _documents(source, outline, walk, is_paged=found.is_paged),
        len(outline.plans),
        sections=outline.sections,
        persons=tuple(found.persons.values()),
        terms=tuple(found.terms.values()),
        notices=notices,
    )


def _documents(
    source: Source, outline: Outline, walk: TextWalk, *, is_paged: bool
) -> Iterator[ParsedDocument]:
    """Reads the file again and makes each document at its end, an introduction after the section
    that it is of."""
    around: list[bool] = []  # for each division that is open, whether its text is a document
    made = 0
    for event, index, element in divisions(source):
        plan = outline.plans.get(index)
        if event == "start":
            around.append(plan is not None and not plan.is_rest)
        elif event == "end":
            around.pop()
            if plan:
                made += 1
                yield document_of(element, plan, walk, is_paged=is_paged)
            if not (source.is_kept or any(around)):
                element.clear(keep_tail=True)
    if made != len(outline.plans):
        raise ImportFault("The file has changed while it was read.", source.path)
