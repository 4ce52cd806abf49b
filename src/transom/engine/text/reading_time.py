"""How long a text is, and how long it takes to read."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Length:
    """`words` of scripts with spaces, `characters` of scripts without, `minutes` at the usual pace."""

    words: int
    characters: int
    minutes: float


def minutes(words: int, language: str = "", *, characters: int = 0, pace: float | None = None) -> float:
    """Minutes of reading, without the time to switch. `pace` is the reader's own, in English words a minute."""
    raise NotImplementedError


def measure(text: str, language: str = "", *, pace: float | None = None) -> Length:
    """Length of a plain text."""
    raise NotImplementedError
