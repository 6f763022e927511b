"""Addresses of a set's rules and states."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
