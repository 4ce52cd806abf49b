"""What all tests share. Where they keep their data: tests/environment.py."""

from __future__ import annotations

from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared"
