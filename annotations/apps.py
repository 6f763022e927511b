from __future__ import annotations

from typing import Any

from django.apps import AppConfig


class AnnotationsConfig(AppConfig):
    name = "annotations"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from annotations.tasks import digests_every, empty_bins, every_day, send_digests
        from archive.periodic import repeat
        from archive.signals import editions_replaced

        editions_replaced.connect(_follow, dispatch_uid="annotations follow editions")
        editions_replaced.connect(_follow_readers, dispatch_uid="positions follow editions")
        repeat(send_digests, digests_every)
        repeat(empty_bins, every_day)


def _follow(editions: Any, run: Any, **_: Any) -> str:
    """Carries annotations to new editions, within the import's own transaction."""
    from annotations.actions.carrying import follow

    return str(follow(editions, run))


def _follow_readers(editions: Any, **_: Any) -> str:
    """Carries to new editions where people stopped reading."""
    from annotations.actions.positions import follow

    follow(editions)
    return ""
