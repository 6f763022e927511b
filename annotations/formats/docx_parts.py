"""The parts of a Word document that are always the same, and what opens and closes the others."""

from __future__ import annotations

from datetime import datetime

from annotations.formats.docx_runs import xml

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
_W15 = "http://schemas.microsoft.com/office/word/2012/wordml"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
NAMES = (
    f'xmlns:w="{_W}" xmlns:r="{_R}" xmlns:w14="{_W14}" xmlns:w15="{_W15}" xmlns:mc="{_MC}" '
    'mc:Ignorable="w14 w15"'
)

_PARTS = {
    "document": ("document.main", ""),
    "styles": ("styles", f"{_R}/styles"),
    "settings": ("settings", f"{_R}/settings"),
    "numbering": ("numbering", f"{_R}/numbering"),
    "footnotes": ("footnotes", f"{_R}/footnotes"),
    "comments": ("comments", f"{_R}/comments"),
    "commentsExtended": (
        "commentsExtended",
        "http://schemas.microsoft.com/office/2011/relationships/commentsExtended",
    ),
}
TYPES = (
    f'{XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    + "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_OFFICE}.{kind}+xml"/>'
        for name, (kind, _) in _PARTS.items()
    )
    + "</Types>"
)
RELATIONS = (
    f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_R}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/></Relationships>'
)
OF_DOCUMENT = (
    f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    + "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{name}.xml"/>'
        for number, (name, (_, kind)) in enumerate(_PARTS.items())
        if kind
    )
    + "</Relationships>"
)


def core(title: str, author: str, made: datetime) -> str:
    day = f"{made:%Y-%m-%dT%H:%M:%SZ}"
    return (
        f'{XML}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{xml(title)}</dc:title><dc:creator>{xml(author)}</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{day}</dcterms:created></cp:coreProperties>'
    )


def root(name: str) -> tuple[str, str]:
    """What opens and closes a part."""
    prefix = "w15" if name == "commentsEx" else "w"
    return f"{XML}<{prefix}:{name} {NAMES}>", f"</{prefix}:{name}>"


SETTINGS = (
    f"{XML}<w:settings {NAMES}>"
    '<w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
)
NUMBERING = (
    f'{XML}<w:numbering {NAMES}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
    '<w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/>'
    '<w:pPr><w:ind w:left="360" w:hanging="260"/></w:pPr></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r>'
    "</w:p></w:footnote>"
)
SECTION = (
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1300" w:right="1400" '
    'w:bottom="1300" w:left="1400" w:header="700" w:footer="700" w:gutter="0"/></w:sectPr>'
)


def _style(kind: str, name: str, title: str, inner: str, based: str = "Normal") -> str:
    parent = f'<w:basedOn w:val="{based}"/>' if based else ""
    return (
        f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{title}"/>{parent}'
        f"{inner}</w:style>"
    )


def _heading(level: int, size: int) -> str:
    inner = (
        f'<w:qFormat/><w:pPr><w:keepNext/><w:spacing w:before="280" w:after="100"/>'
        f'<w:outlineLvl w:val="{level - 1}"/></w:pPr><w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr>'
    )
    return _style("paragraph", f"Heading{level}", f"heading {level}", inner)


_GREY = '<w:color w:val="5A5A5A"/>'
_SINGLE = '<w:{0} w:val="single" w:sz="4" w:space="0" w:color="BBBBBB"/>'
_BORDERS = "".join(
    _SINGLE.format(side) for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
STYLES = (
    f"{XML}<w:styles {NAMES}><w:docDefaults><w:rPrDefault><w:rPr>"
    '<w:rFonts w:ascii="Cambria" w:hAnsi="Cambria" w:cs="Times New Roman"/><w:sz w:val="22"/>'
    '<w:lang w:val="en-US"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
    '<w:spacing w:after="120" w:line="276" w:lineRule="auto"/></w:pPr></w:pPrDefault>'
    '</w:docDefaults><w:style w:type="paragraph" w:default="1" w:styleId="Normal">'
    '<w:name w:val="Normal"/></w:style>'
    + _style("paragraph", "Title", "Title", '<w:rPr><w:b/><w:sz w:val="36"/></w:rPr>')
    + _heading(1, 30)
    + _heading(2, 26)
    + _heading(3, 23)
    + _style("paragraph", "Quote", "Quote", '<w:pPr><w:ind w:left="500"/></w:pPr>')
    + _style(
        "paragraph",
        "ListBullet",
        "List Bullet",
        '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
        '<w:ind w:left="360" w:hanging="260"/></w:pPr>',
    )
    + _style("paragraph", "ListContinue", "List Continue", '<w:pPr><w:ind w:left="360"/></w:pPr>')
    + _style("paragraph", "Dateline", "Dateline", '<w:pPr><w:jc w:val="right"/></w:pPr>')
    + _style("paragraph", "Signature", "Signature", '<w:pPr><w:jc w:val="right"/></w:pPr>')
    + _style("paragraph", "Caption", "caption", '<w:rPr><w:sz w:val="20"/></w:rPr>')
    + _style("paragraph", "About", "About", f'<w:rPr>{_GREY}<w:sz w:val="19"/></w:rPr>')
    + _style("paragraph", "FootnoteText", "footnote text", '<w:rPr><w:sz w:val="19"/></w:rPr>')
    + _style("paragraph", "CommentText", "annotation text", '<w:rPr><w:sz w:val="20"/></w:rPr>')
    + _style(
        "character",
        "FootnoteReference",
        "footnote reference",
        '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>',
        "",
    )
    + _style(
        "character",
        "CommentReference",
        "annotation reference",
        '<w:rPr><w:sz w:val="16"/></w:rPr>',
        "",
    )
    + _style(
        "character", "PrintedPage", "Printed Page", f'<w:rPr>{_GREY}<w:sz w:val="16"/></w:rPr>', ""
    )
    + _style(
        "table",
        "TableGrid",
        "Table Grid",
        f"<w:tblPr><w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr>",
        "",
    )
    + "</w:styles>"
)
