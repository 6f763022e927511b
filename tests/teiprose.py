"""The running text of generated volumes: paragraphs, lists, tables, notes and their mark-up."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.teiwords import Words

_INDENT = "\n" + " " * 24  # the indentation of a file is not its text
_WORDS_A_LINE = 14
_FORMS = ("italic", "italic", "strong", "underline", "smallcaps", "superscript", "strike")


class Prose:
    """Writes TEI out of drawn words. ``slug`` and ``note`` name the notes of the document at hand,
    ``wanted`` is how many are still to come; ``page`` counts through the volume."""

    def __init__(
        self,
        chance: random.Random,
        words: Words,
        persons: Sequence[tuple[str, str, str]],
        terms: Sequence[str],
        targets: tuple[int, int],
    ) -> None:
        self.chance, self.words, self.persons, self.terms = chance, words, persons, terms
        self.targets = targets
        self.page = self.note = self.wanted = 0
        self.rare, self.plain = 3, 30
        self.slug = ""

    def begin(self, slug: str, notes: int) -> None:
        self.slug, self.note, self.wanted = slug, 0, notes

    def page_break(self) -> str:
        self.page += 1
        return f'<pb n="{self.page}" facs="{self.page:04}" xml:id="pg_{self.page}"/>'

    def sentences(self, count: int) -> list[str]:
        """That many words, set as sentences."""
        chance, drawn = self.chance, self.words.some(self.chance, count)
        at = 0
        while at < count:
            end = min(at + chance.randrange(8, 28), count) - 1
            drawn[at] = drawn[at].capitalize()
            drawn[end] += "."
            at = end + 1
        return drawn

    def line(self, count: int, *, notes: bool = True) -> str:
        """Running text of that many words with mentions, forms, page breaks and notes."""
        chance, drawn = self.chance, self.sentences(count)
        for at in range(chance.randrange(4, 30), count, self.plain):
            drawn[at] = self._marked(drawn[at])
        if count > 60 and chance.random() < 0.25:
            drawn[30] = self._broken(drawn[30])
        if notes and self.wanted and count > 20 and self.slug:
            drawn[-9] += self.footnote()
        return _wrapped(drawn)

    def paragraph(self, count: int) -> str:
        return f"<p>{self.line(count)}</p>"

    def prose(self, count: int) -> str:
        """Paragraphs that have that many words together."""
        return "\n".join(self.paragraph(min(90, count - done)) for done in range(0, count, 90))

    def mention(self) -> str:
        key, first, last = self.chance.choice(self.persons)
        name = last if self.chance.random() < 0.7 else f"{first} {last}"
        return f'<persName corresp="#{key}">{name}</persName>'

    def _marked(self, word: str) -> str:
        chance = self.chance
        kind = chance.randrange(8)
        stop = "." if word.endswith(".") else ""
        if kind < 3:
            return self.mention() + stop
        if kind < 5:
            key = chance.choice(self.terms)
            return f'<gloss target="#{key}">{key.split("_")[1]}</gloss>{stop}'
        if kind == 5:
            number = chance.randint(*self.targets)
            return f'(see <ref target="#d{number}">Document {number}</ref>){stop}'
        if kind == 6 and not stop:
            return f"<placeName>{chance.choice(self.words.places)}</placeName>"
        return f'<hi rend="{chance.choice(_FORMS)}">{word}</hi>'

    def _broken(self, word: str) -> str:
        """A page ends before a word or inside of one."""
        half = len(word) // 2 if len(word) > 5 and "<" not in word else 0
        return word[:half] + self.page_break() + word[half:]

    def footnote(self) -> str:
        self.note += 1
        self.wanted -= 1
        words = self.sentences(self.chance.randrange(8, 45))
        words[0] = f"{words[0]} {self.mention()}"
        if self.chance.random() < 0.2:
            words[4] = f'<hi rend="italic">{words[4]}</hi>'
        identity = f'n="{self.note}" xml:id="{self.slug}fn{self.note}"'
        return f"<note {identity}>{_wrapped(words)}</note>"

    def part(self, turn: int, words: int) -> str:
        """Something that holds about that many words: mostly a paragraph, by turns all else."""
        if turn % self.rare:
            return self.paragraph(words)
        makers = (self.listing, self.table, self.quotation, self.editing, self.verse, self.figure)
        return makers[turn // self.rare % len(makers)](words)

    def listing(self, words: int) -> str:
        """A list with labels, and one in its second item."""
        each = max(words // 6, 4)
        items = [
            f"<item><label>{n}.</label> {self.line(each, notes=False)}</item>" for n in (1, 2, 3)
        ]
        inner = "".join(f"<item>({letter}) {self.line(each)}</item>" for letter in "ab")
        items[1] = items[1].replace("</item>", f"<list>{inner}</list></item>")
        return f"<list><head>{self.words.title(self.chance, 2)}</head>{''.join(items)}</list>"

    def table(self, words: int) -> str:
        rows = "".join(
            f'<row><cell role="label">{self.words.phrase(self.chance, 2)}</cell>'
            + "".join(f"<cell>{self.chance.randrange(9000):,}</cell>" for _ in range(3))
            + "</row>"
            for _ in range(min(max(words // 5, 2), 12))
        )
        head = (
            '<row role="label"><cell/><cell cols="2">Estimated</cell><cell>Agreed</cell></row>'
            '<row><cell cols="4">(in thousands)</cell></row>'
        )
        return f"<table><head>{self.words.title(self.chance, 3)}</head>{head}{rows}</table>"

    def quotation(self, words: int) -> str:
        half = max(words // 2, 6)
        return f"<quote><p>“{self.line(half)}</p><p>“{self.line(half, notes=False)}”</p></quote>"

    def editing(self, words: int) -> str:
        """What an editor has done to a text."""
        said = self.line(max(words, 12), notes=False)
        return (
            f"<p>{said} <del>{self.words.phrase(self.chance, 2)}</del> "
            f"<add>{self.words.phrase(self.chance, 2)}</add> wi<supplied>th</supplied> "
            f"<unclear>{self.words.phrase(self.chance, 1)}</unclear> "
            f"<gap>[2 lines not declassified]</gap> <sic>recieve</sic></p>"
        )

    def verse(self, words: int) -> str:
        first, second = (self.words.phrase(self.chance, max(words // 2, 4)) for _ in "ab")
        return f"<p>{first}<lb/>{second}</p>"

    def figure(self, words: int) -> str:
        return (
            f'<figure><graphic url="fig"/><head>{self.words.title(self.chance, 3)}</head>'
            f"<figDesc>{self.words.phrase(self.chance, 5)}</figDesc></figure>"
            f"{self.paragraph(words)}"
        )


def _wrapped(words: list[str]) -> str:
    """Words over lines of the file, indented as an editor does."""
    starts = range(0, len(words), _WORDS_A_LINE)
    return _INDENT.join(" ".join(words[at : at + _WORDS_A_LINE]) for at in starts)
