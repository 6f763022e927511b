"""Names for those who write without their own: a bird and how it looks, easy to tell apart."""

from __future__ import annotations

import secrets
from collections.abc import Container
from itertools import count

BIRDS = (
    *("Avocet", "Bittern", "Bunting", "Curlew", "Dipper", "Dunlin", "Egret", "Falcon", "Finch"),
    *("Gannet", "Godwit", "Goshawk", "Grebe", "Heron", "Hobby", "Hoopoe", "Ibis", "Jay"),
    *("Kestrel", "Kingfisher", "Kite", "Knot", "Lapwing", "Linnet", "Martin", "Merlin"),
    *("Nuthatch", "Oriole", "Osprey", "Owl", "Petrel", "Pipit", "Plover", "Puffin", "Quail"),
    *("Raven", "Redstart", "Robin", "Rook", "Sandpiper", "Shrike", "Siskin", "Skylark", "Snipe"),
    *("Starling", "Stork", "Swallow", "Swan", "Swift", "Teal", "Tern", "Thrush", "Wagtail"),
    *("Warbler", "Wren", "Wryneck"),
)
LOOKS = (
    *("Amber", "Ashen", "Azure", "Bronze", "Copper", "Coral", "Crested", "Crimson", "Dappled"),
    *("Dusky", "Ebony", "Fawn", "Golden", "Grey", "Hazel", "Indigo", "Ivory", "Jade", "Lilac"),
    *("Marbled", "Ochre", "Olive", "Pale", "Pied", "Plum", "Ringed", "Rosy", "Russet", "Rusty"),
    *("Sable", "Scarlet", "Silver", "Slate", "Snowy", "Speckled", "Spotted", "Tawny", "Umber"),
    *("Violet", "White"),
)


def new_pseudonym(taken: Container[str]) -> str:
    """A name that is not in ``taken``, by chance, so that it says nothing of when or who."""
    for tries in count(1):
        name = f"{secrets.choice(LOOKS)} {secrets.choice(BIRDS)}"
        if tries > 50:
            name = f"{name} {secrets.randbelow(10 * tries) + 2}"
        if name not in taken:
            return name
    raise AssertionError("Unreachable: numbers do not end.")
