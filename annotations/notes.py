"""Notes are Markdown: the one function that turns what a user typed into HTML for a page."""

from __future__ import annotations

from collections.abc import Sequence

from bleach.sanitizer import Cleaner
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

MAX_LENGTH = 20_000
TAGS = frozenset(
    ["p", "em", "strong", "s", "a", "ul", "ol", "li", "blockquote", "code", "pre", "br", "hr"]
)
ATTRIBUTES = {"a": ["href", "rel"], "ol": ["start"]}
PROTOCOLS = frozenset(["http", "https", "mailto"])


def _open_link(
    self: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    tokens[index].attrSet("rel", "nofollow noopener")
    return self.renderToken(tokens, index, options, env)


def _parser() -> MarkdownIt:
    # Headings would break the page's outline, images would call foreign servers.
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    parser.enable("strikethrough").disable(["heading", "lheading", "image", "html_block"])
    parser.add_render_rule("link_open", _open_link)
    return parser


_MARKDOWN = _parser()


def render_note(source: str) -> str:
    """Clean HTML for a note's Markdown; the empty string for a blank note.

    Raw HTML in the source comes out as the text that it is. What the parser makes is cleaned again
    against a short allow-list, so that a fault in the one is held by the other.
    """
    if not source.strip():
        return ""
    html = _MARKDOWN.render(source)
    # A Cleaner is not safe to share between threads, and building one is cheap beside its work.
    cleaner = Cleaner(tags=TAGS, attributes=ATTRIBUTES, protocols=PROTOCOLS, strip_comments=True)
    return str(cleaner.clean(html)).strip()
