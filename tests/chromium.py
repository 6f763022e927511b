"""Which Chromium the browser tests drive."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

# The same engine without a window is quicker by a quarter of the time.
NAMES = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
MISSING = (
    "there is no Chromium here. On Debian and Ubuntu: apt install chromium; elsewhere: "
    ".venv/bin/playwright install chromium; or name one with CHROMIUM=/path"
)


def chromium() -> str | None:
    """The path of a Chromium: that of CHROMIUM, one on the PATH, or Playwright's own; or None."""
    if given := os.environ.get("CHROMIUM"):
        return given
    return next((path for name in NAMES if (path := shutil.which(name))), None) or _playwrights()


def _playwrights() -> str | None:
    if named := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        folders = [Path(named)]
    else:
        folders = [
            Path.home() / ".cache/ms-playwright",
            Path.home() / "Library/Caches/ms-playwright",
        ]
    places = ("chromium-*/chrome-*/chrome", "chromium-*/chrome-*/*.app/Contents/MacOS/*")
    found = [path for folder in folders for place in places for path in folder.glob(place)]
    return str(max(found)) if found else None
