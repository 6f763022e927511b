"""Freezes a set as a snapshot, at once and without the worker."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat

from annotations.actions.snapshots import Wish, order
from annotations.freezing import make
from annotations.models import AnnotationSet, Reach, Snapshot, Variant


class Command(BaseCommand):
    help = "Freeze a set as a snapshot: all formats, texts and codebook in one sealed ZIP file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the set's name in its address: /sets/SLUG/")
        parser.add_argument(
            "--all",
            action="store_true",
            help="all that is shared, for the editors; such a snapshot is never published "
            "(else: what everyone was promised to see)",
        )
        parser.add_argument(
            "--pseudonymised", action="store_true", help="without anybody's name, mail or account"
        )
        parser.add_argument(
            "--keep",
            nargs="*",
            default=[],
            metavar="WORD",
            help="with --pseudonymised: words that are called as members are, and no names here",
        )
        parser.add_argument("--note", default="", help="why it is made")
        parser.add_argument("--as", dest="username", help="the user who makes it")

    def handle(self, *args: Any, **options: Any) -> None:
        annotation_set = AnnotationSet.objects.filter(slug=options["slug"]).first()
        if annotation_set is None:
            raise CommandError(f"No set is called {options['slug']!r}.")
        wish = Wish(
            reach=Reach.EDITORS if options["all"] else Reach.EVERYONE,
            variant=Variant.PSEUDONYMISED if options["pseudonymised"] else Variant.AS_IS,
            note=options["note"],
            keep=[word.casefold() for word in options["keep"]],
        )
        ordered = order(annotation_set, wish, actor=_user(options["username"]))
        make(ordered.pk)
        made = Snapshot.objects.get(pk=ordered.pk)
        if not made.is_ready:
            raise CommandError(f"Snapshot {made.number} could not be made. {made.fault}")
        counts = made.counts
        self.stdout.write(str(made.path))
        self.stderr.write(
            f"{made.slug}: snapshot {made.number} of {counts['annotations']} annotations and "
            f"{counts['replies']} replies on {counts['documents']} documents, "
            f"{filesizeformat(made.size)}, SHA-256 {made.digest}, {made.address}",
            style_func=str,
        )


def _user(username: str | None) -> User | None:
    if not username:
        return None
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"No user is called {username!r}.")
    return user
