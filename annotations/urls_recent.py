"""Addresses of one's own work, of what was said to one, and of where one stopped reading."""

from django.urls import URLPattern, path

from annotations.views import recent

urlpatterns: list[URLPattern] = [
    path("recent/", recent.work, name="recent"),
    path("recent/said/", recent.said, name="recent_said"),
    path("recent/reading/", recent.reading, name="recent_reading"),
    path("recent/reading/choice/", recent.choice, name="recent_choice"),
    path("recent/reading/<int:pk>/forget/", recent.forgotten, name="recent_forget"),
    path("volumes/<slug:volume>/<slug:document>/stopped/", recent.stopped, name="stopped"),
]
