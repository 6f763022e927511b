"""Whether the database is whole: every quote at its offsets, every reference to a living thing.

Reads edition by edition, so that memory does not grow with the archive. Deleted annotations are
looked at like the others: they can be restored.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import IntegrityError, connection
from django.db.models import Exists, F, OuterRef, Q

from annotations.integrity_history import history_problems
from annotations.integrity_rooms import room_problems
from annotations.models import (
    Anchoring,
    Annotation,
    AnnotationSet,
    AnnotationTheme,
    Membership,
    Reply,
    Role,
    SetDocument,
    Theme,
)
from annotations.passages import passage_at
from archive.ingest import digest_of
from archive.models import Document, Edition
from archive.text import Text

CHUNK = 20
ANNOTATION_CHUNK = 500


def problems() -> Iterator[str]:
    """Every fault of the database, one sentence each, with the place where it is."""
    yield from _editions()
    yield from _current_editions()
    yield from _annotated_documents()
    yield from _anchorings()
    yield from _sets()
    yield from _codebooks()
    yield from _threads()
    yield from room_problems()
    yield from history_problems()


def counts() -> tuple[int, int, int]:
    """How many editions, annotations and sets there are to look at."""
    return Edition.objects.count(), Annotation.objects.count(), AnnotationSet.objects.count()


def _editions() -> Iterator[str]:
    annotated = Exists(Annotation.objects.filter(edition=OuterRef("pk")))
    left = Exists(Anchoring.objects.order_by().filter(from_edition=OuterRef("pk")))
    rows = (
        Edition.objects.without_source()
        .select_related("document__volume")
        .prefetch_related("footnotes")
        .annotate(annotated=annotated, left=left)
        .order_by("pk")
    )
    for edition in rows.iterator(chunk_size=CHUNK):
        where = f"{edition.document.volume.slug}/{edition.document.slug}, edition {edition.number}"
        text, faults = _text(edition)
        for fault in faults:
            yield f"{where}: {fault}."
        if edition.annotated:
            yield from _annotations(edition, text, where)
        if edition.left:
            yield from _left(edition, text, where)


def _text(edition: Edition) -> tuple[Text, list[str]]:
    """The edition's text and what is wrong with it; without mark-up where that is unreadable."""
    try:
        text = edition.as_text()
        faults = list(text.problems())
    except (TypeError, ValueError, IndexError) as fault:
        return Text(edition.text), [f"its blocks and spans cannot be read ({fault})"]
    keys = {note.key for note in text.notes}
    loose = sorted({block.note for block in text.blocks if block.note} - keys)
    faults += [f"a block belongs to the note {key}, which is not there" for key in loose]
    if not faults and digest_of(text) != edition.digest:
        faults.append("its digest is not that of its text and mark-up")
    return text, faults


def _annotations(edition: Edition, text: Text, where: str) -> Iterator[str]:
    rows = (
        Annotation.objects.on_edition(edition.pk)
        .select_related("annotation_set")
        .prefetch_related("themes")
        .defer("note", "note_html")
        .in_text_order()
    )
    for annotation in rows.iterator(chunk_size=ANNOTATION_CHUNK):
        for fault in (*_passage(annotation, text.text), *_themes(annotation)):
            yield f"{where}: annotation {annotation.uuid}: {fault}."


def _left(edition: Edition, text: Text, where: str) -> Iterator[str]:
    """What is kept of annotations that were carried to a later edition."""
    rows = Anchoring.objects.filter(from_edition=edition.pk).select_related("annotation")
    for row in rows.iterator(chunk_size=ANNOTATION_CHUNK):
        if text.text[row.old_start : row.old_end] != row.old_quote:
            uuid = row.annotation.uuid
            yield f"{where}: annotation {uuid}: its old quote is not what stands there."


def _anchorings() -> Iterator[str]:
    """Annotations whose place is open have a row that says why; each row is of one document."""
    why = Anchoring.objects.order_by().filter(
        annotation=OuterRef("pk"), latest=True, decided_at=None, verdict=OuterRef("anchor")
    )
    for uuid in (
        Annotation.objects.exclude(anchor="").filter(~Exists(why)).values_list("uuid", flat=True)
    ):
        yield f"annotation {uuid}: nothing is kept of why its place is open."
    strange = Anchoring.objects.exclude(
        from_edition__document=F("annotation__edition__document"),
        to_edition__document=F("annotation__edition__document"),
    )
    for uuid in strange.values_list("annotation__uuid", flat=True).iterator():
        yield f"annotation {uuid}: it was carried between editions of another document."


