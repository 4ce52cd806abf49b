"""The words a user gave for themselves: interests as they are, and what is telling in the sentence about the job."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from transom.apps.accounts.models import profile_of
from transom.engine.text.stopwords import STOPWORDS
from transom.engine.text.tokens import fold, words

if TYPE_CHECKING:
    from transom.apps.accounts.models import Profile, User

# What people say of any job: ranks, sizes, verbs of leading. None of it is a subject to read about.
OF_ANY_JOB: Final = frozenset(
    """
    head heads chief deputy director directors officer officers lead leads leader leaders leading leadership
    manage manages manager managers management managing run runs running responsible charge oversee oversees
    senior junior vice president principal assistant associate coordinator supervisor executive
    team teams staff people person persons department departments unit units office group groups section
    organisation organization company firm service services agency council county city town national regional
    state public private large small big new whole main work works working job role one two three four five
    six seven eight nine ten dozen hundred thousand about around part time full who what where
    """.split()
)
SHORTEST: Final = 3
ABBREVIATIONS: Final = frozenset("ai bi cx er gp hr it ml ot pr qa ui ux".split())
"""Fields that go by two letters. What is a common word too counts in capitals only."""


def interests_of(profile: Profile) -> tuple[str, ...]:
    """Interests first, then the telling words of the job, each once."""
    found = [*profile.interests, *telling_words(profile.job)]
    return tuple(dict.fromkeys(part for part in found if part))


def job_of(user: User) -> tuple[list[str], list[str]]:
    """The telling words of a user's job, and what else they care about."""
    profile = profile_of(user)
    return list(telling_words(profile.job)), list(profile.interests)


def telling_words(job: str) -> Iterator[str]:
    """The words of a sentence about a job that name a subject, as written.

    Two letters in capitals are a rank, a place or a field, nobody knows which; unless they are a known field,
    they count where nothing else does.
    """
    found = words(job)
    telling = [word for word in found if _tells(word) or _is_field(word)]
    return iter(telling or [word for word in found if _may_be_field(word)])


def _tells(word: str) -> bool:
    folded = fold(word)
    long = len(folded) >= SHORTEST or not folded.isascii()
    return long and not folded.isdigit() and not _is_common(folded)


def _is_field(word: str) -> bool:
    folded = fold(word)
    return folded in ABBREVIATIONS and (word.isupper() or not _is_common(folded))


def _may_be_field(word: str) -> bool:
    return len(word) == SHORTEST - 1 and word.isalpha() and word.isupper() and not _is_common(fold(word))


def _is_common(folded: str) -> bool:
    return folded in OF_ANY_JOB or any(folded in known for known in STOPWORDS.values())
