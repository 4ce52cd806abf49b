"""Names handed on without being said: later stages find the copies they keep by them, and no queue holds a name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from django.utils.crypto import salted_hmac

from transom.engine.resolve.names import fold

SALT: Final = "transom.people.naming"
WORD: Final = re.compile(r"[^\W_]+")

Traces = Sequence[Sequence[int | str]]
"""Of each name how many words it has, and the digest of them."""


def traces_of(names: Iterable[str]) -> list[list[int | str]]:
    """Names as an event may carry them: digests under the instance's key."""
    told = sorted({tuple(_words(name)) for name in names} - {()})
    return [[len(words), digest] for words, digest in zip(told, _digests(map(" ".join, told)), strict=True)]


def is_name(text: str, traces: Traces) -> bool:
    """Whether a text is one of the names and nothing else."""
    return _among([_words(text)], {str(digest) for _, digest in traces})


def is_named(text: str, traces: Traces) -> bool:
    """Whether one of the names stands in a text. A name of one word only where it is the whole of it."""
    words, wanted = _words(text), {str(digest) for _, digest in traces}
    lengths = {int(length) for length, _ in traces if int(length) > 1}
    pieces = [words[at : at + length] for length in lengths for at in range(len(words) - length + 1)]
    return _among([words, *pieces], wanted)


def _words(text: str) -> list[str]:
    return WORD.findall(fold(text))


def _among(pieces: Iterable[list[str]], wanted: Collection[str]) -> bool:
    return any(digest in wanted for digest in _digests(" ".join(one) for one in pieces if one))


def _digests(texts: Iterable[str]) -> Iterable[str]:
    empty = salted_hmac(SALT, "", algorithm="sha256")
    for text in texts:
        one = empty.copy()
        one.update(text.encode("utf-8", "surrogatepass"))
        yield one.hexdigest()
