"""What is wrong around a user's brief, in words that say what to do."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext as _

from transom.apps.accounts.models import Profile, profile_of
from transom.apps.brief.days import zone_of
from transom.apps.brief.models import Brief, Delivery

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

LATELY = timedelta(days=3)


def problems(user: User, *, now: datetime) -> list[str]:
    """Whole sentences, empty where all is well: a failing mail server stands on the brief."""
    profile = profile_of(user)
    if not profile.mail_brief:
        return []
    return [text for text in (_cannot_mail(user), _not_mailed(user, profile, now)) if text]


def _cannot_mail(user: User) -> str:
    if not settings.EMAIL_HOST:
        return _(
            "You asked for your brief by mail, but no mail server is set here. Whoever looks after this "
            "computer sets smtp_host; until then you find it on this page."
        )
    if not user.email:
        return _(
            "You asked for your brief by mail, but there is no address to send it to. Add one in the settings."
        )
    return ""


def _not_mailed(user: User, profile: Profile, now: datetime) -> str:
    """About the last edition only: an older one that did not arrive is no news."""
    last = Brief.objects.filter(user=user, delivery__isnull=False, started_at__gte=now - LATELY)
    brief = last.select_related("delivery").order_by("-started_at").first()
    if brief is None or brief.delivery.sent_at is not None:
        return ""
    return _what_happened(brief.delivery, profile, now)


def _what_happened(delivery: Delivery, profile: Profile, now: datetime) -> str:
    if delivery.error and delivery.next_try_at is not None:
        at = formats.time_format(max(delivery.next_try_at, now).astimezone(zone_of(profile)), "H:i")
        return _(
            "Your brief could not be mailed: %(error)s. It is tried again at %(time)s. If this goes on, ask "
            "whoever looks after this computer to check the mail server's settings."
        ) % {"error": delivery.error, "time": at}
    if delivery.error:
        return delivery.error
    if delivery.handed_over_at is not None and delivery.handed_over_at < now - timedelta(minutes=2):
        return _(
            "Transom was stopped while it mailed your brief. It may have arrived or not; it is not sent a "
            "second time. It stands here in full."
        )
    return ""
