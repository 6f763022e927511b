"""make bench: each part against its floor; ``python -m bench reader search`` runs some parts.

The machines that this runs on change speed within minutes, so each figure stands beside a floor
measured in the same seconds: what counts is the ratio. bench/README.md says what each state means.
"""

from __future__ import annotations

import importlib
import os
import sys
import tempfile

# Each is a module of this package whose run() prints its figures and returns what went over its
# limit, a line each.
PARTS = {
    "reader": "bench.run",
    "large": "bench.large",
    "imports": "bench.imports",
    "search": "bench.search",
    "anchoring": "bench.anchoring",
    "live": "bench.live",
    "classroom": "bench.classroom",
    "codebook": "bench.codebook",
    "exports": "bench.exports",
}


def main(asked: list[str]) -> None:
    if unknown := set(asked) - set(PARTS):
        sys.exit(f"No such part: {', '.join(sorted(unknown))}. There are {', '.join(PARTS)}.")
    over: list[str] = []
    for part in asked or PARTS:
        print(f"\n== {part}", flush=True)
        over += _in_a_process_of_its_own(part)
    if over:
        sys.exit("Over the limit: " + "; ".join(over))
    print("\nAll within their limits.")


def _in_a_process_of_its_own(part: str) -> list[str]:
    """Runs a part on a new data folder, so that none finds what another left."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        with os.fdopen(write, "w") as out, tempfile.TemporaryDirectory() as folder:
            os.environ["DATA"] = folder
            os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
            import django

            django.setup()
            out.write("\n".join(importlib.import_module(PARTS[part]).run()))
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as said:
        found = said.read()
    if os.waitpid(child, 0)[1]:
        return [f"{part} did not end well"]
    return found.splitlines()


if __name__ == "__main__":
    main(sys.argv[1:])
