"""People who work while the server is killed: each sends, and sends again when no answer comes."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from tests.faults.ledger import Ledger, Thing, Write

BASE = re.compile(r'name="base" value="([^"]*)"')
DONE = (200, 302)
# Of so many that no answer came to, one is given up.
GIVEN_UP = 4


class Lost(Exception):
    """No answer came; what was sent may have been done or not."""


class NotSent(Exception):
    """There was no server, and nothing was sent."""


@dataclass
class World:
    """What the clients know: the set's address, the document's text, the server's port."""

    base: str
    annotate: str
    set_key: str
    text: str
    passages: list[tuple[int, int]]
    # Keys of themes that stay, the one that is given to many, and those that are edited (with the
    # last part of their addresses).
    themes: list[int]
    given: int
    edited: dict[int, str]
    # The codebook; a theme (the last part of its address) that is merged into another.
    codebook: str
    merged: str
    into: int
    # uuids of annotations that get themes together, and of those that are hidden together.
    pool: list[str]
    hidden: list[str]
    port: int = 0
    ledger: Ledger = field(default_factory=Ledger)
    stop: threading.Event = field(default_factory=threading.Event)
    # What was answered that never should be.
    strange: list[str] = field(default_factory=list)
    saving: set[str] = field(default_factory=set)
    lost: int = 0
    # Whether the database is stopped under the server, which then answers that it cannot.
    crashing: bool = False


class Client(threading.Thread):
    """One browser of one account. Whoever has a ``twin``, another tab, deletes nothing."""

    def __init__(self, world: World, name: str, session: str) -> None:
        super().__init__(name=name, daemon=True)
        self.world, self.ledger = world, world.ledger
        self.chance = random.Random(name)
        self.cookies = {"sessionid": session}
        self.serial = 0

    def run(self) -> None:
        try:
            self.ask("GET", f"{self.world.base}codebook/")
            while not self.world.stop.is_set():
                self.act()
        except Exception as fault:
            self.world.strange.append(f"{self.name} ended: {fault!r}")
            raise

    def act(self) -> None:
        raise NotImplementedError

    def words(self, what: str) -> str:
        """Words that nobody else writes, and she but once."""
        self.serial += 1
        return f"{what} {self.serial} by {self.name}"

    def uuid(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128), version=4))

    def send(
        self, method: str, path: str, form: dict[str, object] | None = None
    ) -> tuple[int, str]:
        """One request to the server that runs now."""
        connection = http.client.HTTPConnection("127.0.0.1", self.world.port, timeout=60)
        crashing = self.world.crashing
        try:
            connection.connect()
        except ConnectionError as fault:
            raise NotSent from fault
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode(form, doseq=True)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self.cookies["csrftoken"]
            self.world.saving.add(self.name)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read().decode()
        except (http.client.HTTPException, ConnectionError) as fault:
            raise Lost from fault
        finally:
            self.world.saving.discard(self.name)
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if response.status >= 500 and (crashing or self.world.crashing):
            raise Lost
        if response.status >= 500:
            self.world.strange.append(f"{response.status} for {method} {path}: {content[:200]}")
        return response.status, content

    def ask(self, method: str, path: str, form: dict[str, object] | None = None) -> tuple[int, str]:
        """One answer. Raises Lost when what was sent may have been done without one."""
        while True:
            try:
                return self.send(method, path, form)
            except NotSent:
                time.sleep(0.01)
            except Lost:
                if form is not None:
                    self.world.lost += 1
                    raise

    def save(
        self, write: Write, path: str, form: dict[str, object], *, again: bool | None = None
    ) -> int:
        """Sends a change until it is answered or, now and then, given up; the status, 0 for none.

        ``again`` says whether what no answer came to is sent again; None: mostly.
        """
        self.ledger.add(write)
        while True:
            write.sent += 1
            try:
                status = self.ask("POST", path, form)[0]
            except Lost:
                if again is False or (again is None and not self.chance.randrange(GIVEN_UP)):
                    return 0
                continue
            # What the first sending deleted, or took off, is not there for the second.
            write.acknowledged = status in DONE or (status in (404, 422) and write.sent > 1)
            if not write.acknowledged and status != 409:
                self.world.strange.append(f"{status} for {path}, sent {write.sent} times")
            return status


