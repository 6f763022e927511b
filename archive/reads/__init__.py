"""What the archive's pages read, each function in a stated number of queries."""

from archive.reads.own import OwnPage, own_page, own_volumes
from archive.reads.volumes import (
    VolumePage,
    by_subseries,
    document_with_edition,
    neighbours,
    volume_at,
    volume_page,
    volumes_with_counts,
)

__all__ = [
    "OwnPage",
    "VolumePage",
    "by_subseries",
    "document_with_edition",
    "neighbours",
    "own_page",
    "own_volumes",
    "volume_at",
    "volume_page",
    "volumes_with_counts",
]
