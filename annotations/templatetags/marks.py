"""Numbers of points in templates."""

from __future__ import annotations

from decimal import Decimal

from django import template

from annotations.gradebook import number

register = template.Library()


@register.filter
def points(value: Decimal | None) -> str:
    """A number of points without noughts at its end; nothing for none."""
    return "" if value is None else number(value)
