"""Every address of the app; the reader, which needs both apps, at the document's address."""

from django.contrib import admin
from django.urls import include, path

from annotations.admin_accounts import tidy
from annotations.views import account, pages, reader, style

tidy(admin.site)

urlpatterns = [
    path("", pages.home, name="home"),
    path("healthz", pages.healthz, name="healthz"),
    path("signin/<str:uid>/<str:token>/", account.sign_in_link, name="sign_in_link"),
    # Before the reader: a volume's own pages, as …/persons/, look like a document's.
    path("", include("archive.urls")),
    path("volumes/<slug:volume>/<slug:document>/", reader.reader, name="document"),
    path("", include("annotations.urls")),
    path("accounts/", include("annotations.urls_account")),
    path("admin/", admin.site.urls),
    path("style/", style.style, name="style"),
]
