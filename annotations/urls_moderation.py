"""Addresses of reports, hiding and locking."""

from django.urls import URLPattern, path

from annotations.models import Annotation, Reply
from annotations.views import moderation

WRITTEN = (("annotation", "annotations", Annotation), ("reply", "replies", Reply))
ACTS = (
    ("report", moderation.report),
    ("hide", moderation.hide),
    ("show", moderation.show),
    ("keep", moderation.keep),
)

urlpatterns: list[URLPattern] = [
    path("sets/<slug:slug>/reports/", moderation.reports, name="reports"),
    path("annotations/<uuid:uuid>/lock/", moderation.lock, name="annotation_lock"),
    path("annotations/<uuid:uuid>/unlock/", moderation.unlock, name="annotation_unlock"),
    *(
        path(f"{folder}/<uuid:uuid>/{act}/", view, {"model": model}, name=f"{kind}_{act}")
        for kind, folder, model in WRITTEN
        for act, view in ACTS
    ),
]
