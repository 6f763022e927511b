"""The pages of links and codes: for editors, for guests, for accounts, and what they refuse."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import timedelta
from typing import Any

import pytest
import qrcode
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from annotations.actions.joining import BLOCKED, WRONG, make_link, revoke_link
from annotations.joining import address_of
from annotations.models import Block, Group, JoinLink
from annotations.qr import svg
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db
NEW = {"new-name": "Anna Vogel", "new-password": "quiet-river-7"}


@pytest.fixture(autouse=True)
def _counts_begin_anew() -> None:
    cache.clear()


@pytest.fixture
def here() -> World:
    return world()


@pytest.fixture
def link(here: World) -> JoinLink:
    return make_link(here.set, actor=here.owner)


def to_join(link: JoinLink) -> str:
    return f"/join/{link.token}/"


def reading(here: World) -> str:
    return f"{here.document.get_absolute_url()}?set={here.set.slug}"


def test_only_editors_see_and_make_links(client: Client, here: World, link: JoinLink):
    paths = [here.path(f"join-links/{tail}") for tail in ("", f"{link.pk}/show/")]
    paths.append(here.path(f"join-links/{link.pk}/code.svg"))
    for who, status in ((None, 404), (here.stranger, 404), (here.annotator, 403)):
        if who:
            client.force_login(who)
        for path in paths:
            assert client.get(path).status_code == status
        for path in (
            paths[0],
            *(here.path(f"join-links/{link.pk}/{a}/") for a in ("renew", "revoke")),
        ):
            assert client.post(path, {"role": "editor"}).status_code == status
    assert JoinLink.objects.count() == 1
    client.force_login(here.editor)
    for path in paths:
        assert client.get(path).status_code == 200


def test_links_of_another_set_are_not_reached(client: Client, here: World, link: JoinLink):
    from tests.factories import AnnotationSetFactory

    other = AnnotationSetFactory(owner=here.owner)
    client.force_login(here.owner)
    for tail in ("show/", "code.svg"):
        assert client.get(f"/sets/{other.slug}/join-links/{link.pk}/{tail}").status_code == 404
    for tail in ("renew/", "revoke/"):
        assert client.post(f"/sets/{other.slug}/join-links/{link.pk}/{tail}").status_code == 404


def test_an_editor_makes_a_link_with_terms(client: Client, here: World):
    group = Group.objects.create(annotation_set=here.set, name="Section A")
    client.force_login(here.editor)
    path, last = here.path("join-links/"), timezone.localdate() + timedelta(days=3)
    assertContains(client.get(path), "Section A")
    given = {"role": "reader", "group": group.pk, "last": last.isoformat(), "limit": "30"}
    assertRedirects(client.post(path, given), path)
    made = JoinLink.objects.get()
    assert (made.role, made.group, made.limit, made.without_mail) == ("reader", group, 30, False)
    assert made.ends_at and timezone.localtime(made.ends_at).isoformat()[:19].endswith("T00:00:00")
    assert timezone.localdate(made.ends_at) == last + timedelta(days=1)
    page = client.get(path)
    assertContains(page, f"{made.code[:4]} {made.code[4:]}")
    assertContains(page, address_of(made))
    assertContains(page, "0 of 30 came by it")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("role", "owner"),
        ("last", "2001-01-01"),
        ("last", "9999-12-31"),
        ("last", "soon"),
        ("limit", "0"),
        ("limit", "9" * 30),
        ("group", "0"),
    ],
)
def test_bad_terms_make_nothing(client: Client, here: World, field: str, value: str):
    client.force_login(here.owner)
    given = {"role": "annotator", field: value}
    assert client.post(here.path("join-links/"), given).status_code == 422
    assert not JoinLink.objects.exists()


def test_a_link_is_renewed_and_revoked(client: Client, here: World, link: JoinLink):
    client.force_login(here.editor)
    path = here.path("join-links/")
    assertRedirects(client.post(f"{path}{link.pk}/revoke/"), path)
    assertContains(client.get(path), "revoked")
    assertContains(client.get(f"{path}{link.pk}/show/"), "This link is revoked")
    bad = client.post(f"{path}{link.pk}/renew/", {f"l{link.pk}-limit": "0"})
    assertContains(bad, "<details open>", status_code=422)
    assertRedirects(client.post(f"{path}{link.pk}/renew/", {f"l{link.pk}-limit": "5"}), path)
    renewed = JoinLink.objects.get()
    assert renewed.token != link.token and renewed.code != link.code
    assert (renewed.state, renewed.limit) == ("open", 5)


def test_the_pages_need_as_many_queries_as_stated(
    client: Client, here: World, link: JoinLink, django_assert_num_queries: Any
):
    for _ in range(3):
        make_link(here.set, actor=here.owner)
    with django_assert_num_queries(1):  # the link
        client.get(to_join(link))
    with django_assert_num_queries(0):
        client.get("/join/")
    client.force_login(here.stranger)
    with django_assert_num_queries(5):  # session, account, link, membership, block
        client.get(to_join(link))
    client.force_login(here.owner)
    with django_assert_num_queries(6):  # session, account, set, count, links, groups
        client.get(here.path("join-links/"))
    with django_assert_num_queries(4):  # session, account, set, link
        client.get(here.path(f"join-links/{link.pk}/show/"))
    with django_assert_num_queries(4):
        client.get(here.path(f"join-links/{link.pk}/code.svg"))


def test_the_image_holds_the_address(client: Client, here: World, link: JoinLink):
    client.force_login(here.owner)
    response = client.get(here.path(f"join-links/{link.pk}/code.svg"))
    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.decode() == svg(address_of(link))
    root = ET.fromstring(response.content)
    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(address_of(link))
    black = {(x, y) for y, row in enumerate(code.get_matrix()) for x, on in enumerate(row) if on}
    drawn = set()
    for run in root[1].attrib["d"].rstrip("z").split("z"):
        start, rest = run[1:].split(" ")
        y, wide = rest.partition("v")[0].split("h")
        drawn |= {(x, int(y)) for x in range(int(start), int(start) + int(wide))}
    assert drawn == black


def test_the_wall_shows_code_address_and_image(client: Client, here: World, link: JoinLink):
    client.force_login(here.owner)
    page = client.get(here.path(f"join-links/{link.pk}/show/"))
    assertContains(page, f"{link.code[:4]} {link.code[4:]}")
    assertContains(page, "127.0.0.1:8000/join")
    assertContains(page, here.path(f"join-links/{link.pk}/code.svg"))


def test_a_code_leads_to_its_link(client: Client, link: JoinLink):
    typed = f"{link.code[:4]}-{link.code[4:]}".lower()
    assertRedirects(client.post("/join/", {"code": typed}), to_join(link))


@pytest.mark.parametrize("typed", ["BBBB BBBB", "", "x" * 501, "<b>", "\0", "/join/../../admin/"])
def test_a_wrong_code_says_nothing_of_others(client: Client, link: JoinLink, typed: str):
    response = client.post("/join/", {"code": typed})
    assertContains(response, "errorlist", status_code=422)
    if typed == "BBBB BBBB":
        assertContains(response, WRONG, status_code=422)


def test_codes_are_not_tried_without_end(client: Client, link: JoinLink, monkeypatch: Any):
    monkeypatch.setattr("annotations.views.joining.CODES", "2/m/ip")
    for _ in range(2):
        assert client.post("/join/", {"code": "BBBBBBBB"}).status_code == 422
    response = client.post("/join/", {"code": link.code})
    assertContains(response, "Too many tries", status_code=429)
    assert response["Retry-After"] == "60"


def test_accounts_are_not_made_without_end(link: JoinLink, monkeypatch: Any):
    monkeypatch.setattr("annotations.views.joining.ACCOUNTS", "2/m/ip")
    statuses = [Client().post(to_join(link), NEW).status_code for _ in range(3)]
    assert statuses == [302, 302, 429]
    assert User.objects.filter(last_name="Vogel").count() == 2


def test_one_who_is_signed_in_joins_by_one_button(client: Client, here: World, link: JoinLink):
    client.force_login(here.stranger)
    page = client.get(to_join(link))
    assertContains(page, "Join as stranger")
    assertNotContains(page, "new-password")
    assert not here.set.memberships.filter(user=here.stranger).exists()
    assertRedirects(client.post(to_join(link)), reading(here))
    assertRedirects(client.get(to_join(link)), reading(here))


def test_whoever_is_new_gets_an_account_where_sign_up_is_off(
    client: Client, here: World, link: JoinLink, settings: Any
):
    settings.SIGNUP_OPEN = False
    assertContains(client.get(to_join(link)), f"/accounts/login/?next={to_join(link)}")
    assertRedirects(client.post(to_join(link), NEW), reading(here))
    made = User.objects.get(username="anna-vogel")
    assert client.session["_auth_user_id"] == str(made.pk)
    assert here.set.memberships.get(user=made).role == "annotator"
    page = client.get(reading(here))
    assertContains(page, 'Your user name is <b class="user-name">anna-vogel</b>')
    other = Client()
    assert other.post("/accounts/login/", {"login": "anna-vogel", "password": "quiet-river-7"})
    assert other.session["_auth_user_id"] == str(made.pk)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"new-password": "12345678"}, "entirely numeric"),
        ({"new-password": "short"}, "too short"),
        ({"new-password": "anna-vogel"}, "too similar"),
        ({"new-name": " "}, "This field is required"),
        ({"new-name": "anna@example.org"}, "not a mail address"),
        ({"new-name": "x" * 101}, "at most 100"),
    ],
)
def test_a_bad_name_or_password_is_said_and_makes_nothing(
    client: Client, link: JoinLink, given: dict[str, str], says: str
):
    people = User.objects.count()
    assertContains(client.post(to_join(link), NEW | given), says, status_code=422)
    assert User.objects.count() == people


def test_a_link_may_ask_for_a_mail_address(client: Client, here: World):
    link = make_link(here.set, actor=here.owner, without_mail=False)
    assertContains(client.post(to_join(link), NEW), "This field is required", status_code=422)
    given = NEW | {"new-email": "a@example.org"}
    assertRedirects(client.post(to_join(link), given), reading(here))
    assert User.objects.get(username="anna-vogel").email == "a@example.org"
    client.force_login(here.stranger)
    assertContains(client.get(to_join(link)), "Add your mail address", status_code=403)


@pytest.mark.parametrize("reached", [True, False])
def test_an_address_is_to_be_confirmed_and_a_dead_mail_server_keeps_nobody_out(
    client: Client, here: World, settings: Any, mailoutbox: list[Any], reached: bool
):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    if not reached:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    link = make_link(here.set, actor=here.owner, without_mail=False)
    given = NEW | {"new-email": "a@example.org"}
    assertRedirects(client.post(to_join(link), given), reading(here))
    assert [mail.to for mail in mailoutbox] == ([["a@example.org"]] if reached else [])


def test_a_link_that_is_shut_says_why_and_shows_no_set(client: Client, here: World, link: JoinLink):
    revoke_link(link, actor=here.owner)
    for path, status, says in ((to_join(link), 410, "withdrawn"), ("/join/wrong/", 404, WRONG)):
        for answer in (client.get(path), client.post(path, NEW)):
            assertContains(answer, says, status_code=status)
            assertNotContains(answer, here.set.title, status_code=status)
            assertContains(answer, 'name="code"', status_code=status)
    assert not User.objects.filter(username="anna-vogel").exists()
    client.force_login(here.stranger)
    assertContains(client.get(to_join(link)), "withdrawn", status_code=410)


def test_one_who_was_put_out_is_refused_politely(client: Client, here: World, link: JoinLink):
    Block.objects.create(annotation_set=here.set, user=here.stranger, by=here.owner)
    client.force_login(here.stranger)
    for answer in (client.get(to_join(link)), client.post(to_join(link))):
        assertContains(answer, BLOCKED, status_code=403)
    assert not here.set.memberships.filter(user=here.stranger).exists()


def test_pages_with_a_token_are_kept_nowhere_and_told_to_nobody(client: Client, link: JoinLink):
    for path in ("/join/", to_join(link), "/join/wrong/"):
        response = client.get(path)
        assert "no-store" in response["Cache-Control"] and response["X-Robots-Tag"] == "noindex"
        assert response["Referrer-Policy"] == "same-origin"


def test_the_hint_is_shown_in_this_set_until_it_is_read(
    client: Client, here: World, link: JoinLink
):
    client.force_login(here.stranger)
    client.post(to_join(link))
    page = client.get(reading(here))
    assertContains(page, 'id="hint"')
    assertNotContains(page, "Your user name is")
    assertNotContains(client.get(here.document.get_absolute_url() + "?set="), 'id="hint"')
    assertRedirects(client.post("/join/hint/", {"next": reading(here)}), reading(here))
    assertNotContains(client.get(reading(here)), 'id="hint"')
    assert client.post("/join/hint/", headers={"HX-Request": "true"}).content == b""


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org", "", "javascript:x"])
def test_nobody_is_led_away_from_the_site(client: Client, here: World, back: str):
    client.force_login(here.reader)
    assertRedirects(client.post("/join/hint/", {"next": back}), "/")


def test_a_reader_is_not_told_to_annotate(client: Client, here: World):
    link = make_link(here.set, actor=here.owner, role="reader")
    assertNotContains(client.get(to_join(link)), "and annotate")
    client.force_login(here.stranger)
    client.post(to_join(link))
    page = client.get(reading(here))
    assertContains(page, "Choose a coloured passage")
    assertNotContains(page, "To annotate")


def test_a_new_set_offers_to_invite_people(client: Client, here: World):
    client.force_login(here.owner)
    response = client.post("/sets/new/", {"title": "New", "visibility": "private"}, follow=True)
    assertContains(response, "Nobody but you is here yet")
    assertContains(response, f"{response.request['PATH_INFO']}join-links/")
    assertNotContains(client.get(here.path()), "Nobody but you")
