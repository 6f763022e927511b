"""Addresses of what is new while one reads."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
