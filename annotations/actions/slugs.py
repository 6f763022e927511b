"""Names in addresses, made from what people call a thing."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify

MAX_LENGTH = 80


def free_slug(
    title: str, taken: QuerySet[Any], fallback: str, reserved: frozenset[str] = frozenset()
) -> str:
    """A slug for ``title`` that no row of ``taken`` has: the plain one, or with -2, -3, …

    A title without Latin letters or digits gets ``fallback``.
    """
    base = slugify(title)[: MAX_LENGTH - 6].strip("-_") or fallback
    used = set(taken.filter(slug__startswith=base).values_list("slug", flat=True)) | reserved
    number, slug = 1, base
    while slug in used:
        number += 1
        slug = f"{base}-{number}"
    return slug
