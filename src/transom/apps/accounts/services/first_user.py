"""The user of a private computer, who exists before anybody signs in."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from transom.apps.accounts.errors import AccountError
from transom.apps.accounts.models import Profile, User

FIRST_NAME = "me"


def first_user() -> User:
    """The account that was opened first; where there is none yet, one without a password is made."""
    existing = User.objects.filter(is_active=True).order_by("pk").first()
    return existing or _make_first()


def only_user(username: str = "") -> User:
    """The user a command acts for: the one named, or the only one.

    Raises AccountError where the name is unknown, or where nobody was named and there are several.
    """
    users = list(User.objects.filter(is_active=True).order_by("pk")[:50])
    if username:
        named = [user for user in users if username in (user.username, user.email)]
        if not named:
            names = ", ".join(user.username for user in users) or "none yet"
            raise AccountError(f"There is no user called {username!r} here. There are: {names}.")
        return named[0]
    if len(users) > 1:
        names = ", ".join(user.username for user in users)
        raise AccountError(f"Several people use this instance. Say for whom: --user NAME, one of {names}.")
    return users[0] if users else _make_first()


def _make_first() -> User:
    try:
        with transaction.atomic():
            # An administrator, because nobody else is there to look after the instance.
            user = User(username=FIRST_NAME, is_staff=True, is_superuser=True)
            user.set_unusable_password()
            user.save()
            Profile.objects.create(user=user)
    except IntegrityError:  # another process was faster
        return User.objects.get(username=FIRST_NAME)
    return user
