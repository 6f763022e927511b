"""Nothing that is written is lost: not with the connection, nor with the tab."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from annotations.models import Annotation, AnnotationSet, History, Reply
from tests.browser.conftest import sign_in
from tests.browser.pages import (
    READER,
    SELECT,
    act,
    annotation_at,
    card_of,
    drag,
    member,
    newest,
    open_reader,
    painted,
    place_of,
    wait_until,
)
from tests.browser.relays import Relay

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
WORDS = "keep Afghanistan front and center"
NOTE = "Front and center: a promise, or a threat?"


def compose(page: Page, words: str = WORDS, *, phone: bool = False) -> Locator:
    """Opens the form at a passage."""
    if phone:
        page.evaluate(SELECT, list(place_of(words)))
    else:
        drag(page, place_of(words))
    page.locator("#picker-annotate").click()
    form = page.locator("#composer.open form")
    expect(form).to_be_visible()
    return form


def noted(note: str = NOTE) -> int:
    """How many annotations have this note."""
    return Annotation.objects.filter(note=note).count()


@contextmanager
def refusing(page: Page, status: int | None = None) -> Iterator[None]:
    """A server that refuses what is posted, or answers with this status alone."""

    def refuse(route: Route) -> None:
        if route.request.method != "POST" and not route.request.url.endswith("/accounts/here/"):
            route.fallback()
        elif status is None:
            route.abort("connectionrefused")
        else:
            route.fulfill(status=status, body="")

    page.route("**/*", refuse)
    yield
    page.unroute("**/*", refuse)


def test_a_student_on_a_phone_loses_the_connection_in_the_middle_and_loses_nothing(
    opened: Opens,
) -> None:
    page = open_reader(opened, member(), phone=True, quiet=False)
    form = compose(page, phone=True)
    form.locator("textarea[name=note]").fill(NOTE[:20])
    page.context.set_offline(True)
    form.locator("textarea[name=note]").press_sequentially(NOTE[20:])
    form.get_by_role("button", name="Save").click()
    kept = page.locator("#kept")
    expect(kept).to_contain_text("Not sent yet: no connection.")
    expect(kept).to_contain_text("A note on “keep Afghanistan front and center”")
    # She reads and writes on.
    expect(page.locator("#composer.open")).to_have_count(0)
    assert noted() == 0
    page.context.set_offline(False)
    wait_until(page, lambda: noted() == 1)
    expect(kept).to_be_empty()
    made = newest()
    assert (made.quote, made.start) == (WORDS, place_of(WORDS)[0])
    expect(page.locator('#text mark[class*="d"]', has_text="Afghanistan front")).to_have_count(1)
    assert page.evaluate("Object.keys(localStorage)") == []


def test_what_a_server_that_was_stopped_did_not_take_is_sent_once_it_is_up(
    opened: Opens, served: str
) -> None:
    relay = Relay(served)
    page = opened(quiet=False)
    sign_in(page.context, relay.url, member())
    page.goto(f"{relay.url}{READER}")
    page.wait_for_selector("#margin.laid", state="attached")
    form = compose(page)
    relay.stop()
    form.locator("textarea[name=note]").fill(NOTE)
    page.keyboard.press("Control+Enter")
    kept = page.locator("#kept")
    expect(kept).to_contain_text("Not sent yet")
    kept.get_by_role("button", name="Try now").click()
    page.wait_for_timeout(300)
    expect(kept).to_contain_text("Not sent yet")
    assert noted() == 0
    relay.start()
    # By itself, after a pause.
    wait_until(page, lambda: noted() == 1)
    expect(kept).to_be_empty()
    expect(card_of(page, newest())).to_be_visible()
    page.close()
    relay.stop()


def test_a_server_that_is_down_behind_its_proxy_has_not_taken_the_note(opened: Opens) -> None:
    page = open_reader(opened, member(), quiet=False)
    with refusing(page, 503):
        compose(page).locator("textarea[name=note]").fill(NOTE)
        page.keyboard.press("Control+Enter")
        expect(page.locator("#kept")).to_contain_text("Not sent yet: the server does not answer")
        assert noted() == 0
    page.locator("#kept").get_by_role("button", name="Try now").click()
    wait_until(page, lambda: noted() == 1)


def test_an_answer_that_is_lost_makes_no_second_note(opened: Opens) -> None:
    """The server has saved it, and the connection went before it could say so."""
    page = open_reader(opened, member(), quiet=False)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    page.route("**/annotate/**", lambda r: lose(r) if r.request.method == "POST" else r.fallback())
    compose(page).locator("textarea[name=note]").fill(NOTE)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#kept")).to_contain_text("Not sent yet")
    assert noted() == 1
    page.unroute("**/annotate/**")
    expect(page.locator("#kept")).to_be_empty()
    expect(card_of(page, newest())).to_be_visible()
    assert noted() == 1 and History.objects.filter(key=newest().uuid).count() == 1


def test_a_closed_tab_keeps_the_note_with_its_themes_and_offers_it_with_the_passage_lit(
    opened: Opens,
) -> None:
    page = open_reader(opened, member())
    form = compose(page)
    form.locator("textarea[name=note]").press_sequentially(NOTE)
    form.locator(".themes .chip").nth(1).click()
    page.wait_for_timeout(300)
    again = page.context.new_page()
    page.close(run_before_unload=True)
    again.goto(READER)
    kept = again.locator("#kept")
    expect(kept).to_contain_text("You were writing a note on “keep Afghanistan front and center”")
    assert painted(again, "draft") == [list(place_of(WORDS))]
    kept.get_by_role("button", name="Go on").click()
    form = again.locator("#composer.open form")
    expect(form.locator("textarea[name=note]")).to_have_value(NOTE)
    assert form.locator(".themes input").nth(1).is_checked()
    again.keyboard.press("Control+Enter")
    wait_until(again, lambda: noted() == 1)
    assert newest().theme_ids and newest().quote == WORDS
    expect(kept).to_be_empty()
    assert again.evaluate("Object.keys(localStorage)") == []


def test_what_is_thrown_away_is_gone_and_can_be_brought_back(opened: Opens) -> None:
    page = open_reader(opened, member())
    compose(page).locator("textarea[name=note]").fill(NOTE)
    page.locator("#composer [data-cancel]").click()
    expect(page.locator("#composer.open")).to_have_count(0)
    expect(page.locator("#kept")).to_be_empty()
    page.locator("#toast").get_by_role("button", name="Undo").click()
    expect(page.locator("#composer.open textarea[name=note]")).to_have_value(NOTE)
    # Escape is soon pressed: it throws nothing away.
    page.keyboard.press("Escape")
    expect(page.locator("#composer.open")).to_have_count(0)
    page.locator("#kept").get_by_role("button", name="Throw away").click()
    expect(page.locator("#kept")).to_be_empty()
    page.reload()
    expect(page.locator("#margin.laid")).to_be_attached()
    page.wait_for_timeout(400)
    expect(page.locator("#kept:not(:empty)")).to_have_count(0)


def test_nobody_else_on_the_same_machine_is_offered_it(opened: Opens, served: str) -> None:
    page = open_reader(opened, member())
    compose(page).locator("textarea[name=note]").fill(NOTE)
    page.wait_for_timeout(300)
    page.goto("/")
    sign_in(page.context, served, member("amara-folio"))
    page.goto(READER)
    page.wait_for_selector("#margin.laid", state="attached")
    page.wait_for_timeout(500)
    expect(page.locator("#kept:not(:empty)")).to_have_count(0)
    compose(page)
    page.wait_for_timeout(400)
    expect(page.locator("#composer .resume")).to_have_count(0)
    sign_in(page.context, served, member())
    page.goto(READER)
    expect(page.locator("#kept")).to_contain_text("You were writing")


def test_two_tabs_that_write_on_one_passage_keep_two_notes(opened: Opens) -> None:
    one = open_reader(opened, member())
    compose(one).locator("textarea[name=note]").fill(NOTE)
    two = one.context.new_page()
    two.goto(READER)
    two.wait_for_selector("#margin.laid", state="attached")
    two.wait_for_timeout(500)
    # What is open elsewhere is not offered here, and not written over.
    expect(two.locator("#kept:not(:empty)")).to_have_count(0)
    form = compose(two)
    expect(form.locator(".resume")).to_contain_text("in another tab as well")
    form.locator("textarea[name=note]").fill("Another one.")
    two.wait_for_timeout(300)
    assert two.evaluate("Object.keys(localStorage).length") == 2
    two.close()
    one.keyboard.press("Control+Enter")
    wait_until(one, lambda: noted() == 1)
    one.evaluate("dispatchEvent(new Event('focus'))")
    expect(one.locator("#kept")).to_contain_text("You were writing a note")
    one.locator("#kept").get_by_role("button", name="Go on").click()
    expect(one.locator("#composer.open textarea[name=note]")).to_have_value("Another one.")


def test_a_full_device_says_so_once_and_writing_goes_on(opened: Opens) -> None:
    page = open_reader(opened, member())
    page.evaluate(
        "() => { Storage.prototype.setItem = () => { throw new DOMException('full'); }; }"
    )
    form = compose(page)
    form.locator("textarea[name=note]").press_sequentially("A note", delay=60)
    expect(page.locator("#kept")).to_contain_text("This device keeps nothing that you write")
    page.keyboard.press("Control+Enter")
    wait_until(page, lambda: noted("A note") == 1)


def test_a_reply_and_an_edit_in_the_margin_wait_too(opened: Opens) -> None:
    page = open_reader(opened, member("amara-folio"), quiet=False)
    theirs = annotation_at("our willingness to talk")
    card = act(page, theirs, "Reply")
    card.locator("textarea[name=note]").fill("A reply on the train.")
    with refusing(page):
        page.keyboard.press("Control+Enter")
        expect(page.locator("#kept")).to_contain_text("Not sent yet: no connection. A reply to")
        expect(card.locator(".unsent")).to_contain_text("sent by itself")
    wait_until(page, lambda: Reply.objects.filter(note="A reply on the train.").count() == 1)
    expect(page.locator("#kept")).to_be_empty()
    expect(card_of(page, theirs).locator("form")).to_have_count(0)


def test_a_note_that_is_written_survives_what_is_saved_beside_it(opened: Opens) -> None:
    """Two forms in one group of cards: saving one leaves the other as it is."""
    page = open_reader(opened, member())
    mine = annotation_at("our willingness to talk")
    card = act(page, mine, "Edit")
    card.locator("textarea[name=note]").fill("Half a thought")
    compose(page, mine.quote).locator("textarea[name=note]").fill("A second note.")
    page.keyboard.press("Control+Enter")
    wait_until(page, lambda: noted("A second note.") == 1)
    expect(page.locator("#toast")).to_contain_text("Saved.")
    expect(card_of(page, mine).locator("textarea[name=note]")).to_have_value("Half a thought")


def test_a_passage_that_a_new_edition_moved_is_found_by_its_words(opened: Opens) -> None:
    page = open_reader(opened, member())
    compose(page).locator("textarea[name=note]").fill(NOTE)
    page.wait_for_timeout(300)
    # As if the text had grown before it since.
    page.evaluate(MOVED, 40)
    page.goto(READER)
    page.locator("#kept").get_by_role("button", name="Go on").click()
    expect(page.locator("#composer.open textarea[name=note]")).to_have_value(NOTE)
    page.keyboard.press("Control+Enter")
    wait_until(page, lambda: noted() == 1)
    assert newest().start == place_of(WORDS)[0]


def test_a_passage_that_is_gone_gives_its_words_back(opened: Opens) -> None:
    page = open_reader(opened, member())
    compose(page).locator("textarea[name=note]").fill(NOTE)
    page.wait_for_timeout(300)
    page.evaluate(GONE)
    page.goto(READER)
    kept = page.locator("#kept")
    expect(kept).to_contain_text("Its passage is not in this text any more")
    expect(kept.locator("textarea")).to_have_value(NOTE)
    form = compose(page, "our willingness to talk")
    form.get_by_role("button", name="Go on").click()
    expect(form.locator("textarea[name=note]")).to_have_value(NOTE)
    page.keyboard.press("Control+Enter")
    wait_until(page, lambda: noted() == 1)
    assert newest().quote == "our willingness to talk"


CHANGED = """(change) => {
  const [key] = Object.keys(localStorage);
  const draft = JSON.parse(localStorage.getItem(key));
  draft.values = draft.values.map(([name, value]) => [name, name in change ? change[name] : value]);
  draft.about = 'annotate:elsewhere';
  localStorage.setItem(key, JSON.stringify(draft));
}"""
MOVED = f"(by) => ({CHANGED})({{ start: '900', end: '940' }})"
GONE = f"() => ({CHANGED})({{ quote: 'words that nobody ever said' }})"


def test_what_cannot_be_gone_on_with_in_a_closed_set_gives_its_words(opened: Opens) -> None:
    page = open_reader(opened, member())
    compose(page).locator("textarea[name=note]").fill(NOTE)
    page.wait_for_timeout(300)
    AnnotationSet.objects.update(state="closed")
    page.goto(READER)
    kept = page.locator("#kept")
    expect(kept).to_contain_text("Nothing can be written in this set now")
    expect(kept.locator("textarea")).to_have_value(NOTE)
    kept.get_by_role("button", name="Later").click()
    expect(kept).to_be_empty()
    page.goto(READER)
    expect(kept.locator("textarea")).to_have_value(NOTE)
