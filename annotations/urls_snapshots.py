"""Addresses of snapshots; ``snapshots/UUID/`` is the lasting one."""

from django.urls import URLPattern, path

from annotations.views import snapshot_acts, snapshots

urlpatterns: list[URLPattern] = [
    path("sets/<slug:slug>/snapshots/", snapshots.snapshots, name="snapshots"),
    path("sets/<slug:slug>/snapshots/new/", snapshot_acts.new, name="snapshot_new"),
    path("sets/<slug:slug>/snapshots/compare/", snapshots.compared, name="snapshots_compare"),
    path("sets/<slug:slug>/snapshots/<int:number>/", snapshots.numbered, name="snapshot_numbered"),
    path("snapshots/verify/", snapshot_acts.verify, name="snapshots_verify"),
    path("snapshots/<uuid:uuid>/", snapshots.snapshot, name="snapshot"),
    path("snapshots/<uuid:uuid>/download/", snapshots.download, name="snapshot_download"),
    path("snapshots/<uuid:uuid>/check/", snapshot_acts.check, name="snapshot_check"),
    path("snapshots/<uuid:uuid>/publish/", snapshot_acts.publish, name="snapshot_publish"),
    path("snapshots/<uuid:uuid>/withdraw/", snapshot_acts.withdraw, name="snapshot_withdraw"),
]
