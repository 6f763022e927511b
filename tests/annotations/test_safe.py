"""What is sent twice is done once; what two changed is shown to the second, with both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import lxml.html
import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from hypothesis import given as for_all
from hypothesis import strategies as st

from annotations.actions.annotations import delete_annotation, edit_annotation
from annotations.actions.assignments import Part, create_assignment, edit_assignment
from annotations.actions.codebook import edit_theme
from annotations.actions.replies import create_reply, edit_reply
from annotations.actions.sets import edit_set
from annotations.conflicts import both
from annotations.models import Annotation, History, Reply
from annotations.writers import key_of
from tests.annotations.worlds import World, world

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
Given = list[tuple[str, str]]


@pytest.fixture
def here() -> World:
    return world()


def fields_of(form: Any) -> Given:
    """What a browser would send; the line end that begins a textarea is none of it."""
    return [(name, str(value).removeprefix("\n")) for name, value in form.form_values()]


class Opened:
    """A form as a browser has it: the fields that the page gave, to be written in and sent."""

    def __init__(self, client: Client, path: str, html: bytes | None = None) -> None:
        self.client, self.path = client, path
        page = lxml.html.fromstring(html or client.get(path).content)
        form = next(one for one in page.forms if "data-draft" in one.attrib)
        self.action = form.attrib.get("action") or path
        self.given = fields_of(form)

    def write(self, **values: Any) -> Opened:
        rest = [(name, value) for name, value in self.given if name not in values]
        self.given = [*rest, *((name, str(value)) for name, value in values.items())]
        return self

    def send(self, **headers: str) -> Any:
        return self.client.post(
            self.action, urlencode(self.given), content_type=FORM, headers=headers
        )

    def again(self, answer: HttpResponse) -> Opened:
        """The form as an answer gave it back."""
        return Opened(self.client, self.path, answer.content)


def opened(user: User, path: str) -> Opened:
    client = Client()
    client.force_login(user)
    return Opened(client, path)


def form_for_note(here: World, words: str = "Afghanistan Day") -> Opened:
    start = here.edition.text.index(words)
    path = here.path(f"annotate/frus1981-88v03/d169/?start={start}&end={start + len(words)}")
    return opened(here.annotator, path).write(note="A day.")


def test_a_note_that_is_sent_twice_is_there_once(here: World) -> None:
    form = form_for_note(here)
    assert [form.send().status_code for _ in range(3)] == [302] * 3
    made = Annotation.objects.get()
    assert made.uuid == UUID(dict(form.given)["uuid"])
    assert History.objects.filter(kind="annotation").count() == 1


def test_a_note_that_was_sent_and_written_on_is_shown_with_what_is_saved(here: World) -> None:
    form = form_for_note(here)
    form.send()
    answer = form.write(note="A day to remember.").send()
    assert answer.status_code == 409 and Annotation.objects.get().note == "A day."
    html = answer.content.decode()
    assert "This was changed while you were writing" in html and "to remember" in html
    assert form.again(answer).send().status_code == 302
    assert Annotation.objects.get().note == "A day to remember."


def test_a_reply_that_is_sent_twice_is_there_once(here: World) -> None:
    path = f"{here.annotate().get_absolute_url()}reply/"
    form = opened(here.editor, path).write(note="Why?")
    assert form.send().status_code == form.send().status_code == 302
    assert Reply.objects.get().note == "Why?"
    answer = form.write(note="Why not?").send()
    assert answer.status_code == 409 and "Why not?" in answer.content.decode()


def test_nobody_takes_up_what_somebody_else_sent(here: World) -> None:
    """The uuid of another's annotation gives nothing of it away, and changes nothing."""
    theirs = here.annotate(note="Hers.", visibility="private")
    form = form_for_note(here)
    form.client.force_login(here.editor)
    form.write(uuid=theirs.uuid, writer=key_of(here.editor))
    assert form.send().status_code == 422
    assert Annotation.objects.get().note == "Hers."
    reply = create_reply(theirs, author=here.annotator, note="Mine.")
    on = here.annotate("linkage", author=here.annotator)
    answer = opened(here.editor, f"{on.get_absolute_url()}reply/").write(note="x", uuid=reply.uuid)
    assert answer.send().status_code == 422
    assert Reply.objects.get().note == "Mine."


