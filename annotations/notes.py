"""Notes are Markdown: the one function that turns what a user typed into HTML for a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from bleach.sanitizer import Cleaner
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

MAX_LENGTH = 20_000
# A span has no attribute, and marks a mention alone.
TAGS = frozenset(
    ["p", "em", "strong", "s", "a", "ul", "ol", "li", "blockquote", "code", "pre", "br", "hr"]
    + ["span"]
)
ATTRIBUTES = {"a": ["href", "rel"], "ol": ["start"]}
PROTOCOLS = frozenset(["http", "https", "mailto"])

# HTML that is clean as it stands: allowed tags with nothing in them but a plain address or a
# number, and text in which all signs are escaped. Cleaning would give the same, ten times slower.
_TEXT = (
    r"[^<>&\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef]++|&(?:lt|gt|amp|quot);"
    r"|</?(?:em|strong|s|code|span)>|<br />"
)
# No link stands within another.
_LINK = rf'<a href="https?://[^"<>&\s]*+" rel="nofollow noopener">(?:{_TEXT})*+</a>'
_CLEAN = re.compile(
    rf'(?:{_TEXT}|</?(?:p|ul|ol|li|blockquote|pre)>|<hr />|{_LINK}|<ol start="[0-9]+">)*+'
)


def _open_link(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    tokens[index].attrSet("rel", "nofollow noopener")
    return self.renderToken(tokens, index, options, env)


# Not inside a word, so that no mail address mentions anyone.
_AT = re.compile(r"(?<![\w@./+-])@([\w.+@-]+)")
_PEOPLE = "people"


def _candidates(word: str) -> Iterator[str]:
    """What a typed name may be: all of it, or less what may end a sentence."""
    word = word.lower()
    while word:
        yield word
        word = word[:-1] if word[-1] in ".+@-" else ""


def _mark_mentions(state: StateCore) -> None:
    """Parts the text before and after each mention of somebody whom the caller named."""
    people: Mapping[str, str] = state.env.get(_PEOPLE, {})
    for block in state.tokens if people else ():
        if not block.children or not any("@" in child.content for child in block.children):
            continue
        children: list[Token] = []
        depth = 0
        for child in block.children:
            depth += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            if child.type != "text" or depth:
                children.append(child)
            else:
                children += _parted(child.content, people)
        block.children = children


def _parted(content: str, people: Mapping[str, str]) -> Iterator[Token]:
    done = 0
    for match in _AT.finditer(content):
        name = next((name for name in _candidates(match[1]) if name in people), None)
        if name is None:
            continue
        yield _text(content[done : match.start()])
        yield Token("mention_open", "span", 1)
        yield _text(f"@{people[name]}")
        yield Token("mention_close", "span", -1)
        done = match.start() + 1 + len(name)
    yield _text(content[done:])


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _parser() -> MarkdownIt:
    # Headings would break the page's outline, images would call foreign servers.
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    parser.enable("strikethrough").disable(["heading", "lheading", "image", "html_block"])
    parser.add_render_rule("link_open", _open_link)
    parser.core.ruler.push("mentions", _mark_mentions)
    return parser


_MARKDOWN = _parser()


def parsed(source: str) -> list[Token]:
    """A note's Markdown as markdown-it's tokens, for what is no page: a Word document."""
    return _MARKDOWN.parse(source)


def mentioned(source: str) -> set[str]:
    """What may be names after an @ in a note's Markdown, in small letters: not in code or links."""
    if "@" not in source:
        return set()
    found: set[str] = set()
    for block in _MARKDOWN.parse(source):
        depth = 0
        for child in block.children or ():
            depth += {"link_open": 1, "link_close": -1}.get(child.type, 0)
            if child.type == "text" and not depth:
                for match in _AT.finditer(child.content):
                    found.update(_candidates(match[1]))
    return found


def render_note(source: str, people: Mapping[str, str] | None = None) -> str:
    """Clean HTML for a note's Markdown; the empty string for a blank note.

    ``people`` are those whom an @ mentions: what is typed, in small letters, → what is shown.

    Raw HTML in the source comes out as the text that it is. What the parser makes is cleaned again
    against a short allow-list, so that a fault in the one is held by the other.
    """
    if not source.strip():
        return ""
    html = str(_MARKDOWN.render(source, {_PEOPLE: people or {}}))
    if _CLEAN.fullmatch(html):
        return html.replace(" />", ">").strip()
    # A Cleaner is not safe to share between threads, and building one is cheap beside its work.
    cleaner = Cleaner(tags=TAGS, attributes=ATTRIBUTES, protocols=PROTOCOLS, strip_comments=True)
    return str(cleaner.clean(html)).strip()
