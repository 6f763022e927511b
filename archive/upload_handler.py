"""How volumes are taken from a request: in pieces, to the data folder, up to a limit."""

from __future__ import annotations

import tempfile
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler


class WaitingFile(TemporaryUploadedFile):
    """A file in the folder of uploads: to keep it is to rename it."""

    def __init__(
        self, name: str, content_type: str, size: int, charset: str | None, extra: Any = None
    ) -> None:
        settings.UPLOADS.mkdir(parents=True, exist_ok=True)
        file = tempfile.NamedTemporaryFile(suffix=".upload", dir=settings.UPLOADS)  # noqa: SIM115
        UploadedFile.__init__(self, file, name, content_type, size, charset, extra)


class VolumeUploadHandler(TemporaryFileUploadHandler):
    """Leaves out files above the limit, whose names are then in ``too_large``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.too_large: list[str] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super(TemporaryFileUploadHandler, self).new_file(*args, **kwargs)
        self.file = WaitingFile(
            self.file_name or "", self.content_type or "", 0, self.charset, self.content_type_extra
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > settings.IMPORT_MAX_BYTES:
            self.too_large.append(self.file_name or "")
            raise SkipFile
        super().receive_data_chunk(raw_data, start)
