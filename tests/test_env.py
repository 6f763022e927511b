"""Settings are read strictly: what is not understood stops the start with one sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

ROOT = Path(__file__).parents[1]
NAME = "APPARATUS_EXAMPLE"


@pytest.mark.parametrize("word", ["1", "true", "Yes", "ON"])
def test_a_flag_is_on(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv(NAME, word)
    assert env.flag(NAME, default=False) is True


@pytest.mark.parametrize("word", ["0", "false", "No", "off"])
def test_a_flag_is_off(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv(NAME, word)
    assert env.flag(NAME, default=True) is False


@pytest.mark.parametrize("word", ["2", "maybe", "tru", "-"])
def test_a_flag_that_is_neither_is_refused(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv(NAME, word)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.flag(NAME, default=True)


def test_a_number_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "12")
    assert env.number(NAME, 3) == 12
    monkeypatch.setenv(NAME, "1.5")
    with pytest.raises(ImproperlyConfigured, match=r"APPARATUS_EXAMPLE is '1\.5'"):
        env.number(NAME, 3)


def test_a_list_is_parted_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, " a.example , b.example,")
    assert env.listing(NAME, []) == ["a.example", "b.example"]


def test_what_is_unset_or_empty_has_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(2):
        assert env.text(NAME, "x") == "x"
        assert env.flag(NAME, default=True) is True
        assert env.number(NAME, 3) == 3
        assert env.listing(NAME, ["y"]) == ["y"]
        monkeypatch.setenv(NAME, "")


def test_a_value_can_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("from the file\n")
    monkeypatch.setenv(NAME, "from the environment")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    assert env.text(NAME) == "from the file"


def test_a_file_that_cannot_be_read_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "none"))
    with pytest.raises(ImproperlyConfigured, match=f"{NAME}_FILE is .*none"):
        env.text(NAME, "default")


@pytest.mark.parametrize(
    ("name", "value"),
    [("APPARATUS_CACHE_ENTRIES", "many"), ("APPARATUS_HTTPS", "2"), ("DATABASE_URL", "nowhere")],
)
def test_a_wrong_setting_stops_every_command_with_one_line(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "config.settings")
    monkeypatch.setenv(name, value)
    words = [sys.executable, "manage.py", "migrate"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1
    assert name in done.stderr
    assert done.stderr.count("\n") == 1
