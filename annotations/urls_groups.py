"""Addresses of groups, leaving and taking out."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
