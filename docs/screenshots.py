"""Takes the pictures of the docs from the running app, on a data folder of its own.

.venv/bin/python -m docs.screenshots
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.chromium import MISSING, chromium

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs/images"
DOCUMENT = "/volumes/frus1981-88v03/d169/"
PASSAGE = "#text .b"
SELECT = """([selector, words]) => {
  for (const block of document.querySelectorAll(selector)) {
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.data.indexOf(words);
      if (at < 0) continue;
      getSelection().setBaseAndExtent(node, at, node, at + words.length);
      return true;
    }
  }
  return false;
}"""


@contextlib.contextmanager
def site() -> Iterator[tuple[str, str]]:
    """A server with the sample: its address, and the owner's sign-in link."""
    with tempfile.TemporaryDirectory(prefix="apparatus-pictures-") as data:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("APPARATUS_", "DATABASE"))}
        environment = {**kept, "DATA": data}
        manage = [sys.executable, str(ROOT / "manage.py")]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        for command in (["migrate", "--verbosity=0"], ["load_sample"]):
            subprocess.run([*manage, *command], env=environment, check=True)
        server = subprocess.Popen(
            [*manage, "serve", f"--port={port}"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert server.stdout
        try:
            said = "".join(server.stdout.readline() for _ in range(4))
            link = re.search(r"http\S+/signin/\S+", said)
            if link is None:
                sys.exit(f"The server did not start: {said}")
            wait_for(port)
            yield f"http://127.0.0.1:{port}", link[0]
        finally:
            server.terminate()
            server.wait(timeout=20)
            server.stdout.close()


def wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    sys.exit("The server does not answer.")


def take(page: Page, name: str) -> None:
    page.screenshot(path=IMAGES / f"{name}.png", animations="disabled")
    print(f"docs/images/{name}.png")


def desk(browser: Browser, url: str, link: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page.goto(link)
    page.goto(url + DOCUMENT)
    page.wait_for_load_state("networkidle")
    page.locator("article.card", has_text="two words in italics").first.hover()
    page.wait_for_timeout(400)
    take(page, "reader")
    page.mouse.move(2, 400)
    page.evaluate("scrollTo(0, 190)")
    if not page.evaluate(SELECT, [PASSAGE, "keep Afghanistan front and center"]):
        sys.exit("The passage of the picture is not in the text.")
    # By keys: a click of Playwright's scrolls the page first.
    page.locator("#picker").wait_for()
    page.keyboard.press("a")
    page.locator("#composer.open form").wait_for()
    page.keyboard.press("9")
    page.locator("#composer.open textarea[name=note]").focus()
    page.keyboard.type("Front and *center*: a matter of attention before it is one of policy.")
    page.wait_for_timeout(400)
    take(page, "tagging")
    page.close()


def phone(browser: Browser, url: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 844},
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
        color_scheme="dark",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(url + DOCUMENT)
    page.wait_for_load_state("networkidle")
    page.locator("#b4 mark").first.tap()
    page.wait_for_timeout(600)
    take(page, "phone")
    context.close()


def main() -> None:
    path = chromium()
    if path is None:
        sys.exit(f"No pictures: {MISSING}.")
    IMAGES.mkdir(exist_ok=True)
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with site() as (url, link), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--disable-gpu", *root])
        desk(browser, url, link)
        phone(browser, url)
        browser.close()


if __name__ == "__main__":
    main()
