"""Bringing a brief by mail: each edition once, late rather than twice.

What happens is written down before and after. Until the text itself is handed to the mail server nothing
can have arrived, and a failure is tried again; from then on it may have arrived, and it is never sent a
second time, though the answer was lost.
"""

from __future__ import annotations

import logging
import re
import smtplib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from transom.apps.accounts.models import Profile
from transom.apps.brief.days import at_hour, local_day, week_of, zone_of
from transom.apps.brief.models import Brief, BriefState, Delivery, Edition
from transom.apps.brief.render.mail import message, message_id
from transom.apps.brief.services.editions import brief_of_day, brief_of_week, is_blank, is_paused

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

log = logging.getLogger("transom.mail")

FIRST_RETRY: Final = timedelta(minutes=2)
LONGEST_RETRY: Final = timedelta(hours=2)
LEASE: Final = timedelta(minutes=5)
"""For so long nobody else tries the same edition."""


PATIENCE: Final = 3
"""Failures after which a round ends: a server that does not answer costs its time limit each time."""


class MailRefusedError(Exception):
    """The server said no, or was never reached: the edition has not gone out."""


class MailUncertainError(Exception):
    """The connection broke after the text was handed over: it may have arrived."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What one round of mailing did."""

    sent: int = 0
    failed: int = 0


def mail_due(now: datetime) -> Sent:
    """Makes and mails every edition whose hour has come and that has not gone out."""
    if not settings.EMAIL_HOST:
        return Sent()
    sent = failed = 0
    for user, editions in _recipients(now):
        for edition in editions:
            gone = _try(user, edition, now)
            sent += gone is True
            failed += gone is False
            if failed >= PATIENCE:
                return Sent(sent, failed)
    return Sent(sent, failed)


def _try(user: User, edition: Edition, now: datetime) -> bool | None:
    """As `_mail_edition`; a fault with one user's edition never keeps another's from going out."""
    try:
        return _mail_edition(user, edition, now)
    except Exception:
        log.exception("the %s edition of user %s could not be made for mailing", edition, user.pk)
        return None


def _recipients(now: datetime) -> Iterator[tuple[User, list[Edition]]]:
    """Who wants which edition by now. The hour is the user's, in their time zone."""
    profiles = Profile.objects.filter(mail_brief=True, user__is_active=True).exclude(user__email="")
    for profile in profiles.select_related("user"):
        zone = zone_of(profile)
        day = local_day(now, zone)
        if now < at_hour(day, min(profile.mail_hour, 23), zone) or is_paused(profile, day):
            continue
        editions = [Edition.DAY] if profile.minutes_on(day.weekday()) > 0 else []
        if profile.weekly_day is not None and profile.weekly_day == day.weekday():
            editions.append(Edition.WEEK)
        if waiting := [edition for edition in editions if _is_open(profile, edition, day, now)]:
            yield profile.user, waiting


def _is_open(profile: Profile, edition: Edition, day: date, now: datetime) -> bool:
    """Whether this edition is still to be mailed, and may be tried now."""
    first = day if edition == Edition.DAY else week_of(day, profile.weekly_day)
    found = Delivery.objects.filter(
        brief__user=profile.user_id, brief__edition=edition, brief__day=first
    ).first()
    if found is None:
        return True
    if found.sent_at or found.handed_over_at:
        return False
    return found.next_try_at is None or found.next_try_at <= now


def _mail_edition(user: User, edition: Edition, now: datetime) -> bool | None:
    """True when it went out, False when it failed, None when there is nothing to send yet."""
    make = brief_of_day if edition == Edition.DAY else brief_of_week
    brief = make(user, now=now, shown=False)
    if brief.state != BriefState.FINAL or brief.budget_minutes <= 0 or is_blank(brief):
        return None
    return send_brief(brief, now)


def send_brief(brief: Brief, now: datetime) -> bool | None:
    """Mails one edition unless it went out already, or another process is at it (None then).

    A failure is kept with the delivery and tried again later; it is not raised.
    """
    delivery = _claim(brief, now)
    if delivery is None:
        return None
    try:
        mail = message(brief, message_id=delivery.message_id, now=now)
        _hand_over(mail, delivery, now)
    except MailUncertainError as error:
        _fail(delivery, _uncertain(error), None)
        return False
    except MailRefusedError as error:
        _fail(delivery, str(error), now + _pause(delivery.attempts))
        return False
    Delivery.objects.filter(pk=delivery.pk).update(sent_at=now, error="", next_try_at=None)
    log.info("mailed the %s edition of %s to user %s", brief.edition, brief.day, brief.user_id)
    return True


