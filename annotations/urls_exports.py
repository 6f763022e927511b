"""Addresses of taking a set out and of bringing annotations in."""

from django.urls import URLPattern, path

from annotations.views import exports, importing

urlpatterns: list[URLPattern] = [
    path("sets/<slug:slug>/exports/", exports.exports, name="exports"),
    path("sets/<slug:slug>/exports/<slug:name>/", exports.export, name="export"),
    path("sets/<slug:slug>/cite.<str:suffix>", exports.cite, name="cite"),
    path("sets/<slug:slug>/import/", importing.bring, name="import"),
]
