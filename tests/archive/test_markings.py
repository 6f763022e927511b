"""The classification of a document is the sentence of its source note that states it."""

from __future__ import annotations

import pytest

from archive.importers.markings import LEVELS, level_of, marking_of

NOTES = [
    ("Source: Reagan Library, Files, CHRON 05/27/1982. Secret; Sensitive.", "Secret; Sensitive"),
    ("Source: RG 59. Top Secret; Nodis; Eyes Only. Drafted by X.", "Top Secret; Nodis; Eyes Only"),
    ("Source: Box 3. Confidential; Immediate; Exdis. Sent on.", "Confidential; Immediate; Exdis"),
    ("Source: Box 3. Limited Official Use; Priority.", "Limited Official Use; Priority"),
    ("Source: Box 3. Unclassified. Sent for information.", "Unclassified"),
    ("Source: Box 3. No classification marking. A note", "No classification marking"),
    ("Source: Central Files, 611.61/5–1055. Secret. Drafted by Y.", "Secret"),
    ("Source: Box 3. Secret; U.S. Eyes Only; Specat. Sent on.", "Secret; U.S. Eyes Only; Specat"),
    ("Source: Box 3. Secret; [codeword not declassified].", "Secret; [codeword not declassified]"),
    ("Source: Box 3. Secret Nodis. Drafted by X.", "Secret Nodis"),
    ("Source: Confidential File, Box 3. Confidential File, Box 4. Secret.", "Secret"),
    ("Source: Secretary’s Memcons. Secretary Haig saw it. Secret.", "Secret"),
    ("Secret", "Secret"),
    ("Source: Box 3. The paper is Secret.", ""),
    ("Source: Secret Files of the Staff, Box 3.", ""),
    ("", ""),
]


@pytest.mark.parametrize(("note", "marking"), NOTES)
def test_the_marking_is_the_sentence_as_it_stands(note: str, marking: str) -> None:
    assert marking_of(note) == marking


@pytest.mark.parametrize(("slug", "words"), LEVELS.items())
def test_each_marking_has_its_level(slug: str, words: str) -> None:
    assert level_of(words) == level_of(f"{words}; Nodis") == level_of(words.upper()) == slug


def test_what_is_no_marking_has_no_level() -> None:
    assert level_of("") == level_of("Restricted") == ""
