"""make bench: the reader's page and the making of annotations, each against its floor.

The machines that this runs on change speed within minutes, so each figure stands beside a floor
measured in the same seconds: what counts is the ratio. bench/README.md says what each state means.
"""

from __future__ import annotations

import os
import sys
import tempfile


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="apparatus-bench-") as folder:
        os.environ["DATA"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "bench.settings"
        import django

        django.setup()
        from bench.run import run

        over = run()
    if over:
        sys.exit("Over the limit: " + "; ".join(over))
    print("\nAll within their limits.")


if __name__ == "__main__":
    main()
