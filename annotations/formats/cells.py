"""Cells that no spreadsheet runs as a formula, and how they become what they were."""

from __future__ import annotations

import re

_SIGNS = "'=+-@\t\r"
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def defuse(cell: str) -> str:
    """The cell's text as a spreadsheet shows it and does not run it."""
    return f"'{cell}" if cell and cell[0] in _SIGNS and _FORMULA.match(cell) else cell


def plain(cell: str) -> str:
    """What was given to ``defuse``."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
