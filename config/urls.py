"""Every address of the app. The reader is mounted here, at the document's address."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("annotations.urls")),
    path("", include("archive.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
