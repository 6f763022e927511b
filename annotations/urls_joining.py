"""Addresses of join links and codes."""

from django.urls import URLPattern, path

from annotations.views import join_links, joining

urlpatterns: list[URLPattern] = [
    path("join/", joining.join_code, name="join"),
    path("join/hint/", joining.hint_done, name="hint_done"),
    path("join/<str:token>/", joining.join_link, name="join_link"),
    path("sets/<slug:slug>/join-links/", join_links.join_links, name="join_links"),
    path(
        "sets/<slug:slug>/join-links/<int:pk>/renew/",
        join_links.join_link_renew,
        name="join_link_renew",
    ),
    path(
        "sets/<slug:slug>/join-links/<int:pk>/revoke/",
        join_links.join_link_revoke,
        name="join_link_revoke",
    ),
    path(
        "sets/<slug:slug>/join-links/<int:pk>/show/",
        join_links.join_link_show,
        name="join_link_show",
    ),
    path(
        "sets/<slug:slug>/join-links/<int:pk>/code.svg",
        join_links.join_link_qr,
        name="join_link_qr",
    ),
]
