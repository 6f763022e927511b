"""A real Chromium in front of the live server; every page is held to its policy and to silence."""

from __future__ import annotations

import io
import os
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.servers.basehttp import WSGIRequestHandler
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from tests.chromium import chromium
from tests.snapshots import Snapshot, snapshot

# Playwright's own loop runs in this thread; Django would take the tests for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# Head and body of an answer are written apart: the body would wait 40 ms for Chromium's word that
# the head has come, for each of the sixty files of a page.
WSGIRequestHandler.disable_nagle_algorithm = True

ARGUMENTS = ["--disable-gpu", "--disable-background-networking", "--disable-quic", "--no-first-run"]
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
# How long a busy machine may take until something is there; what is there costs no time.
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    launched = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS + root)
    yield launched
    launched.close()


Opens = Callable[..., Page]


@pytest.fixture(scope="session")
def served(live_server: Any) -> Iterator[str]:
    """The address of the live server; it stops only when Chromium has let go of it."""
    yield live_server.url
    wait_for_answers()


def wait_for_answers(most: float = 5) -> None:
    """Waits until the live server works on nothing, at most so many seconds: an answer that is made
    while the next test has begun would be made of the data of both."""
    until = time.monotonic() + most
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(timeout=max(until - time.monotonic(), 0))


@pytest.fixture
def opened(browser: Browser, served: str) -> Iterator[Opens]:
    """Opens pages: ``opened(user, phone=True, dark=True, javascript=False)``.

    Any error in the console, a broken Content-Security-Policy among them, fails the test, unless
    ``quiet`` is False: where the server is meant to refuse, the browser says so there.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(
        user: User | None = None,
        *,
        phone: bool = False,
        dark: bool = False,
        javascript: bool = True,
        quiet: bool = True,
        bypass_csp: bool = False,
    ) -> Page:
        context = browser.new_context(
            base_url=served,
            viewport=PHONE if phone else DESK,
            has_touch=phone,
            is_mobile=phone,
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            reduced_motion="reduce",
            bypass_csp=bypass_csp,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        if user:
            sign_in(context, served, user)
        page = context.new_page()
        if quiet:
            page.on("console", lambda m: m.type == "error" and faults.append(m.text))
            page.on("pageerror", lambda error: faults.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    wait_for_answers()
    said = _but_for_aborted(faults)
    assert not said, "the browser complained: " + "; ".join(said)


def _but_for_aborted(faults: list[str]) -> list[str]:
    """The faults without those of htmx for what it asked when its page was left."""
    aborted = sum(one.startswith("htmx:sendAbort") for one in faults)
    found = []
    for one in faults:
        if one.startswith("htmx:sendAbort"):
            continue
        if aborted and one.startswith("htmx:afterRequest"):
            # It comes with each of them, and with other faults beside their own names.
            aborted -= 1
            continue
        found.append(one)
    return found


def sign_in(context: BrowserContext, url: str, user: User) -> None:
    """Gives the browser a session of this user."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])


_samples: list[Snapshot | None] = []


@pytest.fixture
def sample(transactional_db: None) -> None:
    """Document 169 with its sample codebook and set, as `make run` loads them; loaded once, and
    brought back for each test."""
    from django.core.management import call_command

    if _samples and _samples[0] and _samples[0].bring_back():
        return
    call_command("load_sample", verbosity=0, stdout=io.StringIO())
    if not _samples:
        _samples.append(snapshot())
