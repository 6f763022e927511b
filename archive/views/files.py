"""What lies beside a document's page: its text, source, data and citations."""

from __future__ import annotations

import hashlib
import json

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from archive.citations import bibtex as as_bibtex
from archive.citations import citation_of
from archive.citations import ris as as_ris
from archive.csl import MEDIA_TYPE as CSL
from archive.csl import csl as as_csl
from archive.downloads import edition_value
from archive.models import Document, Edition
from archive.reads import document_with_edition

XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


@require_safe
def text(request: HttpRequest, volume: str, document: str) -> HttpResponseBase:
    """The canonical text: UTF-8, its lines parted by LF."""
    _, edition = _load(volume, document)
    return _file(request, edition.text, "text/plain; charset=utf-8")


@require_safe
def source(request: HttpRequest, volume: str, document: str) -> HttpResponseBase:
    """The source as it was imported: the document's TEI, or the text file that it came from."""
    _, edition = _load(volume, document)
    if edition.source_format != "tei":
        return _file(request, edition.source, "text/plain; charset=utf-8")
    return _file(request, XML_DECLARATION + edition.source, "application/xml")


@require_safe
def data(request: HttpRequest, volume: str, document: str) -> HttpResponseBase:
    """The edition with its blocks, spans and notes, as JSON."""
    found, edition = _load(volume, document)
    value = edition_value(found, edition, edition.as_text())
    return _file(request, json.dumps(value, ensure_ascii=False), "application/json")


@require_safe
def bibtex(request: HttpRequest, volume: str, document: str) -> HttpResponseBase:
    found, _ = _load(volume, document)
    return _file(request, as_bibtex(citation_of(found)), "application/x-bibtex; charset=utf-8")


@require_safe
def ris(request: HttpRequest, volume: str, document: str) -> HttpResponseBase:
    found, _ = _load(volume, document)
    content_type = "application/x-research-info-systems; charset=utf-8"
    return _file(request, as_ris(citation_of(found)), content_type)


@require_safe
def csl(request: HttpRequest, volume: str, document: str) -> HttpResponseBase:
    found, _ = _load(volume, document)
    return _file(request, as_csl(citation_of(found)), CSL)


def _load(volume: str, slug: str) -> tuple[Document, Edition]:
    document = document_with_edition(volume, slug)
    if document is None or document.current is None:
        raise Http404("There is no such document.")
    return document, document.current


def _file(request: HttpRequest, content: str, content_type: str) -> HttpResponseBase:
    """The content, or 304 where the client has it: its ETag is a digest of the bytes."""
    packed = content.encode()
    response = HttpResponse(packed, content_type=content_type)
    etag = f'"{hashlib.sha256(packed).hexdigest()[:32]}"'
    response["ETag"] = etag
    response["Cache-Control"] = "no-cache"
    answer = get_conditional_response(request, etag=etag, response=response)
    return response if answer is None else answer
