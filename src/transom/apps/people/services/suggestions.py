"""A user's word about a suggestion."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from transom.apps.people.models import Suggestion

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


def refuse(user: User, suggestion: Suggestion, *, now: datetime, actor: User | None = None) -> None:
    """The suggestion never comes again, however often there are new reasons for it."""
    Suggestion.objects.filter(user=user, pk=suggestion.pk).update(refused_at=now, actor=actor or user)


def take_refusal_back(user: User, suggestion: Suggestion) -> None:
    """It may come again; it is shown at once, and stays while there is a reason for it."""
    Suggestion.objects.filter(user=user, pk=suggestion.pk).update(refused_at=None)


def done_with(user: User, suggestion: Suggestion) -> None:
    """It was taken up: it need not be shown any more."""
    Suggestion.objects.filter(user=user, pk=suggestion.pk).delete()
