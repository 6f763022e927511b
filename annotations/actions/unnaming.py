"""Names taken out of words that were written before."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Q

# An @ with one of these names: not in the middle of a word, nor the beginning of a longer name.
AT = r"(?<![\w@])@({names})(?!\w|[.+@-]+\w)"


def at(*usernames: str) -> re.Pattern[str]:
    """What finds an @ with one of these user names, as it may be typed."""
    names = sorted(usernames, key=len, reverse=True)
    return re.compile(AT.format(names="|".join(map(re.escape, names))), re.IGNORECASE)


class Words:
    """Somebody's names, and how they are taken out of a text.

    An @ with her user name goes wherever it stands. Her whole name and her mail go where the words
    are hers or about her alone; a user name by itself may be any word, so it goes only where it is
    all that stands there. What others wrote about her in their own words is theirs.
    """

    def __init__(self, user: User, instead: str) -> None:
        self.instead = instead
        username = user.get_username()
        self.at = f"@{username}"
        self._mention = at(username)
        self.names = {username, user.get_full_name(), user.email} - {""}
        self.telling = [one for one in self.names if " " in one or "@" in one]

    def of_others(self, text: str) -> str:
        return self._mention.sub(f"@{self.instead}", text)

    def of_hers(self, text: str) -> str:
        for name in self.telling:
            text = re.sub(re.escape(name), self.instead, text, flags=re.IGNORECASE)
        return self.of_others(text)

    def of_records(self, text: str) -> str:
        return self.instead if text in self.names else self.of_hers(text)


def holding(names: set[str]) -> Q:
    """The condition for JSON with one of these in it, as either database writes it."""
    found = Q(pk__in=[])
    for name in names:
        found |= Q(words__icontains=name) | Q(words__icontains=json.dumps(name)[1:-1])
    return found


def changed_json(value: Any, change: Callable[[str], str]) -> Any:
    """A JSON value with each of its strings changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [changed_json(one, change) for one in value]
    if isinstance(value, dict):
        return {key: changed_json(one, change) for key, one in value.items()}
    return value
