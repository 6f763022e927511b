"""A bag (BagIt, RFC 8493): files with their SHA-256 digests, written as they pass."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from annotations.formats import in_bytes
from annotations.formats.zipped import Entry

DECLARATION = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
BAGIT, INFO = "bagit.txt", "bag-info.txt"


@dataclass
class _Seal:
    """Counts and digests what passes through it, file by file."""

    digests: dict[str, str] = field(default_factory=dict)
    size: int = 0

    def passed(self, path: str, pieces: Iterable[str | bytes]) -> Iterator[bytes]:
        digest = hashlib.sha256()
        for piece in in_bytes(pieces):
            digest.update(piece)
            self.size += len(piece)
            yield piece
        self.digests[path] = digest.hexdigest()


def bag(name: str, payload: Iterable[Entry], info: Mapping[str, str]) -> Iterator[Entry]:
    """The files of a bag in the folder ``name``: the payload in ``data/``, and what seals it.

    Each file's pieces are to be taken before the next file is asked for. ``info`` are lines of
    ``bag-info.txt``; Payload-Oxum is added.
    """
    seal = _Seal()
    for path, pieces in payload:
        if f"data/{path}" in seal.digests:
            raise ValueError(f"Two files of a bag are called data/{path}.")
        yield f"{name}/data/{path}", seal.passed(f"data/{path}", pieces)
    oxum = {"Payload-Oxum": f"{seal.size}.{len(seal.digests)}"}
    tags = {
        BAGIT: DECLARATION,
        INFO: "".join(f"{key}: {_line(value)}\n" for key, value in {**info, **oxum}.items()),
        MANIFEST: _manifest(seal.digests),
    }
    digests = {path: hashlib.sha256(text.encode()).hexdigest() for path, text in tags.items()}
    tags[TAG_MANIFEST] = _manifest(digests)
    for path, text in tags.items():
        yield f"{name}/{path}", [text]


def _manifest(digests: Mapping[str, str]) -> str:
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items()))


def _line(text: str) -> str:
    return " ".join(text.split())
