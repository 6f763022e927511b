"""A codebook is edited as a tree: with the pointer, by keyboard, by finger, and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from annotations.actions.codebook import edit_theme
from annotations.models import AnnotationSet, CodebookVersion, Theme

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sample")]
EDIT = "/sets/seminar/codebook/edit/"
NAMES = """() => [...document.querySelectorAll('#themes li[data-pk]')].map((item) => {
  const name = item.querySelector('.chip').textContent;
  let dots = '';
  for (let one = item.parentElement; one.id !== 'themes'; one = one.parentElement)
    if (one.matches('li')) dots += '.';
  return dots + name;
})"""


def room() -> AnnotationSet:
    return AnnotationSet.objects.get(slug="seminar")


def owner() -> User:
    return room().owner


def kept() -> list[str]:
    """The codebook as the server has it, a dot for each level."""
    themes = {one.pk: one for one in Theme.objects.of_codebook(room().codebook_id)}

    def dots(one: Theme) -> str:
        return "." + dots(themes[one.parent_id]) if one.parent_id else ""

    return [dots(one) + one.name for one in themes.values() if one.retired_at is None]


def tree(opened: Callable[..., Page], address: str = EDIT, **options: object) -> Page:
    page = opened(owner(), **options)
    page.goto(address)
    if options.get("javascript", True):
        page.wait_for_selector("#themes[role=tree]")
    return page


def item(page: Page, slug: str) -> str:
    return f'#themes li[data-slug="{slug}"]'


def toast(page: Page, words: str) -> None:
    expect(page.locator("#toast")).to_contain_text(words)


def same(page: Page) -> list[str]:
    """What the page and the server both show."""
    shown: list[str] = page.evaluate(NAMES)
    assert shown == kept()
    return shown


def test_a_theme_is_dragged_under_another_and_back(opened: Callable[..., Page]):
    page = tree(opened)
    grip = page.locator(f"{item(page, 'legitimacy')} > .row > .dots").bounding_box()
    onto = page.locator(f"{item(page, 'alliance-risk')} > .row").bounding_box()
    assert grip
    assert onto
    page.mouse.move(grip["x"] + 4, grip["y"] + 6)
    page.mouse.down()
    page.mouse.move(grip["x"] + 20, grip["y"] - 30)
    page.mouse.move(onto["x"] + 120, onto["y"] + onto["height"] / 2)
    expect(page.locator(".into .chip").first).to_have_text("Alliance risk")
    page.mouse.up()
    toast(page, "“Legitimacy” is moved.")
    assert same(page)[3:8] == [
        *("Alliance risk", ".Pakistan", ".Europe", ".China and ASEAN", ".Legitimacy"),
    ]
    page.click("#toast button")
    toast(page, "Taken back.")
    assert same(page)[9] == "Legitimacy"


def test_escape_lets_go_of_what_is_dragged(opened: Callable[..., Page]):
    page = tree(opened)
    before = same(page)
    grip = page.locator(f"{item(page, 'legitimacy')} > .row > .dots").bounding_box()
    assert grip
    page.mouse.move(grip["x"] + 4, grip["y"] + 6)
    page.mouse.down()
    page.mouse.move(grip["x"] + 20, grip["y"] - 90)
    expect(page.locator(".drag-ghost")).to_be_visible()
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator(".drag-ghost")).to_have_count(0)
    assert same(page) == before


def test_all_of_it_goes_by_keyboard_and_is_said(opened: Callable[..., Page]):
    page = tree(opened)
    page.focus("#themes li[tabindex='0']")
    for key in ("ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    expect(page.locator("#themes li:focus")).to_have_attribute(
        "aria-label", "Insulation, 1 annotation"
    )
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#live")).to_have_text("Insulation is moved: under Linkage, 1 of 2.")
    toast(page, "“Insulation” is moved.")
    assert same(page)[:3] == ["Linkage", ".Insulation", ".Tacit linkage"]
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("#live")).to_have_text("It is the first of its level.")
    page.keyboard.press("Space")
    expect(page.locator("#live")).to_contain_text("You hold Insulation, under Linkage, 1 of 2.")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#live")).to_have_text("at the top level, 1 of 9")
    page.keyboard.press("Escape")
    expect(page.locator("#live")).to_have_text("Insulation is back: under Linkage, 1 of 2.")
    for key in ("Space", "ArrowLeft", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#live")).to_have_text("Insulation is moved: at the top level, 2 of 9.")
    expect(page.locator("#codebook-undo")).to_contain_text("moved the theme Insulation")
    page.keyboard.press("Control+z")
    toast(page, "Taken back.")
    expect(page.locator("#themes li:focus")).to_have_attribute("data-slug", "insulation")
    assert same(page)[:3] == ["Linkage", ".Insulation", ".Tacit linkage"]


def test_themes_are_renamed_and_added_where_they_stand(opened: Callable[..., Page]):
    page = tree(opened)
    page.fill("#why", "Clearer")
    page.focus(item(page, "hedging"))
    page.keyboard.press("F2")
    page.keyboard.type("Ways back")
    page.keyboard.press("Enter")
    toast(page, "“Hedging” is now “Ways back”.")
    expect(page.locator("#why")).to_have_value("")
    expect(page.locator("#themes li:focus .chip")).to_have_text("Ways back")
    page.keyboard.press("n")
    page.keyboard.type("Silence")
    page.keyboard.press("Enter")
    toast(page, "“Silence” is in the codebook.")
    expect(page.locator("#themes li:focus .chip")).to_have_text("Silence")
    page.keyboard.press("b")
    page.keyboard.type("Long silence")
    page.keyboard.press("Enter")
    toast(page, "“Long silence” is in the codebook.")
    assert same(page)[-3:] == ["Ways back", "Silence", ".Long silence"]
    page.keyboard.press("Delete")
    toast(page, "“Long silence” is deleted.")
    assert same(page)[-1] == "Silence"
    page.click("text=Bring back Long silence")
    toast(page, "“Long silence” is back.")
    assert CodebookVersion.objects.filter(why="Clearer", action="edit").count() == 1


def test_a_theme_is_changed_beside_the_tree(opened: Callable[..., Page]):
    page = tree(opened)
    page.click(f"{item(page, 'hedging')} > .row > .chip")
    page.click("#panel label:has-text('teal')")
    toast(page, "“Hedging” is teal now.")
    expect(page.locator(f"{item(page, 'hedging')} > .row > .chip")).to_have_class("chip c7 f1")
    page.fill("#p_definition", "Words that leave a way back.")
    page.fill("#p_why", "Shorter")
    page.click("#panel button.primary")
    toast(page, "“Hedging” is saved.")
    expect(page.locator("#p_why")).to_have_value("")
    found = Theme.objects.get(slug="hedging")
    assert (found.definition, found.colour, found.defined) == ("Words that leave a way back.", 7, 2)
    page.click("#panel button:has-text('Retire')")
    toast(page, "“Hedging” is retired")
    expect(page.locator(".apart")).to_contain_text("3 annotations carry it")
    assert "Hedging" not in same(page)
    page.click(".apart button")
    toast(page, "“Hedging” is offered again.")
    assert same(page)[-1] == "Hedging"


def test_what_is_being_written_stays_while_the_tree_changes(opened: Callable[..., Page]):
    page = tree(opened, f"{EDIT}?theme=hedging")
    page.fill("#p_definition", "Half a sent")
    page.click("#panel button:has-text('Up')")
    toast(page, "“Hedging” is moved.")
    expect(page.locator("#p_definition")).to_have_value("Half a sent")
    page.click("#panel label:has-text('teal')")
    toast(page, "“Hedging” is teal now.")
    expect(page.locator("#p_definition")).to_have_value("Half a sent")
    page.click(f"{item(page, 'linkage')} > .row > .chip")
    toast(page, "is not saved")
    expect(page.locator("#p_name")).to_have_value("Hedging")
    page.click("#panel button.primary")
    toast(page, "“Hedging” is saved.")
    assert Theme.objects.get(slug="hedging").definition == "Half a sent"


def test_two_who_edit_one_theme_see_both(opened: Callable[..., Page]):
    page = tree(opened, f"{EDIT}?theme=hedging", quiet=False)
    theme = Theme.objects.get(slug="hedging")
    edit_theme(room(), theme, actor=owner(), definition="Theirs.")
    page.fill("#p_definition", "Mine.")
    page.click("#panel button.primary")
    expect(page.locator("#panel [data-stale]")).to_contain_text("Theirs.")
    expect(page.locator("#p_definition")).to_have_value("Mine.")
    assert Theme.objects.get(pk=theme.pk).definition == "Theirs."
    page.click("#panel [data-stale] button:has-text('Save mine')")
    toast(page, "“Hedging” is saved.")
    assert Theme.objects.get(pk=theme.pk).definition == "Mine."


def test_themes_are_found_and_folded(opened: Callable[..., Page]):
    page = tree(opened)
    page.fill("#filter", "europe")
    shown = page.locator("#themes li[data-pk]:visible > .row > .chip")
    expect(shown).to_have_text(["Alliance risk", "Europe"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#themes li:focus")).to_have_attribute("data-slug", "europe")
    page.fill("#filter", "zzz")
    expect(page.locator(".none-found")).to_be_visible()
    page.fill("#filter", "")
    page.click("#fold-all")
    expect(shown).to_have_count(8)
    page.reload()
    expect(shown).to_have_count(8)
    page.focus(item(page, "linkage"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#themes li:focus")).to_have_attribute("data-slug", "tacit-linkage")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(item(page, "linkage"))).to_have_attribute("aria-expanded", "false")


def test_a_finger_drags_a_theme_and_opens_it_as_a_sheet(opened: Callable[..., Page]):
    page = tree(opened, phone=True)
    grip = page.locator(f"{item(page, 'pakistan')} > .row > .dots")
    grip.evaluate("one => one.scrollIntoView({ block: 'center' })")
    box = grip.bounding_box()
    onto = page.locator(f"{item(page, 'europe')} > .row").bounding_box()
    assert box
    assert onto
    hand = page.context.new_cdp_session(page)
    x, y = box["x"] + 8, box["y"] + box["height"] / 2
    end = onto["y"] + onto["height"] * 0.9

    def touch(kind: str, *points: tuple[float, float]) -> None:
        at = [{"x": px, "y": py} for px, py in points]
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})

    touch("touchStart", (x, y))
    for part in (0.3, 0.6, 1.0):
        touch("touchMove", (x + 30 * part, y + (end - y) * part))
    expect(page.locator(".over-after, .over-before").first).to_be_visible()
    touch("touchEnd")
    toast(page, "“Pakistan” is moved.")
    assert same(page)[3:6] == ["Alliance risk", ".Europe", ".Pakistan"]
    sheet = page.locator("#panel.open")
    # Chromium takes a touch soon after another one for a part of the same gesture.
    for _ in range(5):
        page.wait_for_timeout(700)
        page.tap(f"{item(page, 'europe')} > .row > .chip")
        page.wait_for_timeout(700)
        if sheet.count():
            break
    expect(sheet.locator("#p_name")).to_have_value("Europe")
    lower = sheet.bounding_box()
    assert lower
    assert lower["y"] > 250
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.tap("#panel .close")
    expect(sheet).to_have_count(0)


def test_all_of_it_goes_without_scripts(opened: Callable[..., Page]):
    page = tree(opened, javascript=False)
    page.click("#themes a:text-is('Hedging')")
    expect(page.locator("#p_name")).to_have_value("Hedging")
    page.fill("#p_why", "By hand")
    page.click("#panel button:has-text('Up')")
    expect(page.locator("main")).to_contain_text("“Hedging” is moved.")
    assert kept()[-2:] == ["Hedging", "Soviet intentions"]
    page.click("#panel button:text-is('In')")
    assert kept()[-3:] == [".Decision and non-decision", ".Hedging", "Soviet intentions"]
    page.click("#panel button:text-is('Out')")
    page.select_option("#p_under", label="Linkage")
    page.click("#panel button:has-text('Move there')")
    assert kept()[:4] == ["Linkage", ".Tacit linkage", ".Insulation", ".Hedging"]
    page.fill("#p_name", "Ways back")
    page.click("#panel button.primary")
    expect(page.locator("main")).to_contain_text("“Ways back” is saved.")
    page.click("#panel button:has-text('Retire')")
    expect(page.locator(".apart")).to_contain_text("3 annotations carry it")
    page.click("#codebook-undo button")
    expect(page.locator("main")).to_contain_text("Taken back.")
    assert CodebookVersion.objects.filter(why="By hand", action="move").count() == 1
