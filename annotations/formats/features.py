"""What an export may have in it, counted, so that each format can say what it does not carry."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum


class Feature(StrEnum):
    """Something that a set can hold. Each format names those that it leaves out or flattens."""

    NOTES = "notes"
    THEMES = "themes"
    DEFINITIONS = "definitions"
    TREE = "tree"
    SIGNS = "signs"
    RETIRED = "retired"
    UNUSED = "unused"
    REPLIES = "replies"
    QUESTIONS = "questions"
    PRIVATE = "private"
    AUTHORS = "authors"
    TIMES = "times"
    ADDRESSES = "addresses"
    OVERLAPS = "overlaps"
    PARTED = "parted"
    EARLIER = "earlier"
    DOUBTFUL = "doubtful"
    BARE = "bare"
    TEXTS = "texts"
    MARKUP = "markup"
    APPARATUS = "apparatus"
    RIGHTS = "rights"
    DESCRIPTION = "description"


Counts = Mapping[Feature, int]
"""How many of each there are in an export; what is not in it is not there."""

_SAID: dict[Feature, tuple[str, str]] = {
    Feature.NOTES: ("1 note", "{} notes"),
    Feature.THEMES: ("the theme of 1 annotation", "the themes of {} annotations"),
    Feature.DEFINITIONS: ("the definition of 1 theme", "the definitions of {} themes"),
    Feature.TREE: ("the place of 1 theme under another", "the places of {} themes under others"),
    Feature.SIGNS: ("colour and underline of 1 theme", "colours and underlines of {} themes"),
    Feature.RETIRED: ("that 1 theme is retired", "that {} themes are retired"),
    Feature.UNUSED: ("1 theme that no annotation has", "{} themes that no annotation has"),
    Feature.REPLIES: ("1 reply", "{} replies"),
    Feature.QUESTIONS: ("that 1 note asks something", "that {} notes ask something"),
    Feature.PRIVATE: ("that 1 annotation is private", "that {} annotations are private"),
    Feature.AUTHORS: ("who wrote 1 annotation", "who wrote {} annotations"),
    Feature.TIMES: ("when 1 annotation was written", "when {} annotations were written"),
    Feature.ADDRESSES: ("the address of 1 annotation", "the addresses of {} annotations"),
    Feature.OVERLAPS: ("that 1 annotation overlaps", "that {} annotations overlap others"),
    Feature.PARTED: (
        "that 1 passage goes over several paragraphs",
        "that {} passages go over several paragraphs",
    ),
    Feature.EARLIER: ("1 annotation on an earlier edition", "{} annotations on earlier editions"),
    Feature.DOUBTFUL: (
        "that the passage of 1 annotation is to be looked at",
        "that the passages of {} annotations are to be looked at",
    ),
    Feature.BARE: (
        "1 highlight without theme or note",
        "{} highlights without theme or note",
    ),
    Feature.TEXTS: ("the text of 1 document", "the texts of {} documents"),
    Feature.MARKUP: ("italics and the like in 1 document", "italics and the like in {} documents"),
    Feature.APPARATUS: ("1 footnote as such", "{} footnotes as such"),
    Feature.RIGHTS: ("the licence", "the licence"),
    Feature.DESCRIPTION: ("the description of the set", "the description of the set"),
}


def said(feature: Feature, count: int) -> str:
    """So many of something, in words: ``12 replies``."""
    one, many = _SAID[feature]
    return one if count == 1 else many.format(count)


def lost(loses: Collection[Feature], counts: Counts) -> list[str]:
    """What of an export a format does not carry, one phrase each, in the order of Feature."""
    return [said(one, counts[one]) for one in Feature if one in loses and counts.get(one)]
