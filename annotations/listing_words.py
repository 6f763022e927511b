"""What the list of annotations says: how many match, what an act would do, and what it did."""

from __future__ import annotations

from typing import NamedTuple

from annotations.chosen import Weighed
from annotations.listing import Total
from annotations.models import History

# After a number: one of them, and many.
_DID = {
    "retag": ("has other themes now", "have other themes now"),
    "review": ("is marked as looked at", "are marked as looked at"),
    "hide": ("is hidden", "are hidden"),
    "show": ("is shown again", "are shown again"),
    "delete": ("is deleted", "are deleted"),
    "share": ("is shared now", "are shared now"),
    "unshare": ("is private now", "are private now"),
}


class Says(NamedTuple):
    """What an act would do, before it is done: a heading, sentences, the word of the button, and
    what can be ticked beside it. ``possible``: whether anything can be done at all."""

    title: str
    lines: list[str]
    button: str
    offers: str = ""
    possible: bool = True
    # Whether what is offered is all that can be done.
    hides: bool = False


def _number(count: int, one: str = "annotation") -> str:
    return f"{count:,} {one}{'' if count == 1 else 's'}"


def _are(count: int) -> str:
    return f"{count:,} {'is' if count == 1 else 'are'}"


def matching(total: Total, *, narrowed: bool) -> str:
    """How many annotations match."""
    match = f" match{'es' if total.number == 1 and not total.more else ''}" if narrowed else ""
    return f"{'More than ' if total.more else ''}{_number(total.number)}{match}"


def chosen(count: int) -> str:
    """How many are chosen, where all that match are."""
    return f"All {_number(count)} that match are chosen."


def weighed(act: str, of: Weighed, *, moderates: bool) -> Says:
    """What an act would do to what was chosen. ``moderates``: she may hide what others wrote."""
    if act in ("themes", "move", "review"):
        return _retags(act, of)
    if act == "delete":
        return _deletes(of, moderates=moderates)
    if act in ("hide", "show"):
        return _hides(act, of)
    shares = act == "share"
    number = of.private if shares else of.own_shared
    lines = _left(of.foreign, "not yours")
    if shares:
        lines += _left(of.own_shared, "shared already")
        lines += ["They are shared as the set’s rules say now."] * bool(number)
        return _says(number, f"Share {_number(number)}", lines, "Share")
    lines += _left(of.private, "private already")
    return _says(number, f"Make {_number(number)} private", lines, "Make private")


def _says(number: int, title: str, lines: list[str], button: str) -> Says:
    if number:
        return Says(title, lines, button)
    return Says("There is nothing to do", lines, button, possible=False)


def _hides(act: str, of: Weighed) -> Says:
    if act == "show":
        lines = _left(of.total - of.hidden, "not hidden")
        return _says(of.hidden, f"Show again {_number(of.hidden)}", lines, "Show again")
    lines = _left(of.hidden, "hidden already") + _left(of.private, "private")
    if of.visible:
        lines.append("Their authors and the editors see them still, and read your reason.")
    return _says(of.visible, f"Hide {_number(of.visible)}", lines, "Hide")


def _left(count: int, why: str) -> list[str]:
    return [f"{_are(count)} {why}, and left as {'it is' if count == 1 else 'they are'}."] * bool(
        count
    )


def _retags(act: str, of: Weighed) -> Says:
    lines = _left(of.total - of.retaggable, "not yours")
    number = of.retaggable
    if act == "themes":
        return _says(number, f"Themes of {_number(number)}", lines, "Change the themes")
    if act == "move":
        title = f"Replace a theme of {_number(number)}"
        return _says(number, title, lines, "Replace the theme")
    if number:
        lines.append(f"Of them {_are(of.before)} coded before the definition of a theme changed.")
    title = f"The themes of {_number(number)} still fit"
    return _says(number, title, lines, "Mark as looked at")


def _deletes(of: Weighed, *, moderates: bool) -> Says:
    lines = []
    if of.foreign:
        rest = "editors hide what others wrote." if moderates else "only their authors delete them."
        lines.append(f"{_are(of.foreign)} not yours, and not deleted: {rest}")
    if of.own:
        lines.append("Yours lie in your bin for some time, and can be taken back at once.")
    offers = ""
    if moderates and of.others:
        offers = f"Hide the {of.others:,} by others that are in sight, for this reason"
    title = f"Delete {_number(of.own)} of yours" if of.own else "None of them is yours"
    button = "Delete" if of.own or not offers else "Hide"
    hides = bool(offers and not of.own)
    return Says(title, lines, button, offers, bool(of.own or offers), hides)


def said_of(row: History) -> str:
    """What an act did, by its row of history."""
    state = row.state
    if state.get("hidden"):
        parts = [said("delete", state.get("deleted", 0), {}), said("hide", state["hidden"], {})]
        return " ".join(part for part in parts if not part.startswith("Nothing"))
    return said(row.action, state.get("done", 0), state.get("reasons", {}))


def said(action: str, done: int, left: dict[str, int]) -> str:
    """The same: how many were changed, and why how many were not."""
    one, many = _DID.get(action, ("is changed", "are changed"))
    words = f"{_number(done)} {one if done == 1 else many}." if done else "Nothing is changed."
    if left:
        reasons = ", ".join(f"{count:,} {why}" for why, count in left.items())
        words += f" Left: {reasons}."
    return words
