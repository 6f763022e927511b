"""The secret key is made once, whole, and the same for all who start at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from config.secret import kept_secret


def test_it_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret_key"
    made = kept_secret(path)
    assert len(made) >= 50
    assert kept_secret(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_all_who_start_at_once_get_the_same(tmp_path: Path) -> None:
    for number in range(10):
        path = tmp_path / str(number) / "secret_key"
        ready = Barrier(8)

        def start(_: int, path: Path = path, ready: Barrier = ready) -> str:
            ready.wait(timeout=20)
            return kept_secret(path)

        with ThreadPoolExecutor(8) as pool:
            found = set(pool.map(start, range(8)))
        assert found == {path.read_text()}
        assert list(path.parent.iterdir()) == [path]


def test_who_is_killed_while_it_is_made_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "secret_key"

    def killed() -> str:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("config.secret.get_random_secret_key", killed)
        kept_secret(path)
    assert list(tmp_path.iterdir()) == []
    path.touch()
    assert kept_secret(path)


def test_it_is_made_where_a_file_has_no_second_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    path = tmp_path / "secret_key"
    assert kept_secret(path) == path.read_text()
    assert list(tmp_path.iterdir()) == [path]
