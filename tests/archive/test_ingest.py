"""The write side: import adds and never deletes, and says what it did."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from archive.importers.plain import parse_text
from archive.importers.tei import parse_tei
from archive.importers.teitext import text_of
from archive.ingest import (
    IngestReport,
    NewEdition,
    ahead,
    digest_of,
    ingest,
    known_entries,
    packing,
)
from archive.models import (
    Document,
    Edition,
    Footnote,
    Import,
    Person,
    PersonMention,
    Term,
    TermMention,
    Volume,
)
from archive.rows import packed_json
from archive.signals import editions_replaced
from archive.text import Block, Span, Text, pack_blocks, pack_spans
from tests.archive.strategies import sources
from tests.archive.tei import FIXTURE, document, documents_of, kept, volume

pytestmark = pytest.mark.django_db
FRONT = (
    '<list type="persons"><item><persName xml:id="p_A">Haig</persName>, a general</item></list>'
    '<list type="terms"><item><term xml:id="t_A">UN</term>, nations</item></list>'
)


def bring(documents: str, front: str = "", head: str = "") -> IngestReport:
    data = volume(documents, front=front, head=head)
    return ingest(parse_tei(data, "volume.xml", known_entries=known_entries))


def test_what_is_written_is_what_was_parsed() -> None:
    parsed = kept(parse_tei(Path(FIXTURE).read_bytes(), FIXTURE))
    report = ingest(parsed)
    made = Document.objects.at("frus1981-88v03", "d169").get()
    edition = made.current
    assert edition is not None
    assert edition.as_text() == parsed.documents[0].text
    assert edition.digest == digest_of(parsed.documents[0].text)
    assert (edition.number, edition.source_format, edition.source_name) == (
        1,
        "tei",
        "frus1981-88v03-d169.xml",
    )
    assert edition.source == parsed.documents[0].source
    assert (made.number, made.position, str(made.date_min)) == ("169", 169000, "1982-05-10")
    assert (Person.objects.count(), Term.objects.count()) == (12, 8)
    assert report.new == ("d169",)
    assert report.entries == 20


def test_importing_again_changes_nothing_and_says_so() -> None:
    source = document("<head>1. A</head><p>b<note n='1'>c</note></p>")
    bring(source, FRONT)
    before = [list(model.objects.values()) for model in (Volume, Document, Edition, Footnote)]
    report = bring(source, FRONT)
    after = [list(model.objects.values()) for model in (Volume, Document, Edition, Footnote)]
    assert before == after
    assert (report.unchanged, report.new, report.editions, report.entries) == (("d1",), (), (), 0)
    assert "1 unchanged" in report.summary()


def test_a_changed_text_is_a_new_edition_and_the_old_one_stays() -> None:
    bring(document("<p>a<note n='1'>n</note></p>"))
    old = Edition.objects.get()
    report = bring(document("<p>ab<note n='1'>n</note></p>"))
    made = Document.objects.get()
    new = made.current
    assert new is not None and new.number == 2
    assert (new.text, old.text) == ("ab\nn", "a\nn")
    assert Edition.objects.get(pk=old.pk).as_text().notes[0].call == 1
    assert [(e.document_id, e.old_id, e.new_id) for e in report.editions] == [
        (made.pk, old.pk, new.pk)
    ]
    assert report.changed == ("d1",)


def test_changed_mark_up_brings_the_edition_up_to_date_in_place() -> None:
    bring(document("<p>a b<note n='1'>n</note></p>"))
    old = Edition.objects.get()
    report = bring(document("<p>a <hi rend='italic'>b</hi><note n='2'>n</note></p>"))
    edition = Edition.objects.get()
    assert (edition.pk, edition.number, edition.text) == (old.pk, 1, old.text)
    assert edition.digest != old.digest
    assert edition.digest == digest_of(edition.as_text())
    assert ["italic", 2, 3, ""] in edition.spans
    assert [f.label for f in edition.footnotes.all()] == ["2"]
    assert "italic" in edition.source
    assert (report.remarked, report.editions) == (("d1",), ())


def test_another_indentation_is_no_change_of_the_text() -> None:
    bring(document("<p>a b</p>"))
    report = bring(document("<p>\n   a\n   b\n</p>"))
    assert report.unchanged == ("d1",)
    assert Edition.objects.get().source.count("\n") == 3


def test_what_a_file_does_not_mention_stays() -> None:
    bring(document("<p>a</p>", 1) + document("<p>b</p>", 2), FRONT)
    bring(document("<p>b</p>", 2), FRONT.split('<list type="terms"')[0].replace("Haig", "Clark"))
    assert set(Document.objects.values_list("slug", flat=True)) == {"d1", "d2"}
    assert list(Person.objects.values_list("key", "name", "description")) == [
        ("p_A", "Clark", "a general")
    ]
    assert Term.objects.count() == 1


def test_particulars_are_brought_up_to_date() -> None:
    bring(document("<head>1. A</head><p>b</p>"))
    bring(
        document(
            "<head>1. A</head><dateline><date when='1982-05-10'>May 10</date></dateline><p>b</p>"
        ),
        head="<editor>A B</editor>",
    )
    assert str(Document.objects.get().date_min) == "1982-05-10"
    assert Volume.objects.get().editors == ["A B"]


def test_entries_that_the_volume_has_are_known_to_the_next_file() -> None:
    bring(document("<p>a</p>"), FRONT)
    report = bring(document("<p><persName corresp='#p_A'>Haig</persName></p>", 2))
    assert report.notices == ()
    assert Document.objects.get(slug="d2").current.spans == [["person", 0, 4, "p_A"]]


def test_an_import_that_fails_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = parse_tei(volume(document("<p>a</p>", 1) + document("<p>b</p>", 2), front=FRONT))

    def stop(step: str, done: int, total: int) -> None:
        if (step, done) == ("writing", 2):
            assert Document.objects.exists()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(parsed, stop)
    assert not Volume.objects.exists() and not Document.objects.exists()


def test_a_transcription_goes_into_its_volume_and_blanks_nothing() -> None:
    bring(
        document(
            "<head>1. A</head><dateline><date when='1982-05-10'>May 10</date></dateline><p>b</p>"
        )
    )
    parsed = parse_text(b"1. A\n\nb2\n\nc", "a.txt", volume="frus1900v01", number="1")
    assert ingest(parsed).changed == ("d1",)
    made = Document.objects.get()
    assert (str(made.date_min), made.volume.title) == ("1982-05-10", "A Volume")
    assert made.current.source_format == "text"
    assert made.current.source == "1. A\n\nb2\n\nc"


def test_a_transcription_makes_its_volume_and_comes_last() -> None:
    ingest(parse_text(b"A\n\nb", "a.txt", volume="new", number="7"))
    ingest(parse_text(b"A\n\nb", "a.txt", volume="new", number="x"))
    assert Volume.objects.get().title == "new"
    assert list(Document.objects.values_list("slug", "position")) == [("d7", 7000), ("dx", 7001)]


def test_an_unchanged_volume_costs_no_more_queries_with_more_documents(
    django_assert_max_num_queries: CaptureQueriesContext,
) -> None:
    source = "".join(document("<p>a</p>", n) for n in range(1, 60))
    bring(source)
    with django_assert_max_num_queries(16):
        bring(source)


def test_mentions_are_counted_and_follow_the_current_edition() -> None:
    bring(
        document(
            "<p><persName corresp='#p_A'>Haig</persName> and <gloss target='#t_A'>UN</gloss>"
            " and <persName corresp='#p_A'>he</persName></p>"
        ),
        FRONT,
    )
    said = PersonMention.objects.values_list("document__slug", "person__key", "count")
    assert list(said) == [("d1", "p_A", 2)]
    assert [m.count for m in TermMention.objects.all()] == [1]
    bring(document("<p>Nobody, but <persName corresp='#p_A'>Haig</persName></p>"), FRONT)
    assert list(said.all()) == [("d1", "p_A", 1)]
    assert not TermMention.objects.exists()


def test_who_follows_editions_is_told_in_the_transaction_and_is_quoted_in_the_report() -> None:
    told: list[tuple[object, ...]] = []

    def follow(sender: object, editions: tuple[NewEdition, ...], run: Import, **_: object) -> str:
        told.extend((e.document, e.old_id, e.new_id) for e in editions)
        return "1 moved."

    editions_replaced.connect(follow)
    try:
        bring(document("<p>a</p>", 1) + document("<p>b</p>", 2))
        assert told == []
        report = bring(document("<p>ax</p>", 1) + document("<p>b</p>", 2))
    finally:
        editions_replaced.disconnect(follow)
    old, new = Edition.objects.filter(document__slug="d1").order_by("number")
    assert told == [("d1", old.pk, new.pk)]
    assert report.followed == ("1 moved.",)
    run = Import.objects.get(pk=report.run_id)
    assert (run.report["changed"], run.report["followed"]) == (["d1"], ["1 moved."])
    assert new.made_by == run


def test_the_digest_covers_text_blocks_spans_and_notes() -> None:
    seen = {
        digest_of(text_of_inner(inner))
        for inner in (
            "<p>a b</p>",
            "<p>a c</p>",
            "<salute>a b</salute>",
            "<p>a <hi rend='italic'>b</hi></p>",
            "<p>a b<note n='1'/></p>",
            "<p>a b<note n='2'/></p>",
            "<p>a b<note n='2' type='source'/></p>",
        )
    }
    assert len(seen) == 7


def text_of_inner(inner: str) -> Text:
    return documents_of(parse_tei(volume(document(inner))))[0].text


@settings(max_examples=15)
@given(sources)
def test_any_text_comes_back_from_the_database_as_it_was(source: object) -> None:
    from lxml import etree

    data = volume(etree.tostring(source, encoding="unicode"))
    parsed = kept(parse_tei(data, "volume.xml"))
    ingest(parsed)
    edition = Document.objects.get().current
    assert edition is not None
    assert edition.as_text() == parsed.documents[0].text == text_of(source, "d1")
    count = Edition.objects.count()
    assert ingest(parsed).unchanged == ("d1",)
    assert Edition.objects.count() == count


names = st.text(max_size=6)
offsets = st.integers(0, 2**40)
blocks = st.builds(Block, names, offsets, offsets, names, st.dictionaries(names, names, max_size=3))
spans = st.builds(Span, names, offsets, offsets, names)


@given(st.lists(blocks, max_size=4), st.lists(spans, max_size=4))
def test_blocks_and_spans_are_stored_as_json_says(some: list[Block], marks: list[Span]) -> None:
    assert packing._json_of_blocks(some) == packed_json(pack_blocks(some))
    assert packing._json_of_spans(marks) == packed_json(pack_spans(marks))


def test_what_memory_should_not_hold_waits_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "MAX_KEPT", 0)
    monkeypatch.setattr(ahead, "BATCH", 2)
    report = bring("".join(document(f"<p>{n}</p>", n) for n in range(1, 8)))
    assert report.new == tuple(f"d{n}" for n in range(1, 8))
    texts = Edition.objects.order_by("document__position").values_list("text", flat=True)
    assert list(texts) == [str(n) for n in range(1, 8)]


def test_entries_are_kept_as_they_sort_when_they_come_and_when_they_change() -> None:
    bring(document("<p>a</p>"), FRONT)
    assert Person.objects.get(key="p_A").folded == "haig"
    term = Term.objects.get(key="t_A")
    bring(document("<p>a</p>"), FRONT.replace("Haig", "Ödön").replace("nations", "others"))
    assert Person.objects.get(key="p_A").folded == "odon"
    changed = Term.objects.get(key="t_A")
    assert changed.folded == "un" and changed.sense != term.sense
