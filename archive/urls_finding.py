"""Addresses of what leads through the archive: contents, persons, terms, time."""

from django.urls import path

from archive.views import addresses, crawling, entries, merging, time

urlpatterns = [
    path("volumes/<slug:volume>/persons/", entries.volume_persons, name="volume_persons"),
    path("volumes/<slug:volume>/terms/", entries.volume_terms, name="volume_terms"),
    path("volumes/<slug:volume>/time/", time.volume_dates, name="volume_time"),
    path("persons/", entries.persons, name="persons"),
    path("persons/merge/", merging.merge, name="merge"),
    path("persons/<int:pk>/split/", merging.split, name="split"),
    path("persons/<str:entry>/", entries.person, name="person"),
    path("terms/", entries.terms, name="terms"),
    path("terms/<str:entry>/", entries.term, name="term"),
    path("time/", time.all_dates, name="time"),
    path("go/", addresses.go, name="go"),
    path("historicaldocuments/", addresses.mirrored, name="mirror"),
    path("historicaldocuments/<path:path>", addresses.mirrored, name="mirrored"),
    path("robots.txt", crawling.robots, name="robots"),
    path("sitemap.xml", crawling.sitemaps, name="sitemaps"),
    path("sitemap-<slug:section>.xml", crawling.sitemap, name="sitemap"),
]
