"""Addresses of reports, hiding and locking."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
