"""Addresses of threads and notifications."""

from django.urls import URLPattern, path

from annotations.views import notices, threads

urlpatterns: list[URLPattern] = [
    path("annotations/<uuid:uuid>/question/", threads.question, name="annotation_question"),
    path("sets/<slug:slug>/mention/", threads.mention, name="mention"),
    path("notices/", notices.notices, name="notices"),
    path("notices/count/", notices.count, name="notice_count"),
    path("notices/read/", notices.all_read, name="notices_read"),
    path("notices/choices/", notices.choices, name="notice_choices"),
    path("notices/off/<str:token>/", notices.mail_off, name="notices_mail_off"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/read/", notices.read, name="notice_read"),
]
