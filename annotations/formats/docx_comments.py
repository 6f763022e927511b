"""Annotations as Word's comments, and replies as comments below them."""

from __future__ import annotations

from datetime import UTC, datetime

from annotations.formats.docx_runs import note_paragraphs, paragraph, run, xml
from annotations.formats.laid import Spool, standing
from annotations.formats.values import AnnotationValue, PersonValue, ReplyValue

GONE = "This annotation was taken away while the file was written."


class Comments:
    """Gathers comments and how they answer each other, for the parts that come after the text."""

    def __init__(self) -> None:
        self.words, self.threads = Spool(), Spool()
        self._next = 0

    def ids(self, one: AnnotationValue) -> range:
        """New ids for an annotation and its replies."""
        return self.some(1 + len(one.replies))

    def some(self, count: int) -> range:
        found = range(self._next, self._next + count)
        self._next += count
        return found

    def add(self, ids: range, one: AnnotationValue, before: str = "") -> None:
        """An annotation and as many of its replies as there are ids for; the rest stand in it."""
        said = [*(theme.name for theme in one.themes if theme.name.strip()), *standing(one)]
        if not said and not one.note:
            said = ["Highlight"]
        words = [run(before)] if before else []
        words += [run("; ".join(said), "<w:b/>")] if said else []
        words += note_paragraphs(one.note)
        for reply in one.replies[len(ids) - 1 :]:
            words += [run(f"{_called(reply.author)}, in reply:"), *note_paragraphs(reply.note)]
        self._comment(ids[0], one.author, one.created, words)
        self._thread(ids[0], None)
        for number, reply in zip(ids[1:], one.replies, strict=False):
            self._reply(number, ids[0], reply)
        for number in ids[1 + len(one.replies) :]:
            self.gone(number)

    def gone(self, number: int) -> None:
        """A comment for an id that is in the text, and for which nothing has come."""
        self._comment(number, PersonValue("", "Apparatus"), None, [run(GONE)])
        self._thread(number, None)

    def _reply(self, number: int, to: int, reply: ReplyValue) -> None:
        self._comment(number, reply.author, reply.created, list(note_paragraphs(reply.note)))
        self._thread(number, to)

    def _comment(
        self, number: int, author: PersonValue, at: datetime | None, words: list[str]
    ) -> None:
        name = _called(author)
        day = f' w:date="{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"' if at else ""
        # Threads hang on the last paragraph of a comment.
        *first, last = words or [""]
        self.words.add(
            f'<w:comment w:id="{number}" w:author="{xml(name)}"{day} '
            f'w:initials="{xml(_initials(name))}">'
            + "".join(paragraph(one, "CommentText") for one in first)
            + paragraph(last, "CommentText", identity=f' w14:paraId="{_key(number)}"')
            + "</w:comment>\n"
        )

    def _thread(self, number: int, to: int | None) -> None:
        parent = "" if to is None else f' w15:paraIdParent="{_key(to)}"'
        self.threads.add(f'<w15:commentEx w15:paraId="{_key(number)}"{parent} w15:done="0"/>\n')


def begun(ids: range) -> str:
    return "".join(f'<w:commentRangeStart w:id="{number}"/>' for number in ids)


def ended(ids: range) -> str:
    return "".join(
        f'<w:commentRangeEnd w:id="{number}"/><w:r><w:rPr><w:rStyle w:val="CommentReference"/>'
        f'</w:rPr><w:commentReference w:id="{number}"/></w:r>'
        for number in ids
    )


def _key(number: int) -> str:
    return f"{number + 1:08X}"


def _called(person: PersonValue) -> str:
    return " ".join((person.name or person.username).split()) or "?"


def _initials(name: str) -> str:
    return "".join(word[0] for word in name.split())[:4]
