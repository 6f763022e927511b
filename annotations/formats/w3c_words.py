"""What writing and reading Web Annotations share: names, and how a value becomes JSON."""

from __future__ import annotations

from json import JSONEncoder

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
SOFTWARE = "Apparatus"
DIGEST = "sha256:"
UUID = "urn:uuid:"
# What has no property of its own in any vocabulary of the context is named by these words.
USE_WHEN, NOT_WHEN = "Use when", "Do not use when"
COLOUR, LINE = "colour", "line"

dump = JSONEncoder(ensure_ascii=False).encode
"""A value as JSON, in UTF-8 and not in escapes. Made once: ``json.dumps`` makes it each time."""
