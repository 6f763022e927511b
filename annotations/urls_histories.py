"""Addresses of what became of things, of taking back, and of the bin."""

from django.urls import path

from annotations.views import bin as bin_views
from annotations.views import histories

urlpatterns = [
    path("sets/<slug:slug>/history/", histories.history, name="history"),
    path("sets/<slug:slug>/undo/", histories.undo_last, name="undo"),
    path("sets/<slug:slug>/redo/", histories.redo_last, name="redo"),
    path("sets/<slug:slug>/bin/", bin_views.in_bin, name="bin"),
    path(
        "annotations/<uuid:uuid>/history/",
        histories.annotation_history,
        name="annotation_history",
    ),
]
