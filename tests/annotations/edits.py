"""Texts that are edited as editors do, with the way of each character known.

Every character of the old text has an identity, its offset there; what is put in has none, and a
copy remembers what it is a copy of. So a test can say where a passage truly went.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from annotations.passages import Passage, passage_at
from tests.teiwords import words_of

NEW = -1
SENTENCE = (6, 22)
VOCABULARY = words_of(1982, rare=1500).drawn
Line = list[tuple[str, int]]


@dataclass
class Draft:
    """A text being edited: lines of characters with their identities; notes are lines apart."""

    body: list[Line]
    notes: list[Line]

    @classmethod
    def of(cls, body: list[str], notes: list[str]) -> Draft:
        made, at = [], 0
        for words in (*body, *notes):
            made.append([(letter, at + i) for i, letter in enumerate(words)])
            at += len(words) + 1
        return cls(made[: len(body)], made[len(body) :])

    @property
    def text(self) -> str:
        return "\n".join("".join(c for c, _ in line) for line in (*self.body, *self.notes))

    @property
    def ids(self) -> list[int]:
        found: list[int] = []
        for line in (*self.body, *self.notes):
            found += [*(i for _, i in line), NEW]
        return found[:-1]

    @property
    def regions(self) -> list[tuple[int, int]]:
        """The body, then each note, as ranges of the text."""
        size = sum(len(line) + 1 for line in self.body) - 1
        found, at = ([(0, size)] if size > 0 else []), size + 1
        for line in self.notes:
            if line:
                found.append((at, at + len(line)))
            at += len(line) + 1
        return found


class Editor:
    """Makes random texts and random edits, all from one seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.words = VOCABULARY

    def sentence(self) -> str:
        length = self.dice.randint(*SENTENCE)
        words = [self.dice.choice(self.words) for _ in range(length)]
        return " ".join(words).capitalize() + self.dice.choice("...?")

    def paragraph(self, most: int = 5) -> str:
        return " ".join(self.sentence() for _ in range(self.dice.randint(1, most)))

    def draft(self, paragraphs: int, notes: int) -> Draft:
        """A text with some short lines that stand in it many times."""
        often = ["Secret", "See footnote 2, above.", "Not found.", "Washington, undated"]
        body: list[str] = []
        below: list[str] = []
        for many, most, into in ((paragraphs, 5, body), (notes, 2, below)):
            for _ in range(many):
                short = self.dice.random() < 0.1
                into.append(self.dice.choice(often) if short else self.paragraph(most))
        return Draft.of(body, below)

    def passages(self, text: str, regions: list[tuple[int, int]], many: int) -> list[Passage]:
        """Passages as people select them: words and sentences mostly, some cut inside a word."""
        found: list[Passage] = []
        while len(found) < many:
            low, high = self.dice.choice(regions)
            start = self.dice.randint(low, max(low, high - 2))
            end = min(high, start + self.dice.choice((3, 12, 30, 60, 150, 400)))
            if self.dice.random() < 0.85:
                while start > low and text[start - 1].isalnum():
                    start -= 1
                while end < high and text[end].isalnum():
                    end += 1
            if text[start:end].strip():
                found.append(passage_at(text, start, end))
        return found

    def edit(self, draft: Draft, times: int, without: tuple[str, ...] = ()) -> None:
        """Edits the draft so many times, in ways that each editor of documents knows.

        ``without`` names the functions that are left out.
        """
        ways = [way for way in EDITS if way.__name__ not in without]
        for _ in range(times):
            self.dice.choice(ways)(self, draft)

    def line(self, draft: Draft) -> Line:
        lines = [line for line in (*draft.body, *draft.notes) if line]
        return self.dice.choice(lines or [[("x", NEW)]])

    def new(self, words: str) -> Line:
        return [(letter, NEW) for letter in words]

    def some_words(self, most: int = 4) -> str:
        return " ".join(self.dice.choice(self.words) for _ in range(self.dice.randint(1, most)))

    def cut(self, line: Line, most: int = 4) -> tuple[int, int]:
        """The range of some neighbouring words of a line, with the space after them."""
        starts = [0, *(i + 1 for i, (letter, _) in enumerate(line) if letter == " ")]
        first = self.dice.randrange(len(starts))
        last = first + self.dice.randint(1, most)
        return starts[first], starts[last] if last < len(starts) else len(line)


