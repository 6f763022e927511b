"""What a theme meant when a passage was coded with it, and what it means now."""

from __future__ import annotations

from typing import NamedTuple

from annotations.conflicts import Both, both
from annotations.models import CodebookVersion, Theme

LABELS = {
    "name": "Name",
    "definition": "Definition",
    "use_when": "When to use it",
    "not_when": "When not",
    "example": "Example",
}


class Meaning(NamedTuple):
    """What differs (``theirs``: then, ``mine``: now), and why it was changed, the latest first."""

    fields: tuple[Both, ...]
    reasons: tuple[str, ...]


def since(theme: Theme, defined: int) -> Meaning:
    """What became of a theme's words since they were its meaning number ``defined``; one query.

    Nothing differs for 0: what was coded under another theme, or under words that were taken back.
    """
    if not defined:
        return Meaning((), ())
    now = {name: getattr(theme, name) for name in LABELS}
    then, reasons = dict(now), []
    versions = CodebookVersion.objects.filter(
        codebook=theme.codebook_id, changes__has_key=str(theme.pk)
    )
    for changes, why in versions.order_by("-number").values_list("changes", "why"):
        sides = changes[str(theme.pk)]
        if sides.get("slug", [""])[0] is None or (sides.get("defined", [0, 0])[1] or 0) == defined:
            break
        then |= {name: sides[name][0] for name in LABELS if name in sides}
        if why and "defined" in sides:
            reasons.append(why)
    named = [{LABELS[name]: side[name] or "" for name in LABELS} for side in (then, now)]
    return Meaning(both(*named), tuple(reasons))
