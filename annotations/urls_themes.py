"""Addresses of a theme's page, and of merging, splitting and reviewing themes."""

from django.urls import path

from annotations.views import merging, reviewing, splitting, theme

AT = "sets/<slug:slug>/codebook/<slug:theme>/"
urlpatterns = [
    path(AT, theme.theme, name="theme"),
    path(f"{AT}merge/", merging.merge, name="theme_merge"),
    path(f"{AT}split/", splitting.split, name="theme_split"),
    path(f"{AT}review/", reviewing.review, name="theme_review"),
]
