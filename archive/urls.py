"""Addresses of the archive; the document's own page, the reader, is mounted by the project."""

from django.urls import path

from archive import urls_finding, urls_imports
from archive.views import files, own, search, volumes

app_name = "archive"
urlpatterns = [
    *urls_finding.urlpatterns,
    *urls_imports.urlpatterns,
    path("search/", search.search, name="search"),
    path("volumes/", volumes.volumes, name="volumes"),
    path("volumes/bring/", own.bring, name="bring"),
    path("volumes/<slug:volume>/", volumes.volume, name="volume"),
    path("volumes/<slug:volume>/<slug:document>.txt", files.text, name="text"),
    path("volumes/<slug:volume>/<slug:document>.xml", files.source, name="source"),
    path("volumes/<slug:volume>/<slug:document>.json", files.data, name="data"),
    path("volumes/<slug:volume>/<slug:document>.bib", files.bibtex, name="bibtex"),
    path("volumes/<slug:volume>/<slug:document>.ris", files.ris, name="ris"),
    path("volumes/<slug:volume>/<slug:document>.csl.json", files.csl, name="csl"),
    path("own/", own.own_list, name="own"),
    path("own/<slug:volume>/", own.own_document, name="own_document"),
    path("own/<slug:volume>/replace/", own.own_replace, name="own_replace"),
    path("own/<slug:volume>/delete/", own.own_delete, name="own_delete"),
]
