"""Addresses of assignments, marks and the grid."""

from django.urls import path

from annotations.views import assigning, assignments, grid, work

BASE = "sets/<slug:slug>/assignments/"

urlpatterns = [
    path(BASE, assignments.assignments, name="assignments"),
    path(f"{BASE}new/", assigning.assignment_new, name="assignment_new"),
    path(f"{BASE}grid/", grid.assignments_grid, name="assignments_grid"),
    path(f"{BASE}marks.csv", grid.marks, {"suffix": "csv"}, name="marks_csv"),
    path(f"{BASE}marks.xlsx", grid.marks, {"suffix": "xlsx"}, name="marks_xlsx"),
    path(f"{BASE}<int:pk>/", assignments.assignment, name="assignment"),
    path(f"{BASE}<int:pk>/edit/", assigning.assignment_edit, name="assignment_edit"),
    path(f"{BASE}<int:pk>/delete/", assignments.assignment_delete, name="assignment_delete"),
    path(f"{BASE}<int:pk>/restore/", assignments.assignment_restore, name="assignment_restore"),
    path(f"{BASE}<int:pk>/work/<int:member>/", work.assignment_work, name="assignment_work"),
]