class Annotator(Client):
    """Creates, edits, answers, deletes and restores, takes back and does again."""

    def __init__(self, world: World, name: str, session: str) -> None:
        super().__init__(world, name, session)
        self.annotations: list[Thing] = []
        self.replies: list[Thing] = []

    def act(self) -> None:
        acts: list[Callable[[], None]] = [self.create, self.create, self.reply]
        if self.annotations:
            acts += [self.edit, self.edit, self.take_back, self.delete, self.restore]
        if self.replies:
            acts += [self.edit_reply, self.delete_reply, self.restore]
        self.chance.choice(acts)()

    def create(self) -> None:
        start, end = self.chance.choice(self.world.passages)
        note, uuid = self.words("A note"), self.uuid()
        form: dict[str, object] = {"start": start, "end": end, "quote": self.world.text[start:end]}
        form |= {"note": note, "visibility": "shared", "uuid": uuid, "themes": self._themes()}
        thing = Thing("annotation", uuid, {note})
        write = Write("annotation", uuid, "create", {"note": note})
        if self.save(write, self.world.annotate, form):
            self.annotations.append(self.ledger.keep(thing))

    def _themes(self) -> list[int]:
        return self.chance.sample(self.world.themes, self.chance.randrange(3))

    def _alive(self, things: list[Thing]) -> Thing | None:
        alive = [one for one in things if one.is_surely_alive]
        return self.chance.choice(alive[-20:]) if alive else None

    def edit(self) -> bool:
        """Whether it was surely done."""
        thing = self._alive(self.annotations)
        if thing is None:
            return False
        note = self.words("Another note")
        more: dict[str, object] = {"visibility": "shared", "themes": self._themes()}
        self._edit(thing, f"/annotations/{thing.uuid}/edit/", note, more)
        self.edited = thing
        return thing.notes == {note}

    def _edit(self, thing: Thing, path: str, note: str, more: dict[str, object]) -> None:
        status, page = self.ask("GET", path)
        found = BASE.search(page)
        if status != 200 or not found:
            self.world.strange.append(f"{status} for the form {path}")
            return
        thing.notes.add(note)
        write = Write(thing.kind, thing.uuid, "edit", {"note": note})
        status = self.save(write, path, {"note": note, "base": found[1], **more})
        if status in DONE:
            thing.notes = {note}

    def take_back(self) -> None:
        """Edits, takes that back, and perhaps does it again; what is taken back twice is two acts,
        so that it is not sent again."""
        before = None
        if self.annotations:
            before = {one.uuid: set(one.notes) for one in self.annotations}
        if before is None or not self.edit():
            return
        thing, after = self.edited, set(self.edited.notes)
        if self._turn(thing, "undo", before[thing.uuid], after) and self.chance.randrange(2):
            self._turn(thing, "redo", after, before[thing.uuid])

    def _turn(self, thing: Thing, act: str, to: set[str], since: set[str]) -> bool:
        write = Write("annotation", thing.uuid, act)
        done = self.save(write, f"{self.world.base}{act}/", {}, again=False) in DONE
        thing.notes = set(to) if done else to | since
        return done

    def delete(self) -> None:
        self._flag(self._alive(self.annotations), "annotations", "delete")

    def delete_reply(self) -> None:
        self._flag(self._alive(self.replies), "replies", "delete")

    def restore(self) -> None:
        """What is surely deleted is brought back."""
        for things, folder in ((self.annotations, "annotations"), (self.replies, "replies")):
            gone = [one for one in things if one.deleted == {True}]
            if gone:
                self._flag(self.chance.choice(gone), folder, "restore")

    def _flag(self, thing: Thing | None, folder: str, act: str) -> None:
        if thing is None:
            return
        wanted = act == "delete"
        thing.deleted.add(wanted)
        write = Write(thing.kind, thing.uuid, act)
        self.save(write, f"/{folder}/{thing.uuid}/{act}/", {})
        if write.acknowledged:
            thing.deleted = {wanted}

    def reply(self) -> None:
        note, uuid = self.words("An answer"), self.uuid()
        under = self.chance.choice(self.world.pool)
        write = Write("reply", uuid, "create", {"note": note})
        if self.save(write, f"/annotations/{under}/reply/", {"note": note, "uuid": uuid}):
            self.replies.append(self.ledger.keep(Thing("reply", uuid, {note})))

    def edit_reply(self) -> None:
        thing = self._alive(self.replies)
        if thing is not None:
            self._edit(thing, f"/replies/{thing.uuid}/edit/", self.words("Another answer"), {})


class Tab(Annotator):
    """One of two tabs in which one person edits the same few annotations."""

    def __init__(self, world: World, name: str, session: str, shared: list[str]) -> None:
        super().__init__(world, name, session)
        self.shared = shared

    def act(self) -> None:
        uuid = self.chance.choice(self.shared)
        # Only the history tells which tab was the last: so it is no Thing of the ledger.
        more: dict[str, object] = {"visibility": "shared", "themes": self._themes()}
        thing = Thing("annotation", uuid, set())
        self._edit(thing, f"/annotations/{uuid}/edit/", self.words("In a tab"), more)


