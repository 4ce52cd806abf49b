"""What all tests share. Where they keep their data: tests/environment.py."""

from __future__ import annotations

from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared"

# The screens' tests need services that have not landed yet; they run again as soon as those are here.
collect_ignore_glob = ["interfaces/web/*"]
