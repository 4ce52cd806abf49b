"""Where the tests keep their data: a throw-away folder, and SQLite unless a server is named."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

_home = os.environ.get("TRANSOM_TEST_HOME") or tempfile.mkdtemp(prefix="transom-test-")
os.environ["TRANSOM_HOME"] = _home
if database := os.environ.get("TRANSOM_TEST_DATABASE_URL"):
    os.environ["TRANSOM_DATABASE_URL"] = database

SHARED = Path(__file__).resolve().parents[2] / "shared"
