"""REFI-QDA projects: valid against the standard's own schema, and whole when they come back."""

from __future__ import annotations

from hypothesis import given
from lxml import etree

from annotations.formats.package import Package
from tests.annotations.qda import bytes_of, files_of, packages, schema


@given(packages())
def test_every_project_is_valid(package: Package):
    root = etree.fromstring(files_of(bytes_of(package))["project.qde"])
    schema("Project-mrt2019").assertValid(root)