def insert_words(editor: Editor, draft: Draft) -> None:
    line = editor.line(draft)
    at, _ = editor.cut(line)
    line[at:at] = editor.new(editor.some_words() + " ")


def delete_words(editor: Editor, draft: Draft) -> None:
    line = editor.line(draft)
    start, end = editor.cut(line)
    del line[start:end]


def replace_words(editor: Editor, draft: Draft) -> None:
    line = editor.line(draft)
    start, end = editor.cut(line)
    before = "".join(letter for letter, _ in line[start:end]).casefold()
    words = [word for word in editor.some_words().split() if word.casefold() not in before]
    line[start:end] = editor.new(" ".join([*words, ""]))


def correct_letters(editor: Editor, draft: Draft) -> None:
    line = editor.line(draft)
    at = editor.dice.randrange(len(line))
    letter = editor.dice.choice([one for one in "aeinst" if one != line[at][0].lower()])
    line[at : at + editor.dice.randint(0, 1)] = editor.new(letter)


def move_words(editor: Editor, draft: Draft) -> None:
    line, other = editor.line(draft), editor.line(draft)
    start, end = editor.cut(line, 12)
    taken = line[start:end]
    del line[start:end]
    at, _ = editor.cut(other)
    other[at:at] = [*taken, (" ", NEW)]


def insert_paragraph(editor: Editor, draft: Draft) -> None:
    lines = editor.dice.choice((draft.body, draft.notes))
    words = editor.dice.choice((editor.paragraph(), "Secret"))
    lines.insert(editor.dice.randint(0, len(lines)), editor.new(words))


def delete_paragraph(editor: Editor, draft: Draft) -> None:
    lines = editor.dice.choice((draft.body, draft.notes))
    if len(lines) > 1:
        lines.pop(editor.dice.randrange(len(lines)))


def replace_paragraph(editor: Editor, draft: Draft) -> None:
    lines = editor.dice.choice((draft.body, draft.notes))
    if lines:
        lines[editor.dice.randrange(len(lines))] = editor.new(editor.paragraph())


def move_paragraph(editor: Editor, draft: Draft) -> None:
    source = editor.dice.choice((draft.body, draft.notes))
    if len(source) > 1:
        taken = source.pop(editor.dice.randrange(len(source)))
        # From the text into the notes, too.
        target = editor.dice.choice((source, draft.body, draft.notes))
        target.insert(editor.dice.randint(0, len(target)), taken)


def duplicate_paragraph(editor: Editor, draft: Draft) -> None:
    lines = editor.dice.choice((draft.body, draft.notes))
    if lines:
        line = editor.dice.choice(lines)
        copy = [(letter, -identity - 2 if identity >= 0 else identity) for letter, identity in line]
        lines.insert(editor.dice.randint(0, len(lines)), copy)


def split_paragraph(editor: Editor, draft: Draft) -> None:
    if draft.body:
        index = editor.dice.randrange(len(draft.body))
        line = draft.body[index]
        at, _ = editor.cut(line)
        if at > 1:
            draft.body[index : index + 1] = [line[: at - 1], line[at:]]


def join_paragraphs(editor: Editor, draft: Draft) -> None:
    if len(draft.body) > 1:
        index = editor.dice.randrange(len(draft.body) - 1)
        first, second = draft.body[index : index + 2]
        draft.body[index : index + 2] = [[*first, (" ", NEW), *second]]


def shuffle_notes(editor: Editor, draft: Draft) -> None:
    editor.dice.shuffle(draft.notes)


def respace(editor: Editor, draft: Draft) -> None:
    """Other white space, other quotation marks, capitals: what is no word."""
    line = editor.line(draft)
    start, end = editor.cut(line, 30)
    for i in range(start, end):
        letter, identity = line[i]
        if letter == " " and editor.dice.random() < 0.5:
            line[i] = ("\u00a0", NEW)
        elif editor.dice.random() < 0.1 and len(letter.upper()) == 1:
            line[i] = (letter.upper(), identity)
        elif letter in ".,?":
            line[i] = (editor.dice.choice(";.,:"), NEW)


EDITS: list[Callable[[Editor, Draft], None]] = [
    *(insert_words, delete_words, replace_words, correct_letters) * 3,
    *(move_words, insert_paragraph, delete_paragraph, replace_paragraph),
    *(move_paragraph, duplicate_paragraph, split_paragraph, join_paragraphs, shuffle_notes),
    *(respace,) * 2,
]
