"""Every address of the app; the reader, which needs both apps, at the document's address."""

from django.contrib import admin
from django.urls import include, path

from annotations.views import pages, reader, style

urlpatterns = [
    path("", pages.home, name="home"),
    path("healthz", pages.healthz, name="healthz"),
    path("signin/<str:uid>/<str:token>/", pages.sign_in_link, name="sign_in_link"),
    # Before the reader: a volume's own pages, as …/persons/, look like a document's.
    path("", include("archive.urls")),
    path("volumes/<slug:volume>/<slug:document>/", reader.reader, name="document"),
    path("", include("annotations.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("style/", style.style, name="style"),
]