def _claim(brief: Brief, now: datetime) -> Delivery | None:
    """Takes the edition for this try, so that no other process sends it meanwhile."""
    with transaction.atomic():
        Delivery.objects.get_or_create(brief=brief, defaults={"message_id": message_id(brief)})
        free = Delivery.objects.filter(brief=brief, sent_at=None, handed_over_at=None)
        free = free.filter(Q(next_try_at=None) | Q(next_try_at__lte=now))
        if not free.update(attempts=F("attempts") + 1, next_try_at=now + LEASE):
            return None
        return Delivery.objects.get(brief=brief)


def _hand_over(mail: EmailMultiAlternatives, delivery: Delivery, now: datetime) -> None:
    """Connects, marks the delivery, sends. Raises MailRefusedError or MailUncertainError."""
    connection: Any = get_connection(fail_silently=False)
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise MailRefusedError(_said(error)) from error
    try:
        server = getattr(connection, "connection", None)
        if isinstance(server, smtplib.SMTP):
            _send_over(server, mail, delivery, now)
        else:
            _mark_handed_over(delivery, now)
            connection.send_messages([mail])
    finally:
        connection.close()


def _send_over(server: smtplib.SMTP, mail: EmailMultiAlternatives, delivery: Delivery, now: datetime) -> None:
    """The dialogue of RFC 5321: until DATA every failure is safe to repeat."""
    text = _lines_ended(mail.message().as_bytes())
    try:
        server.ehlo_or_helo_if_needed()
        _answered(server.mail(_bare(mail.from_email)), {250})
        for recipient in mail.recipients():
            _answered(server.rcpt(recipient), {250, 251})
        _answered(server.docmd("DATA"), {354})
    except (OSError, smtplib.SMTPException) as error:
        raise MailRefusedError(_said(error)) from error
    _mark_handed_over(delivery, now)
    try:
        server.send(_stuffed(text))
        code, answer = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise MailUncertainError(_said(error)) from error
    if code != 250:
        _unmark(delivery)
        raise MailRefusedError(_said(smtplib.SMTPDataError(code, answer)))


def _lines_ended(text: bytes) -> bytes:
    """With CR and LF at the end of each line, as mail wants it."""
    return re.sub(rb"\r\n|\r|\n", b"\r\n", text)


def _stuffed(text: bytes) -> bytes:
    """The text as it goes over the line (RFC 5321 section 4.5.2): a dot that begins a line is doubled."""
    ended = text if text.endswith(b"\r\n") else text + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", ended) + b".\r\n"


def _answered(answer: tuple[int, bytes], wanted: Iterable[int]) -> None:
    code, text = answer
    if code not in set(wanted):
        raise smtplib.SMTPResponseException(code, text)


def _bare(address: str) -> str:
    return parseaddr(address)[1]


def _mark_handed_over(delivery: Delivery, now: datetime) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(handed_over_at=now)


def _unmark(delivery: Delivery) -> None:
    """The server refused the text in so many words: it has not arrived."""
    Delivery.objects.filter(pk=delivery.pk).update(handed_over_at=None)


def _fail(delivery: Delivery, error: str, next_try_at: datetime | None) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(error=error[:1000], next_try_at=next_try_at)
    log.warning("mailing the brief %s failed: %s", delivery.brief_id, error)


def _pause(attempts: int) -> timedelta:
    doublings = min(max(attempts - 1, 0), 10)
    return min(FIRST_RETRY * (1 << doublings), LONGEST_RETRY)


def _uncertain(error: MailUncertainError) -> str:
    return _(
        "The mail server broke off while it took your brief (%(error)s). It may have arrived or not; it is "
        "not sent a second time. It stands here in full."
    ) % {"error": error}


def _said(error: Exception) -> str:
    """What the server or the network said, on one line, without addresses of ours."""
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _("%(where)s did not accept the user name or password") % {"where": where}
    if isinstance(error, smtplib.SMTPResponseException):
        text = (
            error.smtp_error.decode("utf-8", "replace")
            if isinstance(error.smtp_error, bytes)
            else error.smtp_error
        )
        return _("%(where)s answered %(code)d %(text)s") % {
            "where": where,
            "code": error.smtp_code,
            "text": " ".join(str(text).split())[:300],
        }
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _("%(where)s offers no encrypted connection; see smtp_security in the configuration") % {
            "where": where
        }
    if isinstance(error, TimeoutError):
        return _("%(where)s did not answer in time") % {"where": where}
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return _("%(where)s closed the connection") % {"where": where}
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return _("%(where)s could not be reached (%(reason)s)") % {"where": where, "reason": reason}
