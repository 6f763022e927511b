"""One's own work by day, and going on where one stopped: in a real browser, in its time zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from annotations.actions.positions import Stop, keep
from annotations.actions.replies import create_reply
from annotations.models import Annotation, AnnotationSet, ReadingPosition
from archive.models import Edition
from tests.browser.pages import (
    DOCUMENT,
    READER,
    SHOW,
    annotation_at,
    drag,
    in_window,
    member,
    open_reader,
    place_of,
    wait_until,
)
from tests.browser.test_accessibility import BYPASS, WIDTHS, violations

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
FAR = "Our intention would be"
QUICK = "() => { document.getElementById('stopped').dataset.wait = '150'; }"
OFFER = "#stopped a"


def stop_at(words: str, name: str = "ines-quill") -> int:
    """Where she stopped some days ago; gives the start of that paragraph."""
    edition = Edition.objects.get(document__slug="d169")
    start = place_of(words)[0]
    room = AnnotationSet.objects.get(slug="seminar")
    keep(member(name).pk, Stop(edition.document_id, room.pk, edition.pk, start, start + 10))
    ReadingPosition.objects.update(at=timezone.now() - timedelta(days=1))
    return start


def ready(opened: Opens, **options: bool) -> Page:
    """The reader's page when it has asked where its reader stopped."""
    page = opened(member(), **options)
    with page.expect_response(lambda answer: "/stopped/" in answer.url):
        page.goto(READER)
    page.evaluate(QUICK)
    return page


def read_to(page: Page, words: str) -> None:
    """Scrolls as a reader does, until some words stand in the middle of the window."""
    page.keyboard.press("Shift")
    page.evaluate(SHOW, list(place_of(words)))


def test_where_one_stops_is_kept_and_offered_when_one_comes_back(opened: Opens) -> None:
    page = ready(opened)
    read_to(page, FAR)
    wait_until(page, lambda: ReadingPosition.objects.filter(user=member()).exists())
    kept = ReadingPosition.objects.get()
    assert kept.annotation_set is not None and kept.annotation_set.slug == "seminar"
    assert 0 < kept.offset < place_of(FAR)[1] < kept.furthest
    again = ready(opened)
    expect(again.locator(OFFER)).to_have_text("Go on where you stopped")
    expect(again.locator("#stopped")).to_contain_text("today")
    # Nothing moves by itself.
    assert again.evaluate("scrollY") == 0
    again.locator(OFFER).click()
    expect(again.locator("#stopped")).to_be_empty()
    block = again.locator(f'#text .b[data-start="{kept.offset}"]')
    wait_until(again, lambda: in_window(again, block))
    expect(block).to_be_focused()
    # Whoever was led there and leaves has not moved.
    again.wait_for_timeout(400)
    again.goto("/recent/reading/")
    assert ReadingPosition.objects.get().offset == kept.offset


def test_a_document_that_is_opened_and_shut_is_not_read(opened: Opens) -> None:
    page = opened(member())
    with page.expect_response(lambda answer: "/stopped/" in answer.url):
        page.goto(READER)
    page.wait_for_timeout(300)
    page.goto("/recent/reading/")
    expect(page.locator(".empty")).to_contain_text("Nothing yet")


def test_whoever_leaves_at_once_after_reading_is_kept_where_she_was(opened: Opens) -> None:
    page = opened(member())
    with page.expect_response(lambda answer: "/stopped/" in answer.url):
        page.goto(READER)
    # The answer is read, and the page listens.
    page.wait_for_timeout(400)
    read_to(page, FAR)
    page.goto("/recent/reading/")
    wait_until(page, lambda: ReadingPosition.objects.exists())
    assert ReadingPosition.objects.get().offset > 0


def test_the_offer_says_where_and_when_and_can_be_sent_away(opened: Opens) -> None:
    stop_at(FAR)
    page = ready(opened)
    expect(page.locator("#stopped")).to_contain_text("paragraph")
    expect(page.locator("#stopped")).to_contain_text("yesterday")
    page.get_by_role("button", name="Do not go on there").click()
    expect(page.locator("#stopped")).to_be_empty()


def test_a_glance_at_the_top_loses_nothing(opened: Opens) -> None:
    start = stop_at(FAR)
    page = ready(opened)
    expect(page.locator(OFFER)).to_be_visible()
    page.wait_for_timeout(600)
    page.goto("/volumes/")
    assert ReadingPosition.objects.get().offset == start


def test_a_place_that_is_in_view_or_asked_for_is_not_offered(opened: Opens) -> None:
    stop_at("With Afghanistan Day")
    page = ready(opened)
    page.wait_for_timeout(300)
    expect(page.locator("#stopped")).to_be_empty()
    stop_at(FAR)
    mine = annotation_at("our willingness to talk")
    with page.expect_response(lambda answer: "/stopped/" in answer.url):
        page.goto(f"{READER}&find={mine.start}-{mine.end}")
    page.wait_for_timeout(300)
    expect(page.locator("#stopped")).to_be_empty()


def test_nothing_is_sent_while_nothing_changed(opened: Opens) -> None:
    page = ready(opened)
    sent: list[str] = []
    page.on("request", lambda r: r.method == "POST" and "/stopped/" in r.url and sent.append(r.url))
    read_to(page, FAR)
    wait_until(page, lambda: len(sent) == 1)
    for _ in range(3):
        page.keyboard.press("Shift")
        page.evaluate("dispatchEvent(new Event('scroll'))")
        page.wait_for_timeout(250)
    assert len(sent) == 1


