"""The archive in Django's admin: what an import wrote can be looked at, and not be changed."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from archive.models import Document, Edition, Footnote, Person, Term, Volume


class ReadOnlyAdmin(admin.ModelAdmin):
    """Offsets, digests and annotations rest on these rows: only an import may write them."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(Volume)
class VolumeAdmin(ReadOnlyAdmin):
    list_display = ("slug", "title", "year", "imported_at")
    search_fields = ("slug", "title")


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    list_display = ("slug", "volume", "heading", "date_text")
    list_select_related = ("volume",)
    search_fields = ("slug", "heading")


@admin.register(Edition)
class EditionAdmin(ReadOnlyAdmin):
    list_display = ("document", "number", "source_format", "source_name", "imported_at")
    list_select_related = ("document",)


@admin.register(Footnote)
class FootnoteAdmin(ReadOnlyAdmin):
    list_display = ("key", "label", "kind", "edition")
    list_select_related = ("edition",)
    search_fields = ("key",)


@admin.register(Person, Term)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("key", "name", "volume")
    list_select_related = ("volume",)
    search_fields = ("key", "name")
