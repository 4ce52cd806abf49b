"""Asking somebody in: nobody opens an account here without an invitation."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from transom.apps.accounts.errors import AccountError
from transom.apps.accounts.models import Invitation, Profile, User
from transom.apps.accounts.services.tokens import hash_of, new_token

LIVES = timedelta(days=14)


def invite(user: User, email: str, now: datetime) -> str:
    """A token that opens an account for this mail address once, within 14 days.

    Raises AccountError when the address has an account, or when the inviting user has no way of their own
    to sign in: from the second account on, links are not enough.
    """
    if not can_sign_in_alone(user):
        raise AccountError(
            _(
                "Set a password or a passkey for yourself first: once a second person has an account here, "
                "links alone sign nobody in."
            )
        )
    if User.objects.filter(email__iexact=email).exists():
        raise AccountError(_("%(email)s has an account here already.") % {"email": email})
    waiting = Invitation.objects.filter(accepted_at=None)
    waiting.filter(Q(email__iexact=email) | Q(expires_at__lt=now)).delete()
    token = new_token()
    Invitation.objects.create(email=email, token_hash=hash_of(token), invited_by=user, expires_at=now + LIVES)
    return token


def can_sign_in_alone(user: User) -> bool:
    """Whether this user has a password or a passkey."""
    from allauth.mfa.models import Authenticator

    if user.has_usable_password():
        return True
    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists())


def accept_invitation(token: str, *, name: str, password: str, now: datetime) -> User:
    """Opens the account. Raises AccountError for a token that is unknown or over, or a weak password."""
    invitation = Invitation.objects.filter(
        token_hash=hash_of(token), accepted_at=None, expires_at__gt=now
    ).first()
    if invitation is None:
        raise AccountError(
            _("This invitation was used before, or it is too old. Ask whoever invited you for a new one.")
        )
    user = User(username=_free_username(invitation.email), email=invitation.email, name=name)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise AccountError(" ".join(error.messages)) from error
    user.set_password(password)
    with transaction.atomic():
        taken = Invitation.objects.filter(pk=invitation.pk, accepted_at=None).update(accepted_at=now)
        if not taken or User.objects.filter(email__iexact=invitation.email).exists():
            raise AccountError(_("%(email)s has an account here already.") % {"email": invitation.email})
        user.save()
        Profile.objects.create(user=user)
        # Whose it became, and not which address it went to, says later whose row it is.
        Invitation.objects.filter(pk=invitation.pk).update(accepted_by=user)
    return user


def _free_username(email: str) -> str:
    wanted = re.sub(r"[^a-z0-9._-]+", "-", email.partition("@")[0].lower()).strip("-.")[:100] or "reader"
    taken = set(User.objects.filter(username__startswith=wanted).values_list("username", flat=True))
    if wanted not in taken:
        return wanted
    return next(name for number in range(2, len(taken) + 3) if (name := f"{wanted}{number}") not in taken)
