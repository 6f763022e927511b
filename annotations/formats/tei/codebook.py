"""The codebook as a taxonomy: each theme a category, in the place that it has in the tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from annotations.formats.tei.wording import address, element, is_name, text, wrapped
from annotations.formats.values import CodebookValue, ThemeValue

TAXONOMY = "codebook"
# What a theme says of itself, by the types of the glosses that say it.
WORDS = {
    "definition": "definition",
    "use": "use_when",
    "not": "not_when",
    "example": "example",
}
MAX_DEPTH = 40


class Categories:
    """The ids of a codebook's themes: ``theme.`` and the slug, or a number where that is none."""

    def __init__(self, codebook: CodebookValue) -> None:
        self.codebook = codebook
        self._ids: dict[str, str] = {}
        for number, theme in enumerate(codebook.themes, 1):
            name = theme.slug if is_name(f"t{theme.slug}") else f"-{number}"
            self._ids.setdefault(theme.slug, f"theme.{name}")

    def id_of(self, slug: str) -> str:
        """The id of a theme, empty where the codebook has none of this slug."""
        return self._ids.get(slug, "")

    def taxonomy(self) -> str:
        book = self.codebook
        head = element("gloss", book.title)
        if book.description:
            head += element("desc", book.description)
        themes = "".join(self._categories())
        return wrapped(
            "taxonomy",
            f"{head}\n{themes}",
            xml_id=TAXONOMY,
            n=str(book.revision),
            corresp=address(book.address),
        )

    def _categories(self) -> Iterator[str]:
        below: dict[str, list[ThemeValue]] = {}
        for theme in self.codebook.themes:
            parent = theme.parent if theme.parent in self._ids else ""
            below.setdefault(parent, []).append(theme)
        seen: set[str] = set()
        for theme in below.get("", ()):
            yield self._category(theme, below, seen, 0)
        for theme in self.codebook.themes:
            # A loop has no top: it is cut where the codebook has it first.
            if theme.slug not in seen:
                yield self._category(theme, below, seen, 0)

    def _category(
        self, theme: ThemeValue, below: dict[str, list[ThemeValue]], seen: set[str], depth: int
    ) -> str:
        seen.add(theme.slug)
        inner: Sequence[ThemeValue] = below.get(theme.slug, ()) if depth < MAX_DEPTH else ()
        nested = "".join(
            self._category(one, below, seen, depth + 1) for one in inner if one.slug not in seen
        )
        return (
            wrapped(
                "category",
                _description(theme) + nested,
                xml_id=self.id_of(theme.slug),
                n=theme.slug,
                rend=_signs(theme),
                corresp=address(theme.address),
                sameAs=_pointer(self.id_of(theme.merged_into)),
            )
            + "\n"
        )


def _pointer(identity: str) -> str:
    return f"#{identity}" if identity else ""


def _signs(theme: ThemeValue) -> str:
    return f"colour-{theme.colour} line-{theme.line}" + " retired" * theme.retired


def _description(theme: ThemeValue) -> str:
    said = [element("term", theme.name) if theme.name else "<term/>"]
    for kind, field in WORDS.items():
        if words := getattr(theme, field):
            said.append(f'<gloss type="{kind}" xml:space="preserve">{text(words)}</gloss>')
    return wrapped("catDesc", " ".join(said))
