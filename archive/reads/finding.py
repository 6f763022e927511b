"""Where an address or a number leads."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse

from archive.addresses import PageRange, Wanted, with_page
from archive.models import Document, Section, Volume

# The publisher's names for what are pages of the app.
_PAGES = {"persons": "archive:volume_persons", "terms": "archive:volume_terms"}
_CONTENTS = ("toc", "contents", "frontmatter", "body", "backmatter")


def address_of(wanted: Wanted, user: Any) -> str | None:
    """Our address of what is wanted, or None where nothing here is it; four queries at most.

    A number without a volume is looked for in the volumes that ``user`` finds, and is found where
    one of them alone has it.
    """
    if not wanted.volume:
        return _anywhere(wanted, user)
    volume = Volume.objects.filter(slug=wanted.volume).first()
    if volume is None:
        return None
    if wanted.page:
        return _page(volume, wanted.page)
    if wanted.name:
        return _named(volume, wanted)
    return volume.get_absolute_url()


def _anywhere(wanted: Wanted, user: Any) -> str | None:
    if not wanted.number:
        return None
    volumes = Volume.objects.listed_for(user).order_by()
    found = Document.objects.filter(volume__in=volumes, current__isnull=False)
    rows = found.filter(slug=wanted.name).select_related("volume")[:2]
    return rows[0].get_absolute_url() if len(rows) == 1 else None


def _named(volume: Volume, wanted: Wanted) -> str | None:
    if page := _PAGES.get(wanted.name):
        return reverse(page, args=[volume.slug])
    fits = Q(slug=wanted.name)
    if wanted.number:
        fits |= Q(number=wanted.number)
    found = volume.documents.filter(fits, current__isnull=False)
    document = found.order_by("position").first()
    if document:
        document.volume = volume
        return document.get_absolute_url() + (f"#n-{wanted.note}" if wanted.note else "")
    section = Section.objects.filter(volume=volume, slug=wanted.name).first()
    if section:
        section.volume = volume
        return section.get_absolute_url()
    return volume.get_absolute_url() if wanted.name in _CONTENTS else None


def _page(volume: Volume, page: str) -> str | None:
    rows = volume.documents.filter(current__isnull=False).order_by("position", "slug")
    pages = [PageRange(*row) for row in rows.values_list("slug", "first_page", "last_page")]
    slug = with_page(pages, page)
    return f"{reverse('document', args=[volume.slug, slug])}#pg-{page}" if slug else None
