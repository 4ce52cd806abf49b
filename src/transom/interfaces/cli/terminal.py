"""What the terminal can do."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

LINKING_PROGRAMS = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "rio"})
VTE_WITH_LINKS = 5000


def shows_links(environ: Mapping[str, str] = os.environ, *, tty: bool | None = None) -> bool:
    """Whether addresses can hide behind titles (OSC 8). Where that is unknown they are printed in full."""
    if not (sys.stdout.isatty() if tty is None else tty) or environ.get("TERM") in {"dumb", "linux"}:
        return False
    if environ.get("TERM_PROGRAM") in LINKING_PROGRAMS or environ.get("WT_SESSION"):
        return True
    if environ.get("TERM", "").startswith(("xterm-kitty", "foot", "alacritty")) or environ.get(
        "KONSOLE_VERSION"
    ):
        return True
    version = environ.get("VTE_VERSION", "")
    return version.isdecimal() and int(version) >= VTE_WITH_LINKS