def test_nothing_is_sent_for_those_who_do_not_want_it_nor_for_guests(opened: Opens) -> None:
    page = opened(member())
    page.goto("/recent/reading/")
    page.get_by_role("button", name="Keep it no more").click()
    expect(page.locator(".message")).to_contain_text("kept no more")
    sent: list[str] = []
    page.on("request", lambda r: r.method == "POST" and "/stopped/" in r.url and sent.append(r.url))
    with page.expect_response(lambda answer: "/stopped/" in answer.url):
        page.goto(READER)
    page.evaluate(QUICK)
    read_to(page, FAR)
    page.wait_for_timeout(600)
    page.goto("/")
    assert sent == []
    guest = opened()
    asked: list[str] = []
    guest.on("request", lambda r: "stopped" in r.url and asked.append(r.url))
    guest.goto(READER)
    expect(guest.locator("#text")).to_be_visible()
    guest.wait_for_timeout(300)
    assert asked == []


def test_the_list_leads_to_the_very_paragraph_without_javascript_too(opened: Opens) -> None:
    start = stop_at(FAR)
    page = opened(member(), javascript=False)
    page.goto("/")
    page.get_by_role("link", name="Go on reading").first.click()
    assert page.url.split("#")[0].endswith(f"{DOCUMENT}?set=seminar")
    assert in_window(page, page.locator(f'#text .b[data-start="{start}"]'))


def test_ones_work_stands_under_the_days_of_ones_own_zone(opened: Opens) -> None:
    mine = Annotation.objects.filter(author=member()).first()
    assert mine is not None
    # An hour before midnight in Greenwich: in Kiritimati it is the next day there.
    moment = timezone.now().replace(hour=23, minute=0) - timedelta(days=40)
    Annotation.objects.filter(pk=mine.pk).update(created=moment)
    there = moment + timedelta(hours=14)
    page = opened(member())
    zone = {"timezoneId": "Pacific/Kiritimati"}
    page.context.new_cdp_session(page).send("Emulation.setTimezoneOverride", zone)
    page.goto("/recent/")
    day = page.locator(".day", has=page.locator(f'a.quote[href$="#a-{mine.uuid}"]'))
    expect(day.locator("h3 time")).to_have_attribute("datetime", f"{there:%Y-%m-%d}")
    title = day.locator("h3").inner_text()
    # What is asked for next is asked for in that zone, and the server says the same.
    page.get_by_label("Words of the passage").fill(mine.quote.split()[0])
    page.get_by_role("button", name="Find").click()
    page.wait_for_url("**zone=Pacific*")
    expect(page.locator("#work")).to_have_attribute("data-zone", "Pacific/Kiritimati")
    found = page.locator(".day", has=page.locator(f'a.quote[href$="#a-{mine.uuid}"]')).locator("h3")
    expect(found).to_have_text(title)
    assert "zone=Pacific" in (page.locator(".periods a").last.get_attribute("href") or "")


def test_a_line_leads_to_its_passage_and_card(opened: Opens) -> None:
    page = opened(member())
    page.goto("/recent/?q=willingness+to+fight")
    mine = annotation_at("our willingness to talk")
    page.locator(f'.work a.quote[href*="a-{mine.uuid}"]').click()
    expect(page.locator(f'#margin [id="a-{mine.uuid}"]')).to_be_in_viewport()


@WIDTHS
def test_no_page_of_ones_own_work_has_a_violation(opened: Opens, phone: bool) -> None:
    stop_at(FAR)
    mine = annotation_at("our willingness to talk")
    create_reply(mine, author=member("amara-folio"), note="Why *so*?")
    page = opened(member(), phone=phone, **BYPASS)
    found = []
    for address in ("/", "/recent/", "/recent/?q=zebra", "/recent/said/", "/recent/reading/"):
        page.goto(address)
        found += violations(page, address)
    with page.expect_response(lambda answer: "/stopped/" in answer.url):
        page.goto(READER)
    expect(page.locator(OFFER)).to_be_visible()
    found += violations(page, "the offer", part="#stopped")
    assert not found, "\n".join(found)


def test_what_is_not_saved_yet_is_listed_and_led_to(opened: Opens) -> None:
    page = opened(member())
    page.goto("/recent/")
    expect(page.locator("#work .day").first).to_be_visible()
    expect(page.locator("#drafts")).to_be_hidden()
    page = open_reader(opened, member())
    drag(page, place_of("keep Afghanistan front and center"))
    page.locator("#picker-annotate").click()
    page.locator("#composer").get_by_label("Note", exact=True).fill("Half a thought")
    # It is kept a moment after the last letter.
    page.wait_for_timeout(1000)
    page.goto("/recent/")
    unsaved = page.locator("#drafts")
    expect(unsaved).to_contain_text("Half a thought")
    unsaved.get_by_role("link").first.click()
    expect(page.get_by_label("Note", exact=True)).to_have_value("Half a thought")
    page.goto("/")
    expect(page.locator("#drafts")).to_contain_text("Half a thought")
    page.get_by_role("button", name="Discard").click()
    expect(page.locator("#drafts")).to_be_hidden()
