"""The list of a set's annotations in the browser: ticked by mouse, keys and finger, acted on at
once, and taken back."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from annotations.actions.annotations import create_annotation
from annotations.actions.codebook import create_theme
from annotations.models import Annotation, AnnotationSet, Theme
from tests.browser.pages import member
from tests.browser.test_accessibility import BYPASS, violations

Opens = Callable[..., Page]
pytestmark = pytest.mark.usefixtures("sample")
LIST = "/sets/seminar/annotations/"


def opened_list(opened: Opens, address: str = LIST, **options: bool) -> Page:
    page = opened(AnnotationSet.objects.get(slug="seminar").owner, **options)
    page.goto(address)
    return page


def ticks(page: Page) -> Locator:
    return page.locator(".annotations .tick input")


def seen() -> int:
    return Annotation.objects.alive().count()


def panel(page: Page, act: str) -> Locator:
    """Presses the button of an act, and waits for what it says."""
    button = page.locator(".doing").get_by_role("button", name=act, exact=True)
    button.click()
    value = button.get_attribute("value")
    found = page.locator(f"#panel form:has(input[name=act][value={value}])")
    expect(found).to_be_visible()
    return found


def test_filters_act_at_once_and_stand_in_the_address(opened: Opens) -> None:
    page = opened_list(opened)
    theme = Theme.objects.filter(annotations__isnull=False).first()
    assert theme is not None
    page.get_by_text("Filters").click()
    page.locator(".several summary", has_text="Themes").click()
    page.locator(f'.several input[value="{theme.slug}"]').check()
    expect(page.locator(".narrowings")).to_contain_text(theme.name)
    expect(page).to_have_url(re.compile(rf"annotations/\?theme={theme.slug}$"))
    page.reload()
    expect(page.locator(".narrowings")).to_contain_text(theme.name)
    page.get_by_role("link", name=f"Take off the filter: theme {theme.name}").click()
    expect(page).to_have_url(re.compile(r"annotations/\?$"))


def test_many_are_ticked_retagged_and_taken_back(opened: Opens) -> None:
    page = opened_list(opened)
    ticks(page).nth(0).check()
    ticks(page).nth(3).click(modifiers=["Shift"])
    expect(page.locator("#chosen")).to_have_text("4 chosen")
    before = {one.pk: one.theme_ids for one in Annotation.objects.all()}
    room = AnnotationSet.objects.get(slug="seminar")
    added = create_theme(room, actor=room.owner, name="Of all")
    page.reload()
    ticks(page).nth(0).check()
    ticks(page).nth(3).click(modifiers=["Shift"])
    form = panel(page, "Themes")
    expect(form.get_by_role("heading")).to_have_text("Themes of 4 annotations")
    expect(form.get_by_role("heading")).to_be_focused()
    shown = page.locator(".annotations > .one").count()
    form.locator(f'input[name=add][value="{added.pk}"]').check()
    form.get_by_role("button", name="Change the themes").click()
    expect(page.locator("#toast")).to_contain_text("4 annotations have other themes now.")
    expect(page.locator(".annotations > .one")).to_have_count(shown)
    assert added.annotations.count() == 4
    page.locator("#toast").get_by_role("button", name="Undo").click()
    expect(page.locator("main")).to_contain_text("Taken back")
    assert {one.pk: one.theme_ids for one in Annotation.objects.all()} == before


def test_ticks_by_keys_alone(opened: Opens) -> None:
    page = opened_list(opened)
    ticks(page).nth(1).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator("#chosen")).to_have_text("3 chosen")
    expect(ticks(page).nth(3)).to_be_focused()
    page.keyboard.press("Control+a")
    expect(page.locator("#chosen")).to_have_text(f"{ticks(page).count()} chosen")
    page.keyboard.press("Escape")
    expect(page.locator("#dock")).to_be_hidden()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Delete", exact=True).press("Enter")
    expect(page.locator("#panel-is")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#panel form")).to_have_count(0)


def test_all_that_match_are_hidden_and_shown_again(opened: Opens) -> None:
    page = opened_list(opened, LIST + "?question=open&question=open&sharing=shared")
    one = Annotation.objects.filter(visibility="shared").first()
    assert one is not None
    Annotation.objects.filter(pk=one.pk).update(question="open")
    page.reload()
    page.get_by_role("link", name="Choose all of them").click()
    expect(page.locator("#chosen")).to_contain_text("that match are chosen.")
    form = panel(page, "Hide")
    form.get_by_role("button", name="Hide").click()
    assert not Annotation.objects.filter(hidden_at__isnull=False).exists()
    form.get_by_label("Reason").fill("For now.")
    form.get_by_role("button", name="Hide").click()
    expect(page.locator("#toast")).to_contain_text("hidden")
    one.refresh_from_db()
    assert one.hidden_reason == "For now."
    page.locator("#toast").get_by_role("button", name="Undo").click()
    expect(page.locator("main")).to_contain_text("Taken back")
    one.refresh_from_db()
    assert one.hidden_at is None


def test_a_long_list_grows_and_keeps_what_is_ticked(opened: Opens) -> None:
    there = Annotation.objects.earliest("pk")
    for _ in range(60):
        create_annotation(
            author=there.author,
            annotation_set=there.annotation_set,
            edition=there.edition,
            start=there.start,
            end=there.end,
            quote=there.quote,
        )
    page = opened_list(opened)
    ticks(page).nth(2).check()
    page.get_by_role("link", name="Show more").click()
    expect(page.locator(".annotations > .one")).to_have_count(min(seen(), 100))
    expect(page.locator("#chosen")).to_have_text("1 chosen")


def test_on_a_phone_rows_are_cards_and_nothing_runs_over_the_edge(opened: Opens) -> None:
    page = opened_list(opened, phone=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    ticks(page).nth(0).tap()
    panel(page, "Delete")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_without_scripts_it_is_one_form(opened: Opens) -> None:
    page = opened_list(opened, LIST + "?sort=newest", javascript=False)
    ticks(page).nth(0).check()
    page.get_by_role("button", name="Hide", exact=True).click()
    page.get_by_label("Reason").fill("For now.")
    page.get_by_role("button", name="Hide").click()
    expect(page.get_by_text("1 annotation is hidden.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    assert not Annotation.objects.filter(hidden_at__isnull=False).exists()


def test_a_member_reads_under_the_names_that_hold(opened: Opens) -> None:
    AnnotationSet.objects.update(naming=0)
    page = opened(member())
    page.goto(LIST)
    expect(page.locator(".annotations .author").first).to_contain_text("a member")


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_nothing_that_opens_in_the_list_has_a_violation(opened: Opens, phone: bool) -> None:
    page = opened_list(opened, LIST + "?all=1", phone=phone, **BYPASS)
    page.get_by_text("Filters").click()
    page.locator(".several summary", has_text="Themes").click()
    found = violations(page, "all chosen")
    page.locator("[data-none]").click()
    ticks(page).nth(0).check()
    for act in ("Themes", "Replace a theme", "Delete", "Hide"):
        panel(page, act)
        found += violations(page, act, part="#dock")
    assert not found, "\n".join(found)
