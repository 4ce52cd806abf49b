"""Subjects of letters and forum posts without the marks of an answer."""

from __future__ import annotations

import re
from typing import Final

ANSWER: Final = re.compile(
    r"^(?:\s*(?:re|aw|sv|vs|antw|odp|rv|tr|ref)\s*(?:\[\d+\]|\^\d+)?\s*[:：])+\s*", re.I
)
"""What mail programs put before the subject of an answer, in the languages that Transom meets."""


def without_answer(title: str) -> str:
    """``Felt under plinths`` of ``Re: Felt under plinths``; a title that is nothing else stays as it is."""
    return ANSWER.sub("", title) or title
