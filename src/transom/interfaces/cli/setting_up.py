"""Setting Django up inside a command, so that ``--help`` need not wait for it."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transom.apps.accounts.models import User


@cache
def set_up_django() -> None:
    """Loads settings and apps once. Raises TransomError for options that cannot be used."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "transom.config.settings")
    import django

    django.setup()


def open_library() -> None:
    """Sets Django up and makes sure that the database is there and up to date. Raises TransomError."""
    set_up_django()
    from django.conf import settings
    from django.utils import timezone

    from transom.interfaces.cli.console import tell
    from transom.interfaces.running import lease, upgrade

    if upgrade.is_up_to_date(settings.OPTIONS):
        return
    with lease.Lease(settings.OPTIONS.home / lease.SUPERVISOR):
        upgrade.bring_up_to_date(settings.OPTIONS, now=timezone.now(), say=tell)


def user_named(name: str) -> User:
    """Whom a command acts for, once the library is open. Raises TransomError where that is not clear."""
    open_library()
    from transom.apps.accounts.services import only_user

    return only_user(name)
