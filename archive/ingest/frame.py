"""What stands around the documents of a volume: its particulars, its sections, its lists."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from archive.importers.parsed import ParsedEntry, ParsedSection, ParsedVolume
from archive.models import Person, Section, Term, Volume
from archive.rows import insert_rows, update_rows

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
    columns = [field for field in model._meta.concrete_fields if not field.primary_key]
    rows_of_new = ([getattr(entry, field.attname) for field in columns] for entry in new)
    insert_rows(model, [field.name for field in columns], rows_of_new)
    rows: Any = model.objects
    folded = ["folded", "sense"] if model is Term else ["folded"]
    rows.bulk_update(changed, ["name", "description", *folded], batch_size=200)
    return len(new) + len(changed)


def write_sections(
    volume: Volume, sections: Sequence[ParsedSection]
) -> tuple[dict[str, int], bool]:
    """The keys of a file's sections by slug, made or brought up to date; whether any changed.

    A part of a volume may begin later than the section does: the earliest position stays.
    """
    there = _sections_of(volume)
    new = [one for one in sections if one.slug not in there]
    known = [one for one in sections if one.slug in there]
    insert_rows(
        Section,
        ("volume", "slug", "kind", "heading", "position"),
        ((volume.pk, one.slug, one.kind, one.heading, one.position) for one in new),
    )
    keys = {slug: one.pk for slug, one in (_sections_of(volume) if new else there).items()}
    parents = ((keys[one.parent], keys[one.slug]) for one in new if one.parent in keys)
    update_rows(Section, "parent", parents)
    count = sum(_update_section(there[one.slug], one, keys.get(one.parent)) for one in known)
    return keys, bool(new or count)


def _update_section(section: Section, value: ParsedSection, parent: int | None) -> bool:
    """Brings a section up to date; whether anything changed."""
    fields: dict[str, Any] = {
        "kind": value.kind,
        "heading": value.heading,
        "parent_id": parent,
        "position": min(section.position, value.position),
    }
    if all(getattr(section, name) == given for name, given in fields.items()):
        return False
    Section.objects.filter(pk=section.pk).update(**fields)
    return True


def _sections_of(volume: Volume) -> dict[str, Section]:
    return {one.slug: one for one in volume.sections.all()}
