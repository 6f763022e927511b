"""A QR code as an SVG image."""

from __future__ import annotations

import qrcode

QUIET = 4  # modules of white around it, as the standard asks for


def svg(text: str) -> str:
    """An image of black squares on white, in any colour scheme; a unit is one module."""
    code = qrcode.QRCode(border=QUIET, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    runs = "".join(
        f"M{start} {y}h{end - start}v1h-{end - start}z"
        for y, row in enumerate(rows)
        for start, end in _runs(row)
    )
    size = len(rows)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path d="{runs}"/></svg>'
    )


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where black begins and ends in a row."""
    edges = [x for x in range(len(row) + 1) if _at(row, x) != _at(row, x - 1)]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _at(row: list[bool], x: int) -> bool:
    return 0 <= x < len(row) and row[x]
