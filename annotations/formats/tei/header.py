"""The header: whose annotations these are, on which texts, with which codebook, from when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from annotations.formats.package import Package
from annotations.formats.tei.codebook import Categories
from annotations.formats.tei.wording import (
    SIGN,
    address,
    attribute,
    element,
    is_name,
    moment,
    text,
    wrapped,
)
from annotations.formats.values import DocumentValue, EditionValue, PersonValue
from archive.importers.teihead import APPLICATION

PROFILE = "1.0"
SOURCE, PERSON = "source.", "by."
_HOW = """Each annotation points with target to the words that it is on: string-range(id,offset,\
length) as the TEI Guidelines define it (16.2.4), the offset counted in the text of the element \
with that xml:id as the source has it, white space unchanged. A target that names a file is one \
into the publisher's file; the element in this file has the same text nodes, so that the same \
pointer holds here. A passage over a footnote or several paragraphs has several targets, in the \
order of the text. The attribute n has the passage as Apparatus counts it (RFC 5147): characters \
of the canonical text, white space normalised, footnotes after the body."""
_WHAT = f"""Themes are the categories of the taxonomy, pointed to with ana and by a ptr. Notes are \
Markdown, kept as they were written. Replies are annotations of annotations. A note of the type \
question asks something; its subtype says whether it was answered. The status of a revisionDesc \
says private where an annotation is for its author alone; cert says low where its passage is to be \
looked at after a new edition, unknown where it was not found. The character U+{ord(SIGN):04X} and \
four hexadecimal digits stand for a character that XML cannot hold."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text that the file holds: of which document, which edition, from which file. One that is
    ``within`` is a part of another text of the file."""

    number: int
    document: DocumentValue
    edition: EditionValue
    file: str
    form: str
    prefix: str
    element: str
    within: bool = False

    @property
    def id(self) -> str:
        return f"{SOURCE}{self.number}"

    @property
    def key(self) -> tuple[str, str, int]:
        return self.document.volume, self.document.slug, self.edition.number


class People:
    """The ids of people; one that the header does not name is named where she first comes."""

    def __init__(self, people: Iterable[PersonValue]) -> None:
        self._ids: dict[PersonValue, str] = {}
        self.first = [self._named(person) for person in people]

    def _named(self, person: PersonValue) -> str:
        self._ids[person] = f"{PERSON}{len(self._ids) + 1}"
        return statement(person, self._ids[person], "annotation")

    def id_of(self, person: PersonValue) -> tuple[str, str]:
        """Her id, and what names her here if nothing has yet."""
        if found := self._ids.get(person):
            return found, ""
        said = self._named(person)
        return self._ids[person], said


def statement(person: PersonValue, identity: str, what: str) -> str:
    name = wrapped("persName", text(person.name or person.username), key=person.username)
    return wrapped("respStmt", element("resp", what) + name, xml_id=identity)


def header(
    package: Package, people: People, categories: Categories, sources: Sequence[Source]
) -> str:
    """The header of the whole file."""
    value = package.set
    title = element("title", value.title, type="main")
    owner = statement(value.owner, "", "annotation set")
    described = wrapped("titleStmt", title + owner + "".join(people.first))
    volumes = {source.document.volume: source for source in reversed(sources)}
    about = "".join(volume(one) for one in reversed(volumes.values()))
    listed = wrapped("listBibl", "\n".join(map(_bibl, sources))) if sources else ""
    source = wrapped("sourceDesc", (about + "\n" + listed) if sources else "<p>Nothing.</p>")
    file = wrapped("fileDesc", "\n".join((described, _published(package), source)))
    revised = wrapped("revisionDesc", "\n".join(_changes(package, sources)))
    return wrapped("teiHeader", "\n".join((file, _encoded(package, categories), revised))) + "\n"


def volume_header(source: Source) -> str:
    """The header of one volume of a file with several."""
    title = wrapped("titleStmt", element("title", _volume_title(source)))
    published = "<publicationStmt><p>Part of an annotation set.</p></publicationStmt>"
    about = wrapped("sourceDesc", volume(source))
    file = wrapped("fileDesc", title + published + about)
    return wrapped("teiHeader", file + wrapped("encodingDesc", _application(""))) + "\n"


