"""A real OpenID Connect provider as a process on this machine, and the way through it."""

from __future__ import annotations

import html
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
from django.http import HttpResponse
from django.test import Client


class Provider:
    """``url`` is its issuer. It knows the people and the sites that it was told of."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def person(self, subject: str, **claims: Any) -> None:
        """What the provider says of one person from now on."""
        answer = requests.put(f"{self.url}/users/{subject}", json=claims, timeout=5)
        answer.raise_for_status()

    def register(self, site: str, settings: Any, **more: Any) -> None:
        """Tells the provider of a site, and the site of the provider."""
        back = f"{site}/accounts/university/callback/"
        asked = {"redirect_uris": [back], "token_endpoint_auth_method": "client_secret_basic"}
        made = requests.post(f"{self.url}/oauth2/clients", json=asked, timeout=5).json()
        settings.OIDC_ISSUER = self.url
        settings.OIDC_CLIENT_ID = made["client_id"]
        settings.OIDC_SECRET = made["client_secret"]
        settings.OIDC_NAME = "the University of X"
        for name, value in more.items():
            setattr(settings, name, value)


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that serves until the block ends; clients have to be registered with it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "oidc_provider_mock", f"--port={port}"]
    process = subprocess.Popen(
        [*command, "--require-registration=true"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        await_port(port, process)
        yield Provider(port)
    finally:
        process.terminate()
        process.wait(timeout=10)


def await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "the provider ended at once"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the provider does not answer")


def way_out(client: Client, **fields: str) -> str:
    """Where the button leads: the address on the page that goes on by itself."""
    answer = client.post("/accounts/university/login/", fields)
    assert answer.status_code == 200, answer.content
    found = re.search(r'content="0;url=([^"]+)"', answer.content.decode())
    assert found
    return html.unescape(found[1])


def agreed(address: str, subject: str) -> str:
    """Signs in at the provider; the path that it sends the browser back to."""
    answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=5)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    assert back.path == "/accounts/university/callback/"
    return f"{back.path}?{back.query}"


def sign_in(client: Client, subject: str, **fields: str) -> HttpResponse:
    """The whole way: the button, the provider, and back; the answer at the end of it."""
    answer: Any = client.get(agreed(way_out(client, **fields), subject))
    return answer
