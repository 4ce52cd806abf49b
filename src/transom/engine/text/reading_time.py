"""How long a text is, and how long it takes to read.

English prose: 238 words a minute (Brysbaert 2019, How many words do we read per minute?, Journal of Memory and
Language 109). Other languages: the paces of Trauzettel-Klosinski and Dietz 2012 (Standardized assessment of reading
performance: the new International Reading Speed Texts IReST), scaled by 238/228, English in the former over English
in the latter. Languages measured in neither are taken as English.
"""

from dataclasses import dataclass

from transom.engine.text.scripts import spaceless

ENGLISH = 238.0
_SCALE = ENGLISH / 228
WORDS_A_MINUTE = {
    "en": ENGLISH,
    **{
        code: round(measured * _SCALE, 1)
        for code, measured in {
            "ar": 138,
            "nl": 202,
            "fi": 161,
            "fr": 195,
            "de": 179,
            "he": 187,
            "it": 188,
            "pl": 166,
            "pt": 181,
            "ru": 184,
            "sl": 180,
            "es": 218,
            "sv": 199,
            "tr": 166,
        }.items()
    },
}
CHARACTERS_A_MINUTE = {"zh": round(255 * _SCALE, 1), "ja": round(357 * _SCALE, 1)}
_OTHER_CHARACTERS = CHARACTERS_A_MINUTE["zh"]
# Nobody measured these alike; about 200 words a minute of five characters each.
_SOUTH_EAST_CODES = frozenset({"th", "lo", "km", "my"})
_SOUTH_EAST_CHARACTERS = 1000.0


@dataclass(frozen=True, slots=True)
class Length:
    """`words` of scripts with spaces, `characters` of scripts without, `minutes` at the usual pace."""

    words: int
    characters: int
    minutes: float


def minutes(words: int, language: str = "", *, characters: int = 0, pace: float | None = None) -> float:
    """Minutes of reading, without the time to switch. `pace` is the reader's own, in English words a minute;
    other languages are taken to be read faster or slower in proportion.
    """
    code = language[:2].lower()
    by_word = words / WORDS_A_MINUTE.get(code, ENGLISH)
    by_character = characters / _characters_a_minute(code)
    return (by_word + by_character) * (ENGLISH / pace if pace else 1.0)


def measure(text: str, language: str = "", *, pace: float | None = None) -> Length:
    """Length of a plain text."""
    characters = 0
    if not text.isascii():
        text, characters = spaceless.subn(" ", text)
    count = sum(1 for word in text.split() if word[0].isalnum() or any(map(str.isalnum, word)))
    return Length(count, characters, minutes(count, language, characters=characters, pace=pace))


def _characters_a_minute(code: str) -> float:
    if code in _SOUTH_EAST_CODES:
        return _SOUTH_EAST_CHARACTERS
    return CHARACTERS_A_MINUTE.get(code, _OTHER_CHARACTERS)
