"""What stands around the documents of a volume: its particulars, its sections, its lists."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from archive.importers.parsed import ParsedEntry, ParsedSection, ParsedVolume
from archive.models import Person, Section, Term, Volume

VOLUME_FIELDS = (
    "title",
    "subtitle",
    "series",
    "number",
    "publisher",
    "place",
    "year",
    "source_url",
    "licence",
    "source",
)


def known_entries(volume: str) -> tuple[Collection[str], Collection[str]]:
    """The keys of the persons and of the terms that a volume has already; two queries."""
    return (
        set(Person.objects.filter(volume__slug=volume).values_list("key", flat=True)),
        set(Term.objects.filter(volume__slug=volume).values_list("key", flat=True)),
    )


def write_volume(value: ParsedVolume) -> tuple[Volume, bool]:
    """The volume, made or brought up to date, and whether it is new or changed."""
    fields: dict[str, Any] = {name: getattr(value, name) for name in VOLUME_FIELDS}
    fields["editors"] = list(value.editors)
    # Locked: two imports of one volume follow each other, so that editions are numbered once.
    locked = Volume.objects.select_for_update()
    volume, made = locked.get_or_create(slug=value.slug, defaults=fields)
    changed = [name for name, new in fields.items() if getattr(volume, name) != new]
    if value.described and changed:
        for name in changed:
            setattr(volume, name, fields[name])
        volume.save(update_fields=changed)
    return volume, made or bool(value.described and changed)


def write_entries(
    model: type[Person] | type[Term], volume: Volume, entries: Sequence[ParsedEntry]
) -> int:
    """Adds entries or brings them up to date; how many were new or changed."""
    said = {entry.key: {"name": entry.name, "description": entry.description} for entry in entries}
    there = {e.key: e for e in model.objects.filter(volume=volume) if e.key in said}
    new = [model(volume=volume, key=key, **said[key]) for key in said if key not in there]
    changed = []
    for key, entry in there.items():
        if (entry.name, entry.description) != tuple(said[key].values()):
            entry.name, entry.description = said[key]["name"], said[key]["description"]
            changed.append(entry)
    for entry in (*new, *changed):
        entry.fold()
    rows: Any = model.objects
    rows.bulk_create(new)
    folded = ["folded", "sense"] if model is Term else ["folded"]
    rows.bulk_update(changed, ["name", "description", *folded], batch_size=200)
    return len(new) + len(changed)


def write_sections(
    volume: Volume, sections: Sequence[ParsedSection]
) -> tuple[dict[str, int], bool]:
    """The keys of a file's sections by slug, made or brought up to date; whether any changed.

    A part of a volume may begin later than the section does: the earliest position stays.
    """
    there = {one.slug: one for one in volume.sections.all()}
    changed = False
    for value in sections:
        parent = there.get(value.parent)
        fields: dict[str, Any] = {
            "kind": value.kind,
            "heading": value.heading,
            "parent_id": parent.pk if parent else None,
            "position": value.position,
        }
        section = there.get(value.slug)
        if section is None:
            there[value.slug] = Section.objects.create(volume=volume, slug=value.slug, **fields)
            changed = True
            continue
        fields["position"] = min(section.position, value.position)
        if any(getattr(section, name) != new for name, new in fields.items()):
            Section.objects.filter(pk=section.pk).update(**fields)
            changed = True
    return {slug: one.pk for slug, one in there.items()}, changed
