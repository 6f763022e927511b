"""What the archive's pages read, each function in a stated number of queries."""

from archive.reads.own import OwnPage, own_page, own_volumes
from archive.reads.volumes import (
    VolumeContents,
    by_subseries,
    document_with_edition,
    neighbours,
    volume_at,
    volume_contents,
    volumes_with_counts,
)

__all__ = [
    "OwnPage",
    "VolumeContents",
    "by_subseries",
    "document_with_edition",
    "neighbours",
    "own_page",
    "own_volumes",
    "volume_at",
    "volume_contents",
    "volumes_with_counts",
]
