"""Addresses of a set's rules and states."""

from django.urls import path

from annotations.views import rules

urlpatterns = [
    path("sets/<slug:slug>/rules/", rules.rules, name="rules"),
    path("sets/<slug:slug>/rules/open/", rules.open_set, name="rules_open"),
    path("sets/<slug:slug>/rules/state/", rules.state, name="rules_state"),
    path(
        "sets/<slug:slug>/finished/<slug:volume>/<slug:document>/",
        rules.finished,
        name="finished",
    ),
]