def _passage(annotation: Annotation, text: str) -> Iterator[str]:
    start, end = annotation.start, annotation.end
    if end > len(text):
        yield f"its passage {start}–{end} ends after the text, which has {len(text)} characters"
        return
    found = passage_at(text, start, end)
    for name in ("quote", "prefix", "suffix"):
        if getattr(annotation, name) != getattr(found, name):
            yield f"its {name} is not what stands at {start}–{end}"


def _themes(annotation: Annotation) -> Iterator[str]:
    themes = sorted(annotation.themes.all(), key=lambda theme: (theme.position, theme.pk))
    ids = " ".join(str(theme.pk) for theme in themes)
    if annotation.theme_ids != ids:
        yield f"its list of themes says “{annotation.theme_ids}”, its themes are “{ids}”"
    for theme in themes:
        if theme.codebook_id != annotation.annotation_set.codebook_id:
            yield f"its theme {theme.slug} is not in its set's codebook"


def _current_editions() -> Iterator[str]:
    strange = Document.objects.exclude(current__isnull=True).exclude(current__document=F("pk"))
    for volume, slug in strange.values_list("volume__slug", "slug").iterator():
        yield f"{volume}/{slug}: its current edition is another document's."
    textless = Document.objects.filter(current__isnull=True, editions__isnull=False).distinct()
    for volume, slug in textless.values_list("volume__slug", "slug").iterator():
        yield f"{volume}/{slug}: it has editions, and none is its current one."


def _annotated_documents() -> Iterator[str]:
    in_set = SetDocument.objects.filter(
        annotation_set=OuterRef("annotation_set"), document=OuterRef("edition__document")
    )
    strange = Annotation.objects.filter(~Exists(in_set)).order_by("pk")
    for uuid, slug in strange.values_list("uuid", "annotation_set__slug").iterator():
        yield f"annotation {uuid}: its document is not in its set {slug}."


def _sets() -> Iterator[str]:
    owners = Membership.objects.filter(
        annotation_set=OuterRef("pk"), user=OuterRef("owner"), role=Role.OWNER
    )
    for slug in AnnotationSet.objects.filter(~Exists(owners)).values_list("slug", flat=True):
        yield f"set {slug}: its owner is not among its members as the owner."


def _codebooks() -> Iterator[str]:
    strange = Theme.objects.exclude(parent__isnull=True).exclude(parent__codebook=F("codebook"))
    for pk, slug in strange.values_list("pk", "slug").iterator():
        yield f"theme {pk} ({slug}): the theme above it is in another codebook."
    parents = dict(Theme.objects.exclude(parent__isnull=True).values_list("pk", "parent_id"))
    for pk in parents:
        seen, above = {pk}, parents[pk]
        while above in parents and above not in seen:
            seen.add(above)
            above = parents[above]
        if above == pk:
            yield f"theme {pk}: it stands below itself."


def _threads() -> Iterator[str]:
    """References that a database with its checks off may have lost."""
    try:
        connection.check_constraints()
    except IntegrityError as fault:
        yield f"the database: {fault}"
    answered = Annotation.objects.filter(pk=OuterRef("annotation_id"))
    # The model's own order would join the annotations, and so hide what has none.
    lost = Reply.objects.filter(~Exists(answered)).order_by("pk")
    for uuid in lost.values_list("uuid", flat=True).iterator():
        yield f"reply {uuid}: the annotation that it answers is not there."
    themes = Theme.objects.filter(pk=OuterRef("theme_id"))
    annotations = Annotation.objects.filter(pk=OuterRef("annotation_id"))
    torn = AnnotationTheme.objects.filter(Q(~Exists(themes)) | Q(~Exists(annotations)))
    for pk in torn.order_by("pk").values_list("pk", flat=True).iterator():
        yield f"tagging {pk}: its annotation or its theme is not there."