def test_a_uuid_that_is_none_is_made_anew(here: World) -> None:
    form = form_for_note(here).write(uuid="'; drop")
    assert form.send().status_code == 302
    assert Annotation.objects.get()


def changed_note(here: World) -> tuple[User, str, Callable[[], object], dict[str, str]]:
    made = here.annotate(note="Before.", themes=[here.risk])

    def meanwhile() -> object:
        return edit_annotation(
            Annotation.objects.get(),
            actor=here.annotator,
            themes=[here.linkage],
            note="Theirs.",
            visibility="shared",
        )

    return (
        here.annotator,
        f"{made.get_absolute_url()}edit/",
        meanwhile,
        {"note": "Mine."},
    )


def changed_reply(here: World) -> tuple[User, str, Callable[[], object], dict[str, str]]:
    made = create_reply(here.annotate(), author=here.annotator, note="Before.")
    return (
        here.annotator,
        f"/replies/{made.uuid}/edit/",
        lambda: edit_reply(Reply.objects.get(), actor=here.annotator, note="Theirs."),
        {"note": "Mine."},
    )


def changed_set(here: World) -> tuple[User, str, Callable[[], object], dict[str, str]]:
    words = {"description": "Theirs.", "visibility": "private", "rights": ""}
    return (
        here.owner,
        here.path("edit/"),
        lambda: edit_set(here.set, actor=here.editor, title="A seminar", **words),
        {"description": "Mine."},
    )


def changed_theme(here: World) -> tuple[User, str, Callable[[], object], dict[str, str]]:
    return (
        here.owner,
        here.path(f"codebook/{here.risk.slug}/edit/"),
        lambda: edit_theme(here.set, here.risk, actor=here.editor, definition="Theirs."),
        {"definition": "Mine."},
    )


def changed_assignment(here: World) -> tuple[User, str, Callable[[], object], dict[str, str]]:
    parts = [Part(here.document.pk)]
    made = create_assignment(
        here.set, actor=here.owner, title="Read", prompt="Before.", parts=parts, annotations=1
    )
    return (
        here.owner,
        f"{made.get_absolute_url()}edit/",
        lambda: edit_assignment(
            made, actor=here.editor, parts=parts, title="Read", prompt="Theirs.", themes=[here.risk]
        ),
        {"prompt": "Mine."},
    )


CHANGES = [changed_note, changed_reply, changed_set, changed_theme, changed_assignment]


@pytest.mark.parametrize("change", CHANGES)
def test_the_second_of_two_is_shown_both_and_can_save_hers(here: World, change: Any) -> None:
    user, path, meanwhile, mine = change(here)
    form = opened(user, path).write(**mine)
    meanwhile()
    before = History.objects.count()
    answer = form.send()
    html = answer.content.decode()
    assert answer.status_code == 409 and History.objects.count() == before
    page = lxml.html.fromstring(html)
    sides = page.find_class("side")
    theirs, own = ("".join(one.text_content() for one in sides[i::2]) for i in (0, 1))
    assert "Theirs" in theirs and "Mine" in own and "Mine" not in theirs
    assert page.xpath("//*[@data-keep-theirs]") and "Save mine" in html
    # She saves hers, as the form has it now; a third change is told again.
    again = form.again(answer)
    assert mine.items() <= dict(again.given).items()
    assert again.send().status_code == 302
    assert History.objects.count() == before + 1
    assert form.send().status_code == 302, "the same again is no conflict"
    assert form.write(**dict.fromkeys(mine, "Another.")).send().status_code == 409


@pytest.mark.parametrize("change", CHANGES)
def test_a_form_that_nobody_else_changed_is_saved_once_and_again(here: World, change: Any) -> None:
    user, path, _, mine = change(here)
    form = opened(user, path).write(**mine)
    before = History.objects.count()
    # The answer to the first may be lost.
    assert [form.send().status_code for _ in range(2)] == [302, 302]
    assert History.objects.count() == before + 1


def test_another_editor_is_named_as_the_set_names_its_members(here: World) -> None:
    user, path, meanwhile, mine = changed_set(here)
    form = opened(user, path).write(**mine)
    meanwhile()
    assert "editor changed it" in form.send().content.decode()