class Editor(Client):
    """Gives a theme to many and takes it off, hides many and shows them, takes that back."""

    def __init__(self, world: World, name: str, session: str) -> None:
        super().__init__(world, name, session)
        # Whether they are so; None where that is not known.
        self.are: dict[str, bool | None] = {"retag": False, "hide": False}

    def act(self) -> None:
        kind = self.chance.choice(["retag", "hide"])
        on = not self.are[kind]
        form: dict[str, object] = {"do": "1", "reason": "Not of this seminar."}
        if kind == "retag":
            form |= {"act": "themes", "a": self.world.pool}
            form |= {"add" if on else "remove": self.world.given}
            action = "retag"
        else:
            action = "hide" if on else "show"
            form |= {"act": action, "a": self.world.hidden}
        write = Write("many", self.world.set_key, action)
        known = self.are[kind] is not None
        status = self.save(write, f"{self.world.base}annotations/act/", form, again=True)
        # Where it was so already it did nothing, and made no row.
        write.acknowledged = write.acknowledged and known
        self.are[kind] = on
        if status in DONE and known and not self.chance.randrange(3):
            self._take_back(kind)

    def _take_back(self, kind: str) -> None:
        write = Write("many", self.world.set_key, "undo")
        done = self.save(write, f"{self.world.base}undo/", {}, again=False) in DONE
        self.are[kind] = (not self.are[kind]) if done else None


class Owner(Client):
    """Rewords, makes, moves, retires themes, merges two and takes it back."""

    def __init__(self, world: World, name: str, session: str) -> None:
        super().__init__(world, name, session)
        self.at = f"{world.base}codebook/"
        self.last: int | None = None
        self.is_merged: bool | None = False
        self.retired = dict.fromkeys(world.edited, False)

    def act(self) -> None:
        acts = [self.reword, self.reword, self.move, self.retire, self.make, self.merge]
        self.chance.choice(acts)()

    def _one(self) -> tuple[int, str]:
        return self.chance.choice(list(self.world.edited.items()))

    def reword(self) -> None:
        pk, slug = self._one()
        path = f"{self.at}{slug}/edit/"
        found = BASE.search(self.ask("GET", path)[1])
        assert found
        definition = self.words("A meaning")
        form: dict[str, object] = {"name": f"Theme {slug}", "colour": 2, "line": 1}
        form |= {"definition": definition, "base": found[1], "why": "It was read otherwise."}
        write = Write("version", str(pk), "edit", {"definition": definition})
        self.save(write, path, form)

    def make(self) -> None:
        if self.serial % 5:
            return self.reword()
        name = self.words("Made")
        write = Write("version", "", "create", {"name": name})
        # A form that makes a theme has no uuid: a reader would look before sending it again.
        # Where no answer came it may not be there, and what stood at the end may stand there still.
        if self.save(write, f"{self.at}new/", {"here": "1", "name": name}, again=False) in DONE:
            self.last = None
        return None

    def move(self) -> None:
        """To the end: for the one that stands there that would be nothing to do."""
        pk, slug = self._one()
        if pk == self.last:
            return
        write = Write("version", "", "move")
        self.save(write, f"{self.at}{slug}/move/", {"under": "0"}, again=True)
        self.last = pk

    def retire(self) -> None:
        pk, slug = self._one()
        act = "unretire" if self.retired[pk] else "retire"
        self.save(Write("theme", str(pk), act), f"{self.at}{slug}/{act}/", {}, again=True)
        self.retired[pk] = not self.retired[pk]

    def merge(self) -> None:
        """Merges, or takes that back; neither is sent again, for that would be a second act."""
        path = f"{self.at}{self.world.merged}/"
        if self.is_merged is None:
            self.is_merged = "Merged into <" in self.ask("GET", path)[1]
        if self.is_merged:
            return
        form: dict[str, object] = {"into": self.world.into, "name": "Merged into"}
        page = self.ask("GET", f"{path}merge/?into={self.world.into}")[1]
        found = BASE.search(page)
        assert found
        form["base"] = found[1]
        write = Write("codebook", self.world.codebook, "merge")
        self.is_merged = None
        if self.save(write, f"{path}merge/", form, again=False) in DONE:
            write = Write("codebook", self.world.codebook, "undo")
            if self.save(write, f"{self.at}undo/", {}, again=False) in DONE:
                self.is_merged = False
