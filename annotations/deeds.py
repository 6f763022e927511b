"""What people did, in words: for each kind of thing and each action one short sentence."""

from __future__ import annotations

# After "Ann " or "You ".
_DEEDS = {
    "annotation": {
        "create": "annotated",
        "edit": "changed an annotation on",
        "share": "shared an annotation on",
        "move": "moved an annotation to",
        "delete": "deleted an annotation on",
        "restore": "brought back an annotation on",
        "hide": "hid an annotation on",
        "show": "showed again an annotation on",
        "lock": "locked the thread at",
        "unlock": "opened the thread at",
        "answered": "marked as answered the question at",
        "asked again": "opened again the question at",
        "confirm": "confirmed the place of an annotation on",
        "undecide": "opened again the place of an annotation on",
        "reanchor": "followed a new edition of the text, at",
        "retag": "gave other themes to an annotation on",
        "undo": "took back a change to an annotation on",
        "redo": "did again a change to an annotation on",
    },
    "reply": {
        "create": "replied",
        "edit": "changed a reply",
        "delete": "deleted a reply",
        "restore": "brought back a reply",
        "hide": "hid a reply",
        "show": "showed again a reply",
        "undo": "took back a change to a reply",
        "redo": "did again a change to a reply",
    },
    "theme": {
        "create": "added the theme",
        "edit": "changed the theme",
        "move": "moved the theme",
        "delete": "deleted the theme",
        "restore": "brought back the theme",
        "retire": "retired the theme",
        "unretire": "took up again the theme",
        "undo": "took back a change to the theme",
        "redo": "did again a change to the theme",
    },
    "codebook": {
        "merge": "merged themes",
        "split": "split a theme",
        "import": "imported themes",
        "copy": "copied themes from another set",
        "back": "went back to an earlier codebook",
        "undo": "took back a change to the codebook",
        "redo": "did again a change to the codebook",
    },
    "many": {
        "bring": "brought in annotations from a file",
        "retag": "gave other themes to many annotations",
        "review": "looked at what was coded before",
        "hide": "hid many annotations",
        "show": "showed again many annotations",
        "delete": "deleted many annotations",
        "restore": "brought back many annotations",
        "share": "shared many annotations",
        "unshare": "made many annotations private",
        "undo": "took back a change to many annotations",
        "redo": "did again a change to many annotations",
    },
    "membership": {
        "create": "joined, or was added:",
        "edit": "gave another role to",
        "delete": "removed",
        "block": "blocked",
        "unblock": "let in again",
        "leave": "left the set",
        "hand_over": "handed the set over:",
    },
    "annotationset": {
        "create": "made the set",
        "edit": "changed the set’s details",
        "change_rules": "changed the rules",
        "open": "opened the set",
        "close": "closed the set",
        "freeze": "froze the set",
        "open_blind": "showed the members each other’s work",
        "release": "released her own work",
        "renew_link": "renewed the set’s link",
        "add_document": "added the document",
        "remove_document": "took out the document",
    },
    "group": {"create": "made the group", "edit": "renamed the group", "delete": "deleted"},
    "groupmember": {"move": "moved somebody to another group"},
    "assignment": {
        "create": "made the assignment",
        "edit": "changed the assignment",
        "delete": "deleted the assignment",
        "restore": "brought back the assignment",
        "move": "moved the assignment",
    },
    "mark": {"create": "gave a mark", "edit": "changed a mark", "delete": "took back a mark"},
    "snapshot": {
        "create": "made a snapshot:",
        "publish": "published the snapshot",
        "withdraw": "withdrew the snapshot",
    },
    "report": {"report": "reported something", "settle": "settled a report"},
    "joinlink": {
        "create": "made a link to join by",
        "renew": "renewed a link to join by",
        "revoke": "revoked a link to join by",
    },
}
KINDS = {
    "annotations": ("Annotations", ("annotation", "many")),
    "replies": ("Replies", ("reply",)),
    "codebook": ("Codebook", ("theme", "codebook")),
    "members": ("Members", ("membership", "groupmember", "group", "joinlink")),
    "rules": ("Rules and details", ("annotationset",)),
    "snapshots": ("Snapshots", ("snapshot",)),
    "assignments": ("Assignments", ("assignment", "mark")),
    "reports": ("Reports", ("report",)),
}


def deed(kind: str, action: str) -> str:
    """What somebody did, to be read after her name."""
    plain = f"{action.replace('_', ' ')}: {kind}"
    return _DEEDS.get(kind, {}).get(action, plain)


def deed_on_it(action: str) -> str:
    """The same of the annotation that a page is about."""
    words = deed("annotation", action)
    if words == "annotated":
        return "wrote it"
    words = words.replace("an annotation to", "it").replace("an annotation on", "it")
    words = words.replace("a change to it", "a change").replace("the place of it", "its place")
    return words.removesuffix(" at").removesuffix(",")


def named_in(state: dict[str, object]) -> str:
    """What a row of history calls the thing that it is about; empty where it has no name."""
    for field in ("quote", "name", "document", "title", "user"):
        if value := state.get(field):
            return str(value)
    return ""
