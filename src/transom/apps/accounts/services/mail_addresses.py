"""The mail address of an account: the brief goes there, and one can sign in by it."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from transom.apps.accounts.errors import AccountError
from transom.apps.accounts.models import User


def change_email(user: User, email: str) -> None:
    """Keeps another mail address. Raises AccountError where it is somebody else's."""
    from allauth.account.models import EmailAddress

    if email == user.email:
        return
    taken = AccountError(_("%(email)s belongs to another account here. Use another one.") % {"email": email})
    if User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        raise taken
    try:
        with transaction.atomic():
            User.objects.filter(pk=user.pk).update(email=email)
            # What the sign-in library noted of the old address would still sign this user in.
            EmailAddress.objects.filter(user=user).exclude(email__iexact=email).delete()
    except IntegrityError as error:  # somebody else was faster
        raise taken from error
    user.email = email
