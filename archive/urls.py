"""Addresses of the archive; the document's own page, the reader, is mounted by the project."""

from django.urls import path

from archive import views, views_own

app_name = "archive"
urlpatterns = [
    path("volumes/", views.volumes, name="volumes"),
    path("volumes/bring/", views_own.bring, name="bring"),
    path("volumes/<slug:volume>/", views.volume, name="volume"),
    path("volumes/<slug:volume>/<slug:document>.txt", views.text, name="text"),
    path("volumes/<slug:volume>/<slug:document>.xml", views.source, name="source"),
    path("volumes/<slug:volume>/<slug:document>.json", views.data, name="data"),
    path("volumes/<slug:volume>/<slug:document>.bib", views.bibtex, name="bibtex"),
    path("volumes/<slug:volume>/<slug:document>.ris", views.ris, name="ris"),
    path("own/", views_own.own_list, name="own"),
    path("own/<slug:volume>/", views_own.own_document, name="own_document"),
    path("own/<slug:volume>/replace/", views_own.own_replace, name="own_replace"),
    path("own/<slug:volume>/delete/", views_own.own_delete, name="own_delete"),
]
