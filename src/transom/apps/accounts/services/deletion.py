"""Leaving: every row that belongs to a user goes, and nothing of anybody else's."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models, transaction

from transom.apps.accounts.models import Invitation, User
from transom.apps.base import jobs
from transom.apps.base.owned import OwnedModel, UserRow

log = logging.getLogger(__name__)


def delete_account(user: User) -> None:
    """Removes the account with everything in it, in one transaction.

    Public rows stay (they belong to nobody); what others wrote stays. Earlier backups keep their copy
    until they are deleted: docs/privacy.md says so.
    """
    with transaction.atomic():
        for model in _models_of_users():
            owner = "user" if issubclass(model, UserRow) else "owner"
            model._default_manager.filter(**{owner: user}).delete()
        _forget_sessions(user)
        jobs.forget(user.pk)
        _forget_invitations(user)
        user.delete()


def _forget_invitations(user: User) -> None:
    """Those the user gave or took up go with the account; so do open ones to the address they were invited at.

    Their address of today is no guide: it may be what somebody else is invited at.
    """
    own = Invitation.objects.filter(accepted_by=user).values_list("email", flat=True)
    for email in list(own):
        Invitation.objects.filter(email__iexact=email, accepted_at=None).delete()


def _models_of_users() -> Iterable[type[models.Model]]:
    """Models whose rows belong to users, later stages first, so that nothing protects what must go.

    A highlight protects the text it was made on; deleting both by one cascade would be refused.
    """
    latest_first = list(apps.get_models())[::-1]
    rows = [model for model in latest_first if issubclass(model, UserRow)]
    owned = [model for model in latest_first if issubclass(model, OwnedModel)]
    return [*rows, *owned]


def _forget_sessions(user: User) -> None:
    mine = [session.pk for session in Session.objects.iterator() if _is_of(session, user)]
    Session.objects.filter(pk__in=mine).delete()


def _is_of(session: Any, user: User) -> bool:
    return str(session.get_decoded().get("_auth_user_id", "")) == str(user.pk)
