"""Addresses of what is new while one reads."""

from django.urls import URLPattern, path

from annotations.views import live

urlpatterns: list[URLPattern] = [
    path("volumes/<slug:volume>/<slug:document>/news/", live.news, name="news"),
]
