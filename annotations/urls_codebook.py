"""Addresses of a set's codebook: the tree, its themes, its versions, and what is brought into it.

A theme's address must not be that of a page: see ``RESERVED`` in actions/planting.
"""

from django.urls import path

from annotations.views import bringing, codebook, theme_acts, themes, versions

AT = "sets/<slug:slug>/codebook/"
urlpatterns = [
    path(AT, codebook.codebook, name="codebook"),
    path(f"{AT}edit/", codebook.codebook_edit, name="codebook_edit"),
    path(f"{AT}undo/", theme_acts.codebook_undo, name="codebook_undo"),
    path(f"{AT}versions/", versions.versions, name="codebook_versions"),
    path(f"{AT}versions/compare/", versions.compare, name="codebook_compare"),
    path(f"{AT}versions/<int:number>/", versions.version, name="codebook_version"),
    path(f"{AT}versions/<int:number>/back/", versions.back, name="codebook_back"),
    path(f"{AT}bring/", bringing.bring, name="codebook_bring"),
    path(f"{AT}themes.csv", bringing.table, name="codebook_table"),
    path(f"{AT}new/", themes.theme_new, name="theme_new"),
    path(f"{AT}restore/<int:pk>/", theme_acts.theme_restore, name="theme_restore"),
    path(f"{AT}<slug:theme>/edit/", themes.theme_edit, name="theme_edit"),
    path(f"{AT}<slug:theme>/signs/", themes.theme_signs, name="theme_signs"),
    path(f"{AT}<slug:theme>/move/", theme_acts.theme_move, name="theme_move"),
    path(f"{AT}<slug:theme>/retire/", theme_acts.theme_retire, name="theme_retire"),
    path(f"{AT}<slug:theme>/unretire/", theme_acts.theme_unretire, name="theme_unretire"),
    path(f"{AT}<slug:theme>/delete/", theme_acts.theme_delete, name="theme_delete"),
]