def volume_id(slug: str) -> str:
    """The id of the ``TEI`` that is a volume; empty where its slug cannot be one."""
    return slug if is_name(slug) else ""


def volume(source: Source) -> str:
    """The volume that a text is of, as an import takes it."""
    cited = source.document.citation
    title = element("title", _volume_title(source), type="complete")
    editors = "".join(element("editor", name) for name in (cited.editors if cited else ()))
    publisher = cited.publisher if cited else ""
    said = element("publisher", publisher) if publisher else "<distributor>Apparatus</distributor>"
    if cited and cited.place:
        said += element("pubPlace", cited.place)
    if cited and cited.year:
        said += element("date", cited.year)
    said += element("idno", source.document.volume, type="frus")
    if source.document.licence:
        said += _availability(source.document.licence)
    return wrapped(
        "biblFull", wrapped("titleStmt", title + editors) + wrapped("publicationStmt", said)
    )


def _volume_title(source: Source) -> str:
    cited = source.document.citation
    return (cited and (cited.volume or cited.title)) or source.document.volume


def _availability(licence: str) -> str:
    target = licence if licence.startswith(("https://", "http://")) else ""
    said = wrapped("licence", text(licence), target=address(target))
    return wrapped("availability", said)


def _published(package: Package) -> str:
    value = package.set
    said = element("distributor", value.site or "Apparatus")
    said += element("date", moment(package.made), when=moment(package.made))
    said += element("idno", value.address, type="URI") + element("idno", value.slug, type="set")
    return wrapped("publicationStmt", said + (_availability(value.rights) if value.rights else ""))


def _bibl(source: Source) -> str:
    document, edition = source.document, source.edition
    said = [element("title", document.title, level="a")]
    if document.number:
        said.append(element("biblScope", document.number, unit="document"))
    if document.date:
        said.append(element("date", document.date))
    if document.place:
        said.append(element("placeName", document.place))
    said.append(element("idno", f"{document.volume}/{document.slug}", type="document"))
    said.append(element("idno", str(edition.number), type="edition"))
    said.append(element("idno", edition.digest, type="sha256"))
    said.append(element("idno", document.address, type="URI"))
    if document.public_address:
        said.append(element("idno", document.public_address, type="publisher"))
    if source.prefix:
        said.append(element("idno", source.prefix, type="prefix"))
    if source.file:
        said.append(element("idno", source.file, type="filename"))
    return wrapped("bibl", "".join(said), xml_id=source.id, corresp=f"#{source.element}")


def _application(site: str) -> str:
    label = element("label", "Apparatus")
    where = f"<ptr target={attribute(address(site))}/>" if site else ""
    application = wrapped("application", label + where, ident=APPLICATION, version=PROFILE)
    return wrapped("appInfo", application)


def _encoded(package: Package, categories: Categories) -> str:
    description = package.set.description
    said = f"<p>{text(_HOW)}</p><p>{text(_WHAT)}</p>"
    about = ""
    if description:
        about = wrapped("projectDesc", f'<p xml:space="preserve">{text(description)}</p>')
    if package.scope.words or package.scope.themes or package.scope.document:
        words = [package.scope.words, package.scope.document]
        words += [theme.name for theme in package.scope.themes]
        part = "; ".join(word for word in words if word)
        about += f"<samplingDecl><p>A part of the set: {text(part)}.</p></samplingDecl>"
    classes = wrapped("classDecl", categories.taxonomy())
    editorial = f"<editorialDecl>{said}</editorialDecl>"
    return wrapped(
        "encodingDesc", "\n".join((_application(package.set.site), about, editorial, classes))
    )


def _changes(package: Package, sources: Sequence[Source]) -> list[str]:
    """The newest first: this export, then the editions of the texts."""
    latest = sorted(sources, key=lambda one: one.edition.imported, reverse=True)
    found = [wrapped("change", text("Exported from Apparatus."), when=moment(package.made))]
    found.append(element("change", "The set was last changed.", when=moment(package.modified())))
    for one in latest:
        said = f"Edition {one.edition.number} of {one.document.volume}/{one.document.slug} imported"
        said += f" from {one.file}." if one.file else "."
        when = moment(one.edition.imported)
        found.append(wrapped("change", text(said), when=when, target=f"#{one.id}"))
    return found
