"""Addresses of assignments, marks and the grid."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
