"""Addresses of join links and codes."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
