"""One-time links that sign in on the computer itself, as a key on the door frame."""

from __future__ import annotations

from datetime import datetime, timedelta

from transom.apps.accounts.errors import AccountError
from transom.apps.accounts.models import SignInLink, User
from transom.apps.accounts.services.sign_in_policy import why_password
from transom.apps.accounts.services.tokens import hash_of, new_token

LIVES = timedelta(hours=12)


def new_sign_in_link(user: User, now: datetime) -> str:
    """A token that signs this user in once, within twelve hours. Links that are over are cleared away.

    Raises AccountError where this instance asks everybody for a password.
    """
    if reason := why_password(user):
        raise AccountError(f"No sign-in link was made: {reason}")
    SignInLink.objects.filter(expires_at__lt=now - LIVES).delete()
    token = new_token()
    SignInLink.objects.create(user=user, token_hash=hash_of(token), expires_at=now + LIVES)
    return token


def redeem_sign_in_link(token: str, now: datetime) -> User | None:
    """Whom the token signs in; None when it is unknown, over, or was used before.

    Raises AccountError where this instance asks everybody for a password by now.
    """
    link = SignInLink.objects.filter(token_hash=hash_of(token)).select_related("user").first()
    if link is None or not link.user.is_active:
        return None
    if reason := why_password(link.user):
        raise AccountError(reason)
    # One UPDATE decides who was first, so that two requests at once cannot both come in.
    taken = SignInLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now).update(used_at=now)
    return link.user if taken else None
