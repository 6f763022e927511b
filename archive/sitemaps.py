"""What search engines are told of: the lists, the listed volumes, and their documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.urls import reverse

from archive.models import Document, Volume


class _Listed(Sitemap[Any]):
    """What changes when its volume is imported."""

    limit = 5000

    def get_latest_lastmod(self) -> datetime | None:
        # Django would go through all items, of which there are hundreds of thousands.
        found = Volume.objects.listed().aggregate(last=Max("imported_at"))
        last: datetime | None = found["last"]
        return last


class Lists(Sitemap[str]):
    def items(self) -> list[str]:
        return ["home", *(f"archive:{name}" for name in ("volumes", "persons", "terms", "time"))]

    def location(self, item: str) -> str:
        return reverse(item)


class Volumes(_Listed):
    def items(self) -> QuerySet[Volume]:
        return Volume.objects.listed().only("slug", "imported_at").order_by("pk")

    def lastmod(self, item: Volume) -> datetime:
        return item.imported_at


class Documents(_Listed):
    def items(self) -> QuerySet[Document]:
        found = Document.objects.filter(volume__is_listed=True, current__isnull=False)
        fields = ("slug", "volume__slug", "volume__imported_at")
        return found.select_related("volume").only(*fields).order_by("pk")

    def lastmod(self, item: Document) -> datetime:
        return item.volume.imported_at


SECTIONS: dict[str, type[Sitemap[Any]] | Sitemap[Any]] = {
    "lists": Lists,
    "volumes": Volumes,
    "documents": Documents,
}
