"""Addresses of sets, their documents and their members."""

from django.urls import path

from annotations.views import anchoring, members, sets

urlpatterns = [
    path("sets/", sets.sets, name="sets"),
    path("sets/new/", sets.set_new, name="set_new"),
    path("sets/<slug:slug>/", sets.one_set, name="set"),
    path("sets/<slug:slug>/edit/", sets.set_edit, name="set_edit"),
    path("sets/<slug:slug>/link/<str:key>/", sets.set_link, name="set_link"),
    path("sets/<slug:slug>/renew-link/", sets.link_renew, name="link_renew"),
    path("sets/<slug:slug>/documents/add/", sets.document_add, name="document_add"),
    path(
        "sets/<slug:slug>/documents/<slug:volume>/<slug:document>/remove/",
        sets.document_remove,
        name="document_remove",
    ),
    path("sets/<slug:slug>/members/", members.members, name="members"),
    path("sets/<slug:slug>/members/<int:pk>/role/", members.member_role, name="member_role"),
    path("sets/<slug:slug>/members/<int:pk>/remove/", members.member_remove, name="member_remove"),
    path("sets/<slug:slug>/anchoring/", anchoring.anchorings, name="anchorings"),
]
