"""Runs every test, in one pytest run: ``python -m tests.everything [pytest's arguments]``.

Tests that use a database run on SQLite and on PostgreSQL, the others once; see docs/decisions/two-databases.md.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from tests.servers import postgres

SPLIT_BY_FILE = ("-n", "auto", "--dist", "loadfile")


def main(arguments: Sequence[str]) -> int:
    """pytest's exit code."""
    if reason := postgres.why_not():
        print(f"Tests run on SQLite only: {reason}.", flush=True)
        return _pytest([*SPLIT_BY_FILE, *arguments])
    # Whoever ends us early must not leave a database server behind.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    with postgres.Cluster() as cluster:
        os.environ["TRANSOM_TEST_DATABASE_URL"] = cluster.url
        return _pytest([*on_both(os.cpu_count() or 1), *arguments])


def on_both(cores: int) -> list[str]:
    """xdist's arguments for as many pairs of processes as there are pairs of cores."""
    pairs = max(1, cores // 2)
    return [
        "--dist=each",
        *(
            f"--tx=popen//env:TRANSOM_TEST_ON={vendor}//env:TRANSOM_TEST_PART={part}of{pairs}"
            for part in range(pairs)
            for vendor in ("sqlite", "postgresql")
        ),
    ]


def _pytest(arguments: Sequence[str]) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", "-q", *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
