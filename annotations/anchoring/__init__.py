"""Passages carried from one edition of a text to the next. Offsets are code points."""

from annotations.anchoring.values import ORPHAN, Anchored, Candidate, Method, Verdict
from annotations.anchoring.verdicts import LEAST_SCORE, Anchorer, anchor_all, regions_of

__all__ = [
    "LEAST_SCORE",
    "ORPHAN",
    "Anchored",
    "Anchorer",
    "Candidate",
    "Method",
    "Verdict",
    "anchor_all",
    "regions_of",
]
