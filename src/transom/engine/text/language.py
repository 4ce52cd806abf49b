"""Which language a text is in."""

import re
from collections import Counter
from functools import lru_cache
from typing import Any

from transom.engine.text.stopwords import STOPWORDS
from transom.engine.text.tokens import fold

SAMPLE = 3000
FEWEST_LETTERS = 20
FEWEST_OF_A_SCRIPT = 4
_CERTAIN = 0.6
_CODE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]+)*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")

# One script, one language, as far as feeds go; letters that single out one of several come first.
_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (code, re.compile(f"[{letters}]"))
    for code, letters in (
        ("ja", "\u3041-\u30ff"),
        ("ko", "\uac00-\ud7a3"),
        ("zh", "\u4e00-\u9fff"),
        ("ur", "\u0679\u0688\u0691\u06d2"),
        ("fa", "\u067e\u0686\u0698\u06af"),
        ("ar", "\u0620-\u064a"),
        ("he", "\u05d0-\u05ea"),
        ("el", "\u0370-\u03ff"),
        ("th", "\u0e01-\u0e5b"),
        ("hi", "\u0900-\u097f"),
        ("bn", "\u0980-\u09ff"),
        ("ta", "\u0b80-\u0bff"),
        ("te", "\u0c00-\u0c7f"),
        ("ka", "\u10a0-\u10ff"),
        ("hy", "\u0530-\u058f"),
        ("uk", "іїєґІЇЄҐ"),
    )
)
_SHARE = {"ja": 0.05, "ur": 0.01, "fa": 0.01, "uk": 0.02}


def detect(text: str, *, declared: str | None = None) -> str:
    """Language code of `text` (two letters), "" when unsure. Slow for some texts: ask once a feed.

    Script decides first; then common words, when they bear out what was `declared`; then py3langid.
    """
    sample = text[:SAMPLE]
    letters = sum(map(str.isalpha, sample))
    said = _code(declared or "")
    if letters >= FEWEST_OF_A_SCRIPT and (by_script := _by_script(sample, letters)):
        return by_script
    if letters < FEWEST_LETTERS:
        return said
    counts = _common_words(sample)
    if counts and (said == "" or counts.most_common(1)[0][0] == said):
        best, share = counts.most_common(1)[0][0], _share(counts, sample)
        if share >= 0.25:
            return best
    return _identified(sample) or said


def _code(declared: str) -> str:
    found = _CODE.fullmatch(declared.strip())
    return found.group(1).lower() if found else ""


def _by_script(sample: str, letters: int) -> str:
    for code, pattern in _SCRIPTS:
        if len(pattern.findall(sample)) > letters * _SHARE.get(code, 0.3):
            return code
    return ""


def _common_words(sample: str) -> Counter[str]:
    found = Counter(_WORD.findall(fold(sample)))
    counts: Counter[str] = Counter()
    for code, stopwords in STOPWORDS.items():
        if code not in ("no", "nb", "da", "sv"):
            counts[code] = sum(count for word, count in found.items() if word in stopwords)
    return counts


def _share(counts: Counter[str], sample: str) -> float:
    """Of all words, the share that the leading language's common words have over the next one's."""
    (_, first), (_, second) = counts.most_common(2)
    return first / max(1, len(_WORD.findall(sample))) if first > 1.5 * second else 0.0


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _identified(sample: str) -> str:
    code, probability = _identifier().classify(sample)
    return str(code) if probability >= _CERTAIN else ""
