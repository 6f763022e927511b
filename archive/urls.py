"""Addresses of the archive; the document's own page, the reader, is mounted by the project."""

from django.urls import path

from archive import views

app_name = "archive"
urlpatterns = [
    path("volumes/", views.volumes, name="volumes"),
    path("volumes/<slug:volume>/", views.volume, name="volume"),
    path("volumes/<slug:volume>/<slug:document>.txt", views.text, name="text"),
    path("volumes/<slug:volume>/<slug:document>.xml", views.source, name="source"),
    path("volumes/<slug:volume>/<slug:document>.json", views.data, name="data"),
    path("volumes/<slug:volume>/<slug:document>.bib", views.bibtex, name="bibtex"),
    path("volumes/<slug:volume>/<slug:document>.ris", views.ris, name="ris"),
]
