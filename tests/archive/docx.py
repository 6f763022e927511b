"""Word documents for tests: a zip of the parts that Word writes, as much of them as is needed."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPES = (
    f'{DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="png" ContentType="image/png"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_MAIN}.document.main+xml"/>'
    "</Types>"
)
ROOT = (
    f'{DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
    "</Relationships>"
)
STYLES = {
    "Heading1": "heading 1",
    "Heading2": "heading 2",
    "Title": "Title",
    "Quote": "Quote",
    "Odd": "Odd",
}


def run(text: str, *properties: str) -> str:
    """A run; each property is an element's name: ``b``, ``i``, ``smallCaps``, …."""
    own = "".join(f"<w:{name}/>" for name in properties)
    return f'<w:r><w:rPr>{own}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, style: str = "", numbered: int | None = None) -> str:
    inner = "".join(one if one.startswith("<") else run(one) for one in runs)
    own = f'<w:pStyle w:val="{style}"/>' if style else ""
    if numbered is not None:
        own += f'<w:numPr><w:ilvl w:val="{numbered}"/><w:numId w:val="1"/></w:numPr>'
    return f"<w:p><w:pPr>{own}</w:pPr>{inner}</w:p>"


def call(number: int, kind: str = "footnote") -> str:
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def notes(*texts: str, kind: str = "footnote") -> str:
    """The part of the notes; they are numbered from 2, as Word does."""
    inner = "".join(
        f'<w:{kind} w:id="{number}">{paragraph(f"<w:r><w:{kind}Ref/></w:r>", run(f" {text}"))}'
        f"</w:{kind}>"
        for number, text in enumerate(texts, start=2)
    )
    return f"{DECLARATION}<w:{kind}s {W}>{inner}</w:{kind}s>"


def core(title: str, creator: str, created: str) -> str:
    return (
        f'{DECLARATION}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
        f"<dc:title>{title}</dc:title><dc:creator>{creator}</dc:creator>"
        f"<dcterms:created>{created}</dcterms:created></cp:coreProperties>"
    )


def docx(*paragraphs: str, **parts: str | bytes) -> bytes:
    """The bytes of a document; ``parts`` are further parts, as ``word__footnotes__xml``.

    A part that is given in place of one of the usual four replaces it.
    """
    body = "".join(paragraphs)
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/></w:style>'
        for key, name in STYLES.items()
    )
    formats = "".join(
        f'<w:lvl w:ilvl="{level}"><w:numFmt w:val="bullet"/></w:lvl>' for level in range(3)
    )
    named: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT,
        "word/document.xml": f"{DECLARATION}<w:document {W}><w:body>{body}</w:body></w:document>",
        "word/styles.xml": f"{DECLARATION}<w:styles {W}>{styles}</w:styles>",
        "word/numbering.xml": (
            f'{DECLARATION}<w:numbering {W}><w:abstractNum w:abstractNumId="0">{formats}'
            '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
        ),
    }
    for name, part in parts.items():
        *folders, file, suffix = name.split("__")
        named["/".join([*folders, f"{file}.{suffix}"])] = part
    return packed(named)


def packed(named: dict[str, str | bytes]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, part in named.items():
            archive.writestr(name, part)
    return file.getvalue()
