"""Themes as the codes of REFI-QDA, out and in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from annotations.formats import refi, safe_xml
from annotations.formats.brought import BroughtTheme, Doubt, FormatFault
from annotations.formats.values import MAX_NAME, CodebookValue, ThemeValue

MAX_CODES = 5000
# The schema asks for a code at least: this one stands in a codebook that has none.
NO_CODE = refi.guid_of("no code")

WHEN, NOT_WHEN, EXAMPLE = "When to use", "When not to use", "Example"
LINE, SLUG, RETIRED, MERGED = "Underline", "Slug", "Retired", "Merged into"
LABELS = refi.Labels((WHEN, NOT_WHEN, EXAMPLE, LINE, SLUG, RETIRED, MERGED))


def code_guid(book: CodebookValue, slug: str) -> str:
    """The GUID of a theme's code: the same in every export."""
    return refi.guid_of("code", book.address, slug)


def written(book: CodebookValue) -> Iterator[str]:
    """``Codes`` with the themes in their tree; nothing when there are none."""
    below: defaultdict[str, list[ThemeValue]] = defaultdict(list)
    slugs = {theme.slug for theme in book.themes}
    for theme in book.themes:
        below[theme.parent if theme.parent in slugs else ""].append(theme)
    if not below:
        return
    yield "<Codes>\n"
    waiting: list[ThemeValue | None] = [*reversed(below[""])]
    while waiting:
        upper = waiting.pop()
        if upper is None:
            yield "</Code>\n"
            continue
        yield _opened(book, upper)
        waiting += [None, *reversed(below[upper.slug])]
    yield "</Codes>\n"


def _opened(book: CodebookValue, theme: ThemeValue) -> str:
    # Codable though it is retired: what was coded with it stays.
    return (
        f'<Code guid="{code_guid(book, theme.slug)}" name="{refi.in_attribute(theme.name)}"'
        f' isCodable="true" color="{refi.PALETTE[theme.colour - 1]}">\n'
        + refi.element("Description", _described(theme))
    )


def _described(theme: ThemeValue) -> str:
    fields = (
        (WHEN, theme.use_when),
        (NOT_WHEN, theme.not_when),
        (EXAMPLE, theme.example),
        (LINE, refi.LINES[theme.line - 1]),
        (SLUG, theme.slug),
        (RETIRED, "yes" if theme.retired else ""),
        (MERGED, theme.merged_into),
    )
    return LABELS.written(theme.definition, fields)


@dataclass(slots=True)
class Codes:
    """What a file has of codes: ``keys`` are those of the themes by GUID."""

    themes: list[BroughtTheme] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    lost: list[Doubt] = field(default_factory=list)


def read(codes: etree._Element, file: str = "") -> Codes:
    """The themes of a ``Codes`` element, in its order. ``file`` names the file in places."""
    found, told = Codes(), Counter[str]()
    waiting = [(child, "") for child in reversed(list(safe_xml.inside(codes, "Code")))]
    while waiting:
        code, parent = waiting.pop()
        key = _taken(code, parent, found, told, file)
        below = [(child, key) for child in safe_xml.inside(code, "Code")]
        waiting += reversed(below)
    found.lost += [Doubt(_TOLD[what].format(count), file) for what, count in told.items() if count]
    return found


_TOLD = {
    "nearest": "Colours that are not of the palette are taken as the nearest of it: {}.",
    "group": "Codes that group others and code nothing are taken as themes: {}.",
}


def _taken(code: etree._Element, parent: str, found: Codes, told: Counter[str], file: str) -> str:
    """Takes a code as a theme; its key."""
    if len(found.themes) >= MAX_CODES:
        raise FormatFault(f"The codebook has more than {MAX_CODES:,} codes.", file)
    guid, line = refi.even_guid(code.get("guid")), code.sourceline or 0
    if guid == NO_CODE:
        return ""
    doubts = []
    key = guid or f"code {len(found.themes) + 1}"
    if key in found.keys:
        doubts.append("Another code has this GUID: what is coded with it goes to the first one.")
        key = f"{key} {len(found.themes) + 1}"
    found.keys[key] = key
    words, fields = _described_as(safe_xml.text_of(code, "Description"))
    name = code.get("name") or ""
    if SLUG not in fields:
        name = " ".join(name.split())
    if not name:
        name = f"Code {len(found.themes) + 1}"
        doubts.append(f"The code has no name: it is called “{name}”.")
    if len(name) > MAX_NAME:
        doubts.append(f"The name is cut after {MAX_NAME} characters.")
    told["group"] += code.get("isCodable", "").strip() in ("false", "0")
    theme = BroughtTheme(
        key=key,
        name=name[:MAX_NAME],
        words={"name": name[:MAX_NAME]} | _words(words, fields) | _colour(code, told),
        parent=parent,
        slug=fields.get(SLUG, ""),
        retired=fields.get(RETIRED) == "yes",
        line=line,
        doubts=tuple(doubts),
    )
    found.themes.append(theme)
    return key


def _words(definition: str, fields: dict[str, str]) -> dict[str, str | int]:
    """The columns that are given: all of them in a file of ours, which names the slug."""
    given = {
        "definition": definition,
        "use_when": fields.get(WHEN, ""),
        "not_when": fields.get(NOT_WHEN, ""),
        "example": fields.get(EXAMPLE, ""),
    }
    words: dict[str, str | int] = {
        name: value for name, value in given.items() if value or SLUG in fields
    }
    if fields.get(LINE) in refi.LINES:
        words["line"] = refi.LINES.index(fields[LINE]) + 1
    return words


def _colour(code: etree._Element, told: Counter[str]) -> dict[str, int]:
    found = refi.nearest(code.get("color", ""))
    if found is None:
        return {}
    told["nearest"] += not found[1]
    return {"colour": found[0]}


def _described_as(text: str) -> tuple[str, dict[str, str]]:
    """The definition and its fields; where they are not ours, with line ends of one kind."""
    words, fields = LABELS.read(text)
    return (words, fields) if SLUG in fields else LABELS.read(refi.even(text))
