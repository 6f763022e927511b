"""The settings of a university: what is wrong is said in one sentence, at the start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.env import issuer

ROOT = Path(__file__).parents[2]
SECURE = "https://login.example.edu"


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("", ""),
        (SECURE, SECURE),
        (f"{SECURE}/", SECURE),
        (f"{SECURE}/realms/x/.well-known/openid-configuration", f"{SECURE}/realms/x"),
        ("http://127.0.0.1:9400", "http://127.0.0.1:9400"),
        ("http://[::1]:9400", "http://[::1]:9400"),
    ],
)
def test_an_issuer_is_an_address(monkeypatch: pytest.MonkeyPatch, given: str, meant: str) -> None:
    monkeypatch.setenv("APPARATUS_OIDC_ISSUER", given)
    assert issuer("APPARATUS_OIDC_ISSUER") == meant


@pytest.mark.parametrize(
    "given",
    ["login.example.edu", "http://login.example.edu", "https://", "ftp://127.0.0.1", "http://[x"],
)
def test_what_could_be_listened_to_is_no_issuer(
    monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.setenv("APPARATUS_OIDC_ISSUER", given)
    with pytest.raises(ImproperlyConfigured, match="begins https://"):
        issuer("APPARATUS_OIDC_ISSUER")


@pytest.mark.parametrize("left_out", ["CLIENT_ID", "SECRET"])
def test_an_issuer_alone_is_refused(tmp_path: Path, left_out: str) -> None:
    given = {"ISSUER": SECURE, "CLIENT_ID": "x", "SECRET": "y"}
    del given[left_out]
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={
            **os.environ,
            "DATA": str(tmp_path),
            "DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **{f"APPARATUS_OIDC_{name}": value for name, value in given.items()},
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode
    assert "set APPARATUS_OIDC_CLIENT_ID and APPARATUS_OIDC_SECRET too" in done.stderr
