"""What was promised in a set, kept by hand: an account of who may see what, no database asked."""

from __future__ import annotations

from dataclasses import dataclass, field

EDITORS = ("owner", "editor")
WRITERS = ("ann", "ben", "cyd", "editor")
MEMBERS = ("owner", "editor", "ann", "ben", "cyd", "reader")
VIEWERS = (*MEMBERS, "stranger")
GROUPS = {"ann": "red", "ben": "blue"}
NAME, PSEUDONYM, NOBODY = 2, 1, 0


@dataclass
class Item:
    """Something written: ``readers`` are all to whom it may ever be shown, ``called`` how its
    author is called to them at most."""

    author: str
    private: bool
    readers: frozenset[str]
    called: int
    on: int | None = None
    gone: bool = False


@dataclass
class Ledger:
    """The rules of a set as they change, and what was promised under each."""

    rule: str = "open"
    count: int = 1
    naming: int = NAME
    apart: bool = True
    public: bool = False
    items: list[Item] = field(default_factory=list)
    opened: set[str] = field(default_factory=set)
    finished: set[str] = field(default_factory=set)

    def promised(self, author: str) -> frozenset[str]:
        """To whom what an author shares now may ever be shown, beside her and the editors."""
        if author in EDITORS:
            return frozenset(VIEWERS if self.public else MEMBERS)
        if self.rule == "editors":
            return frozenset()
        if self.apart and author in GROUPS:
            return frozenset(who for who in MEMBERS if GROUPS.get(who) == GROUPS[author])
        return frozenset(VIEWERS if self.public else MEMBERS)

    def write(self, author: str, *, private: bool = False, on: int | None = None) -> None:
        called = NAME if author in EDITORS else self.naming
        self.items.append(Item(author, private, self.promised(author), called, on))
        self._open_by_count([author])

    def delete(self, number: int) -> None:
        self.items[number].gone = True

    def finish(self, who: str) -> None:
        self.finished.add(who)
        if self.rule == "after" and self.count == 0:
            self.opened.add(who)

    def change(self, rule: str, count: int, naming: int, apart: bool) -> None:
        self.rule, self.count, self.naming, self.apart = rule, count, naming, apart
        if rule == "after" and count == 0:
            self.opened |= self.finished
        self._open_by_count(VIEWERS)

    def release(self, who: str) -> None:
        """Widens what she wrote under a narrower promise; what has a wider one keeps that part."""
        for item in self.items:
            if item.author == who and who not in EDITORS and self._is_narrower(item):
                item.readers, item.called = self.promised(who), self.naming

    def _is_narrower(self, item: Item) -> bool:
        return not self.promised(item.author) <= item.readers or self.naming > item.called

    def _open_by_count(self, people: object) -> None:
        if self.rule != "after" or self.count == 0:
            return
        for who in people:  # type: ignore[attr-defined]
            own = [
                item
                for item in self.items
                if item.author == who and item.on is None and not (item.private or item.gone)
            ]
            if len(own) >= self.count:
                self.opened.add(who)

    def is_open_to(self, who: str) -> bool:
        """Whether she sees now what the other members write, as far as it was promised."""
        if who in EDITORS or self.rule == "open":
            return True
        return self.rule == "after" and who in self.opened and who in MEMBERS

    def sees(self, who: str, number: int) -> bool:
        item = self.items[number]
        if who == "stranger" and not self.public:
            return False
        if item.gone or (item.on is not None and not self.sees(who, item.on)):
            return False
        if item.author == who:
            return True
        if item.private:
            return False
        if who in EDITORS:
            return True
        if who not in item.readers:
            return False
        taught = item.author in EDITORS and (item.on is not None or self.rule == "editors")
        return self.is_open_to(who) or taught

    def calls(self, who: str, number: int) -> int:
        """How a viewer who sees an item finds its author called."""
        item = self.items[number]
        if who in EDITORS or item.author in EDITORS:
            return NAME
        return min(item.called, self.naming)
