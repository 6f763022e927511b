"""What the archive's pages read, each function in a stated number of queries."""

from archive.reads.own import OwnPage, own_page, own_volumes
from archive.reads.volumes import (
    VolumePage,
    document_with_edition,
    volume_page,
    volumes_with_counts,
)

__all__ = [
    "OwnPage",
    "VolumePage",
    "document_with_edition",
    "own_page",
    "own_volumes",
    "volume_page",
    "volumes_with_counts",
]
