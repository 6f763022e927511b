"""Strict reading of environment variables; NAME_FILE names a file that holds the value."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The value, or the default where it is unset or empty.

    Raises ImproperlyConfigured where NAME_FILE names a file that cannot be read.
    """
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ImproperlyConfigured(f"{name}_FILE is {path!r}: {error}.") from None
    return os.environ.get(name, "") or default


def flag(name: str, *, default: bool) -> bool:
    """Raises ImproperlyConfigured for anything but 1/0, true/false, yes/no, on/off."""
    value = text(name).lower()
    if not value:
        return default
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off"):
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}: write 1 or 0.")


def number(name: str, default: int) -> int:
    """Raises ImproperlyConfigured for what is no whole number."""
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} is {value!r}: write a whole number.") from None


def listing(name: str, default: list[str]) -> list[str]:
    """A comma-separated list."""
    value = text(name)
    return [item.strip() for item in value.split(",") if item.strip()] if value else default


LOOPBACK = ("127.0.0.1", "localhost", "::1")
WELL_KNOWN = "/.well-known/openid-configuration"


def issuer(name: str) -> str:
    """The address of an OpenID Connect issuer without a slash or what is well known at its end.

    Raises ImproperlyConfigured for anything but https; http does on this machine alone.
    """
    value = text(name).rstrip("/").removesuffix(WELL_KNOWN).rstrip("/")
    try:
        parts = urlsplit(value)
        schemes = ["https", "http"] if parts.hostname in LOOPBACK else ["https"]
        fits = bool(parts.hostname) and parts.scheme in schemes
    except ValueError:
        fits = False
    if value and not fits:
        raise ImproperlyConfigured(f"{name} is {value!r}: write an address that begins https://.")
    return value
