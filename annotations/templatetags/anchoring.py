"""What the archive's own pages show of annotations, which the archive knows nothing of."""

from __future__ import annotations

from typing import Any

from django import template

from annotations.anchorings import anchoring_summary
from archive.models import Import

register = template.Library()


@register.inclusion_tag("annotations/anchoring/section.html")
def anchoring_section(run: Import) -> dict[str, Any]:
    """What an import did to annotations, with the way to each of them; two queries."""
    return {"run": run, "summary": anchoring_summary(run.pk)}
