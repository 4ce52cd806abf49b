"""Light stemming: plurals and cases only, so that a stem is still a word one recognises."""

from functools import lru_cache


@lru_cache(maxsize=65536)
def stem(word: str, language: str) -> str:
    """The stem of a folded word; the word itself in languages without rules here."""
    if len(word) < 4 or word.isdigit():
        return word
    if language == "en":
        return _english(word)
    if language == "de":
        return _without_ending(word, ("ern", "em", "en", "er", "es", "e", "s", "n"), 4)
    if language == "fr":
        return _french(word)
    if language in ("es", "pt"):
        return _without_ending(word, ("es", "s"), 3)
    if language == "it":
        return word[:-1] if word[-1] in "aeio" and len(word) > 4 else word
    if language == "nl":
        return _without_ending(word, ("en", "s"), 4)
    if language == "ar":
        return _arabic(word)
    if language in ("sv", "da", "no", "nb"):
        return _without_ending(
            word, ("erne", "arna", "erna", "orna", "ene", "en", "et", "er", "ar", "or", "s"), 4
        )
    return word


def _english(word: str) -> str:
    """Harman's S stemmer (1991, How effective is suffixing?), and the commonest verb endings."""
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if (word.endswith("es") and not word.endswith(("aes", "ees", "oes"))) or (
        word.endswith("s") and not word.endswith(("us", "ss", "is"))
    ):
        word = word[:-1]
    if word.endswith("ing") and len(word) > 6:
        return _undoubled(word[:-3])
    if word.endswith("ed") and len(word) > 5:
        return _undoubled(word[:-2])
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def _undoubled(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz" else word


def _french(word: str) -> str:
    if word.endswith("aux") and len(word) > 4:
        return word[:-3] + "al"
    word = word.rstrip("sx") if len(word) > 4 else word
    return word[:-1] if word.endswith("e") and len(word) > 4 else word


def _arabic(word: str) -> str:
    """The light stemmer of Larkey, Ballesteros and Connell (2002), over folded letters: articles and endings."""
    for article in ("وال", "بال", "كال", "فال", "لل", "ال"):
        if word.startswith(article) and len(word) - len(article) >= 3:
            word = word[len(article) :]
            break
    return _without_ending(word, ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي"), 3)


def _without_ending(word: str, endings: tuple[str, ...], shortest: int) -> str:
    for ending in endings:
        if word.endswith(ending) and len(word) - len(ending) >= shortest:
            return word[: -len(ending)]
    return word


def arabic(word: str) -> str:
    """A folded Arabic word without "and", articles and the commonest endings.

    The light10 stemmer (Larkey, Ballesteros and Connell, Improving stemming for Arabic information
    retrieval, SIGIR 2002): enough for a word to be found in the forms it takes in a sentence.
    """
    if word[0] == "و" and len(word) > 3:
        word = word[1:]
    for article in ("وال", "بال", "كال", "فال", "ال", "لل"):
        if word.startswith(article) and len(word) - len(article) >= 2:
            word = word[len(article) :]
            break
    for ending in ("ها", "ان", "ات", "ون", "ين", "يه", "ه", "ي"):
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            word = word[: -len(ending)]
    return word
