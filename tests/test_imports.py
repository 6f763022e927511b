"""Imports run one way: config → annotations → archive, and downwards inside each app."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-c", LINT, "--no-cache"]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True)


def test_no_module_imports_against_the_direction() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_archive_cannot_come_to_know_of_annotations(tmp_path: Path) -> None:
    for name in ("archive", "annotations", "config", "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "archive").unlink()
    (tmp_path / "archive").mkdir()
    for child in (ROOT / "archive").iterdir():
        (tmp_path / "archive" / child.name).symlink_to(child)
    (tmp_path / "archive/wrong.py").write_text("import annotations.models\n")
    done = lint(tmp_path)
    assert done.returncode == 1
    assert "archive.wrong -> annotations.models" in done.stdout
