"""The admin site: for looking after a server. What people write is read here and not changed,
since only the actions keep history, counters and quotes right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db import models
from django.http import HttpRequest

from annotations.actions.people import renamed
from annotations.models import (
    Annotation,
    AnnotationSet,
    Codebook,
    History,
    Membership,
    Reply,
    SetDocument,
    Theme,
)

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = admin.ModelAdmin


class ReadOnly(Base):
    """Lists and shows; adds, changes and deletes nothing."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object | None = None) -> bool:
        return False


admin.site.unregister(User)


@admin.register(User)
class PersonAdmin(UserAdmin):
    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and {"username", "first_name", "last_name"} & set(form.changed_data):
            renamed(obj)


@admin.register(AnnotationSet)
class AnnotationSetAdmin(ReadOnly):
    list_display = ("slug", "title", "owner", "visibility", "state", "created")
    list_filter = ("visibility", "state")
    list_select_related = ("owner",)
    search_fields = ("slug", "title")
    # Whoever knows it reads the set.
    exclude = ("link_key",)
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


@admin.register(Membership)
class MembershipAdmin(ReadOnly):
    list_display = ("annotation_set", "user", "role", "joined")
    list_filter = ("role",)
    list_select_related = ("annotation_set", "user")
    search_fields = ("annotation_set__slug", "user__username")


@admin.register(SetDocument)
class SetDocumentAdmin(ReadOnly):
    list_display = ("annotation_set", "document", "position", "revision")
    list_select_related = ("annotation_set", "document")
    search_fields = ("annotation_set__slug",)


@admin.register(Codebook)
class CodebookAdmin(ReadOnly):
    list_display = ("title", "revision", "created")
    search_fields = ("title",)


@admin.register(Theme)
class ThemeAdmin(ReadOnly):
    list_display = ("name", "slug", "codebook", "parent", "position")
    list_select_related = ("codebook", "parent")
    search_fields = ("name", "slug")


@admin.register(Annotation)
class AnnotationAdmin(ReadOnly):
    list_display = ("uuid", "annotation_set", "author", "start", "end", "created", "deleted_at")
    list_select_related = ("annotation_set", "author")
    search_fields = ("=uuid", "author__username", "annotation_set__slug")


@admin.register(Reply)
class ReplyAdmin(ReadOnly):
    list_display = ("uuid", "author", "created", "deleted_at")
    list_select_related = ("author",)
    search_fields = ("=uuid", "author__username")


@admin.register(History)
class HistoryAdmin(ReadOnly):
    list_display = ("at", "actor", "kind", "key", "action", "annotation_set")
    list_filter = ("kind", "action")
    list_select_related = ("actor", "annotation_set")
    search_fields = ("key", "actor__username")
    date_hierarchy = "at"
