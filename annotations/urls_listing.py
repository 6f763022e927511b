"""Addresses of the list of a set's annotations."""

from django.urls import URLPattern, path

from annotations.views import listing, many

urlpatterns: list[URLPattern] = [
    path("sets/<slug:slug>/annotations/", listing.annotation_list, name="list"),
    path("sets/<slug:slug>/annotations/act/", many.many, name="many"),
]
