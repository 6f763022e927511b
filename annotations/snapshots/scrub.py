"""Names of people taken out of what was written: mentions, names, mail, and leads to pages."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace

SOMEBODY = "a member"
MAIL_INSTEAD = "(mail address)"
_MAIL = re.compile(r"(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_WORD = re.compile(r"\w+")
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_ID = re.compile(_UUID, re.I)
# An identifier, with the address that it may stand at the end of.
_LEAD = re.compile(rf"(?:https?://[^\s<>()\[\]]*/)?(?:a-|r-)?({_UUID})/?(?:#r-({_UUID}))?", re.I)
_MENTIONED = re.compile(r"\w(?:[\w.+@-]*\w)?")
_AROUND = 40


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of the set: what she is called, and what stands there instead.

    ``sure`` are user name after an @, whole names, pseudonyms; ``words`` are single first and last
    names and the user name by itself, each of which may be another word.
    """

    instead: str
    username: str
    sure: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A word that looks like a name, with what stands around it; ``key`` is in small letters."""

    key: str
    word: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _Name:
    pattern: re.Pattern[str]
    # Its first word as it is written in this form, in small letters.
    first: str
    instead: str
    key: str
    # Only a word that may be another one; only after an @.
    doubtful: bool = False
    at: bool = False


class Scrub:
    """Takes the names of ``known`` people out of texts; the words ``keep``, in small letters, stay
    where they stand alone. ``id_of`` gives another identifier for each."""

    def __init__(
        self, known: Iterable[Known], keep: Collection[str], id_of: Callable[[str], str]
    ) -> None:
        self._keep, self._id_of = frozenset(keep), id_of
        names: defaultdict[str, dict[tuple[str, bool], _Name]] = defaultdict(dict)
        for one in known:
            for name in _names_of(one):
                kind = (name.pattern.pattern, name.at)
                had = names[name.first].get(kind)
                if had and had.instead != name.instead:
                    # Two people are called so.
                    name = replace(name, instead=SOMEBODY)
                names[name.first][kind] = name
        # The longest first; of the same length what is sure.
        self._names = {
            first: sorted(found.values(), key=lambda n: (-len(n.key), n.doubtful))
            for first, found in names.items()
        }

    def clean(self, text: str) -> str:
        """The text without names, mail and leads."""
        # Most texts have neither, and looking for them takes most of the time.
        if "@" in text:
            text = _MAIL.sub(MAIL_INSTEAD, text)
        if text.count("-") > 3 and _ID.search(text):
            text = _LEAD.sub(self._lead, text)
        pieces, done = [], 0
        for start, end, name in self._hits(text):
            if name.doubtful and name.key in self._keep:
                continue
            pieces += [text[done:start], name.instead]
            done = end
        return "".join((*pieces, text[done:]))

    def doubtful(self, text: str) -> Iterator[Found]:
        """The words in the text that may be somebody's name or another word."""
        text = _LEAD.sub("", _MAIL.sub(MAIL_INSTEAD, text))
        for start, end, name in self._hits(text):
            if name.doubtful:
                before = text[max(0, start - _AROUND) : start]
                yield Found(name.key, text[start:end], before, text[end : end + _AROUND])

    def _hits(self, text: str) -> Iterator[tuple[int, int, _Name]]:
        done = 0
        for word in _WORD.finditer(text):
            start = word.start()
            if start < done:
                continue
            at = start > 0 and text[start - 1] == "@"
            for name in self._names.get(word[0].casefold(), ()):
                if name.at and not at:
                    continue
                if match := name.pattern.match(text, start):
                    done = match.end()
                    yield start, done, name
                    break
            else:
                # Who else is mentioned is somebody, too.
                if at and (match := _MENTIONED.match(text, start)):
                    done = match.end()
                    yield start, done, _Name(_MENTIONED, "", SOMEBODY, "")

    def _lead(self, match: re.Match[str]) -> str:
        return f"urn:uuid:{self._id_of((match[2] or match[1]).lower())}"


def _names_of(one: Known) -> Iterator[_Name]:
    forms: list[tuple[str, bool, bool]] = [(one.username, False, True)]
    forms += [(name, False, False) for name in one.sure]
    forms += [(word, True, False) for word in (*one.words, one.username)]
    for text, doubtful, at in forms:
        for form in {text, *(unicodedata.normalize(form, text) for form in ("NFC", "NFD"))}:
            stripped = form.strip()
            if found := _WORD.search(stripped):
                name = stripped[found.start() :]
                end = r"(?!\w|[.+@-]+\w)" if at else r"(?!\w)"
                pattern = re.compile(re.escape(name) + end, re.IGNORECASE)
                key = unicodedata.normalize("NFC", name).casefold()
                yield _Name(pattern, found[0].casefold(), one.instead, key, doubtful, at)
