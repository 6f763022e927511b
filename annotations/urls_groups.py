"""Addresses of groups, leaving and taking out."""

from django.urls import path

from annotations.views import groups, leaving, members, mine, own_data

urlpatterns = [
    path("sets/<slug:slug>/members/<int:pk>/block/", members.member_block, name="member_block"),
    path(
        "sets/<slug:slug>/members/blocks/<int:pk>/remove/",
        members.member_unblock,
        name="member_unblock",
    ),
    path("sets/<slug:slug>/hand-over/", members.set_hand_over, name="set_hand_over"),
    path("sets/<slug:slug>/groups/", groups.groups, name="groups"),
    path("sets/<slug:slug>/groups/deal/", groups.groups_deal, name="groups_deal"),
    path("sets/<slug:slug>/groups/move/", groups.groups_move, name="groups_move"),
    path("sets/<slug:slug>/groups/<int:pk>/rename/", groups.group_rename, name="group_rename"),
    path("sets/<slug:slug>/groups/<int:pk>/empty/", groups.group_empty, name="group_empty"),
    path("sets/<slug:slug>/groups/<int:pk>/delete/", groups.group_delete, name="group_delete"),
    path("sets/<slug:slug>/leave/", leaving.set_leave, name="set_leave"),
    path("sets/<slug:slug>/delete/", leaving.set_delete, name="set_delete"),
    path("sets/<slug:slug>/mine/", mine.mine, name="mine"),
    path("sets/<slug:slug>/mine/download/", mine.mine_download, name="mine_download"),
    path("sets/<slug:slug>/mine/release/", mine.mine_release, name="mine_release"),
    path("account/data/", own_data.account_data, name="account_data"),
    path("account/data/download/", own_data.account_download, name="account_download"),
    path("account/data/erase/", own_data.account_erase, name="account_erase"),
]
