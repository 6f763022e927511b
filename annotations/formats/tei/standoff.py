"""Annotations as TEI's ``annotation``, which follows the model of the Web Annotation standard."""

from __future__ import annotations

from collections.abc import Iterator

from annotations.formats.tei.codebook import Categories
from annotations.formats.tei.elements import Element
from annotations.formats.tei.header import People, Source
from annotations.formats.tei.wording import address, attribute, is_name, moment, text
from annotations.formats.values import AnnotationValue, PartValue, ReplyValue

ANNOTATION, REPLY = "a-", "r-"
# How sure it is that the target is what was meant, where an edition has followed.
CERTAINTY = {"review": "low", "orphan": "unknown"}


class StandOff:
    """Writes the annotations of one text after the other."""

    def __init__(self, people: People, categories: Categories) -> None:
        self.people, self.categories = people, categories
        self.count = 0

    def listed(self, part: PartValue, source: Source, made: Element) -> Iterator[str]:
        """The annotations of a part as a ``listAnnotation``, if there are any."""
        file = f"{address(source.document.volume)}.xml" if made.is_own else ""
        has_any = False
        for one in part.annotations():
            if not has_any:
                has_any = True
                yield f'<listAnnotation source="#{source.id}" corresp="#{made.id}">\n'
            yield from self._annotation(one, made, file)
        if has_any:
            yield "</listAnnotation>\n"

    def _annotation(self, one: AnnotationValue, made: Element, file: str) -> Iterator[str]:
        self.count += 1
        identity = self._identity(ANNOTATION, one.id)
        prefix = len(made.prefix) if file else 0
        target = " ".join(
            f"{file}#{pointer._replace(id=pointer.id[prefix:])}"
            for pointer in made.places.pointers(one.start, one.end)
        )
        who, named = self.people.id_of(one.author)
        known = [found for theme in one.themes if (found := self.categories.id_of(theme.slug))]
        ana = f' ana="{" ".join(f"#{name}" for name in known)}"' if known else ""
        sure = f' cert="{CERTAINTY[one.anchor]}"' if one.anchor in CERTAINTY else ""
        where = f" corresp={attribute(address(one.address))}" if one.address else ""
        status = ' status="private"' if one.private else ""
        yield (
            f'<annotation xml:id="{identity}" target={attribute(target)} '
            f'n="char={one.start},{one.end}" motivation="{_motivation(one)}" resp="#{who}"'
            f"{ana}{sure}{where}>{named}{_dates(one, who, status)}{_bodies(one, known, self)}"
            "</annotation>\n"
        )
        for reply in one.replies:
            yield self._reply(reply, identity)

    def _reply(self, reply: ReplyValue, to: str) -> str:
        self.count += 1
        who, named = self.people.id_of(reply.author)
        where = f" corresp={attribute(address(reply.address))}" if reply.address else ""
        return (
            f'<annotation xml:id="{self._identity(REPLY, reply.id)}" target="#{to}" '
            f'motivation="replying" resp="#{who}"{where}>{named}{_dates(reply, who)}'
            f"{_note(reply.note)}</annotation>\n"
        )

    def _identity(self, prefix: str, given: str) -> str:
        return f"{prefix}{given}" if given and is_name(prefix + given) else f"{prefix}-{self.count}"


def _motivation(one: AnnotationValue) -> str:
    found = ["tagging"] * bool(one.themes) + ["commenting"] * bool(one.note)
    found += ["questioning"] * bool(one.question)
    return " ".join(found or ["highlighting"])


def _dates(one: AnnotationValue | ReplyValue, who: str, status: str = "") -> str:
    created = moment(one.created)
    modified = created if one.modified == one.created else moment(one.modified)
    return (
        f'<revisionDesc{status}><change status="created" when="{created}" who="#{who}"/>'
        f'<change status="modified" when="{modified}"/></revisionDesc>'
    )


def _bodies(one: AnnotationValue, known: list[str], standoff: StandOff) -> str:
    said = "".join(f'<ptr target="#{name}"/>' for name in known)
    for theme in one.themes:
        if not standoff.categories.id_of(theme.slug):
            where = attribute(address(theme.address) or "#")
            said += f'<ref type="theme" n={attribute(theme.slug)} target={where}>'
            said += f"{text(theme.name)}</ref>"
    said += _note(one.quote, ' type="quote"') if one.quote else ""
    if one.question:
        said += _note(one.note, f' type="question" subtype={attribute(one.question)}')
    elif one.note:
        said += _note(one.note)
    return said


def _note(words: str, kind: str = "") -> str:
    return f'<note xml:space="preserve"{kind}>{text(words)}</note>'
