"""What a user says of their job, in telling words. A later stage knows which words tell; it says so here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

Describer = Callable[["User"], tuple[Sequence[str], Sequence[str]]]

_describers: list[Describer] = []


def describe_job_by(describer: Describer) -> None:
    """Registers who gives the telling words of a user's job, and their other interests."""
    if describer not in _describers:
        _describers.append(describer)


def job_of(user: User) -> tuple[list[str], list[str]]:
    """(words of the job, other interests); empty where nobody knows."""
    words: list[str] = []
    interests: list[str] = []
    for describer in _describers:
        some, others = describer(user)
        words += some
        interests += others
    return words, interests
