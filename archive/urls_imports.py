"""Addresses of imports, for staff."""

from django.urls import path

from archive.views import imports

urlpatterns = [
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.one, name="import"),
    path("imports/<int:pk>/again/", imports.again, name="import_again"),
    path("imports/<int:pk>/remove/", imports.remove, name="import_remove"),
]
