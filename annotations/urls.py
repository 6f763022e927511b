"""Addresses of the reader and of annotations; those of sets stand in urls_sets."""

from django.urls import path

from annotations.urls_assignments import urlpatterns as assignments_urls
from annotations.urls_codebook import urlpatterns as codebook_urls
from annotations.urls_exports import urlpatterns as exports_urls
from annotations.urls_groups import urlpatterns as groups_urls
from annotations.urls_histories import urlpatterns as histories_urls
from annotations.urls_joining import urlpatterns as joining_urls
from annotations.urls_listing import urlpatterns as listing_urls
from annotations.urls_live import urlpatterns as live_urls
from annotations.urls_moderation import urlpatterns as moderation_urls
from annotations.urls_recent import urlpatterns as recent_urls
from annotations.urls_rules import urlpatterns as rules_urls
from annotations.urls_sets import urlpatterns as set_urls
from annotations.urls_snapshots import urlpatterns as snapshots_urls
from annotations.urls_themes import urlpatterns as themes_urls
from annotations.urls_threads import urlpatterns as threads_urls
from annotations.views import anchoring, annotations, pages, reader, replies

app_name = "annotations"
urlpatterns = [
    path("volumes/<slug:volume>/<slug:document>/at/", reader.stack, name="stack"),
    path(
        "sets/<slug:slug>/annotate/<slug:volume>/<slug:document>/",
        annotations.annotate,
        name="annotate",
    ),
    path("annotations/<uuid:uuid>/", pages.annotation, name="annotation"),
    path("annotations/<uuid:uuid>/edit/", annotations.edit, name="annotation_edit"),
    path("annotations/<uuid:uuid>/passage/", annotations.passage, name="annotation_passage"),
    path(
        "annotations/<uuid:uuid>/anchoring/",
        anchoring.annotation_anchoring,
        name="annotation_anchoring",
    ),
    path("imports/<int:pk>/anchoring/", anchoring.import_anchoring, name="import_anchoring"),
    path("annotations/<uuid:uuid>/delete/", annotations.delete, name="annotation_delete"),
    path("annotations/<uuid:uuid>/restore/", annotations.restore, name="annotation_restore"),
    path("annotations/<uuid:uuid>/reply/", replies.reply, name="annotation_reply"),
    path("replies/<uuid:uuid>/edit/", replies.edit, name="reply_edit"),
    path("replies/<uuid:uuid>/delete/", replies.delete, name="reply_delete"),
    path("replies/<uuid:uuid>/restore/", replies.restore, name="reply_restore"),
    *set_urls,
    *codebook_urls,
    *joining_urls,
    *exports_urls,
    *groups_urls,
    *rules_urls,
    *assignments_urls,
    *threads_urls,
    *live_urls,
    *moderation_urls,
    *recent_urls,
    *listing_urls,
    *histories_urls,
    *themes_urls,
    *snapshots_urls,
]