def test_what_was_deleted_meanwhile_is_told_with_the_words(here: World) -> None:
    made = here.annotate(note="Before.")
    form = opened(here.annotator, f"{made.get_absolute_url()}edit/").write(note="Mine.")
    delete_annotation(made, actor=here.annotator)
    html = form.send().content.decode()
    assert "This was deleted meanwhile" in html and "Mine." in html
    assert Annotation.objects.get().note == "Before."


def test_whose_session_is_over_gets_the_words_back_and_sends_them_again(here: World) -> None:
    form = form_for_note(here)
    form.client.logout()
    answer = form.send(Origin="http://testserver")
    assert answer.status_code == 401 and "You were signed out" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    again = dict(fields_of(lxml.html.fromstring(answer.content).forms[-1]))
    assert again["note"] == "A day." and again["quote"] == "Afghanistan Day"
    form.client.force_login(here.annotator)
    form.given = list(again.items())
    assert form.send().status_code == 302
    assert Annotation.objects.get().note == "A day."


def test_what_one_wrote_is_not_saved_for_another(here: World) -> None:
    form = form_for_note(here)
    form.client.force_login(here.editor)
    assert "Somebody else is signed in" in form.send().content.decode()
    told = form.send(**{"Apparatus-Kept": "1"})
    assert (told.status_code, told["Apparatus-Session"], told.content) == (401, "other", b"")
    assert not Annotation.objects.exists()


@pytest.mark.parametrize("header", ["HX-Request", "Apparatus-Kept"])
def test_a_script_is_told_by_a_header(here: World, header: str) -> None:
    form = form_for_note(here)
    form.client = Client(enforce_csrf_checks=True)
    form.client.force_login(here.annotator)
    told = form.send(**{header: "true"})
    assert (told.status_code, told["Apparatus-Session"]) == (403, "old-token")
    form.given = [one for one in form.given if one[0] != "csrfmiddlewaretoken"]
    token = form.client.get("/accounts/here/").json()
    assert token["writer"] == key_of(here.annotator)
    sent = form.send(**{header: "true", "X-CSRFToken": token["token"]})
    assert sent.status_code == (204 if header == "Apparatus-Kept" else 200)
    assert ("Apparatus-Go" in sent) == (header == "Apparatus-Kept")
    form.client.logout()
    told = form.send(**{header: "true"})
    assert (told.status_code, told["Apparatus-Session"]) == (401, "signed-out")
    assert form.client.get("/accounts/here/").json()["writer"] == ""


def test_an_old_token_gives_the_words_back_to_ones_own_form_alone(here: World) -> None:
    form = form_for_note(here)
    form.client = Client(enforce_csrf_checks=True)
    form.client.force_login(here.annotator)
    own = form.send(Origin="http://testserver").content.decode()
    assert "Send it again" in own and "A day." in own
    # A foreign page must not get a button for what it made up.
    foreign = form.send(Origin="https://elsewhere.example").content.decode()
    assert "Send it again" not in foreign and "A day." in foreign
    assert not Annotation.objects.exists()


def test_a_password_is_never_given_back() -> None:
    client = Client(enforce_csrf_checks=True)
    typed = urlencode({"login": "ann", "password": "a secret word"})
    answer = client.post("/accounts/login/", typed, content_type=FORM)
    assert answer.status_code == 403 and "a secret word" not in answer.content.decode()


def test_the_key_of_a_writer_tells_nothing_of_her(here: World) -> None:
    keys = {key_of(user) for user in (here.owner, here.editor, here.annotator)}
    assert len(keys) == 3 and all(len(key) == 20 for key in keys)
    html = Client().get("/").content.decode()
    assert 'name="writer"' not in html


texts = st.text(st.sampled_from("ab \n𝔸é"), max_size=40)


@for_all(texts, texts)
def test_both_sides_are_told_whole(theirs: str, mine: str) -> None:
    found = both({"Note": theirs}, {"Note": mine})
    assert bool(found) == (theirs != mine)
    for one in found:
        assert "".join(piece.text for piece in one.theirs) == theirs
        assert "".join(piece.text for piece in one.mine) == mine
        assert any(piece.differs for piece in (*one.theirs, *one.mine))


def test_a_new_uuid_is_given_to_each_form(here: World) -> None:
    uuids = {dict(form_for_note(here).given)["uuid"] for _ in range(3)}
    assert len(uuids) == 3 and str(uuid4()) not in uuids
