"""Addresses of threads and notifications."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
