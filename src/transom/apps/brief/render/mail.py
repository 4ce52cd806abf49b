"""A brief as a mail that is complete in itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import formatdate, parseaddr
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from transom.apps.brief.mail_links import feedback_link
from transom.apps.brief.models import Brief
from transom.apps.brief.selectors.view import BriefView, LineView, view
from transom.apps.library.models import Item
from transom.apps.participation.mailto import one_line
from transom.apps.participation.models import Opportunity, OpportunityKind
from transom.apps.participation.services import ics
from transom.apps.participation.taking_part import TAKING_PART

if TYPE_CHECKING:
    from datetime import datetime

_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class MailLine:
    """A line with the links of its buttons, empty where no public address is set."""

    line: LineView
    save: str
    less: str
    more: str


def message(brief: Brief, *, message_id: str, now: datetime) -> EmailMultiAlternatives:
    """The mail of a brief: plain text, HTML beside it, and a calendar file for each date to note down."""
    shown = view(brief)
    context = _context(brief, shown)
    text = render_to_string("brief/mail.txt", context)
    mail = EmailMultiAlternatives(
        subject=subject(shown),
        body=_BLANK_LINES.sub("\n\n", text).strip() + "\n",
        from_email=sender(),
        to=[brief.user.email],
        headers={
            "Message-ID": message_id,
            "Date": formatdate(now.timestamp(), usegmt=True),
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    mail.attach_alternative(render_to_string("brief/mail.html", context), "text/html")
    for name, data in _calendar_files(shown, now):
        mail.attach(name, data, "text/calendar")
    return mail


def subject(shown: BriefView) -> str:
    """What the mail is called: the day, how long it takes, and what comes first."""
    first = next((line.title for line in (*shown.read, *shown.do)), "")
    said = _("%(title)s, %(day)s: %(minutes)s") if first else _("%(title)s, %(day)s")
    return one_line(said % {"title": shown.title, "day": shown.over, "minutes": shown.minutes_text})


def message_id(brief: Brief) -> str:
    """The same for one edition whenever it is made, and unlike that of any other instance."""
    digest = salted_hmac("transom.brief.message-id", f"{brief.pk}:{brief.edition}:{brief.day}").hexdigest()
    return f"<brief.{digest[:32]}@{_domain()}>"


def sender() -> str:
    """The From address; with a name where the operator gave none."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    if name or "@" not in address:
        return str(settings.DEFAULT_FROM_EMAIL)
    user, _at, domain = address.rpartition("@")
    return str(Address(display_name="Transom", username=user, domain=domain))


def _domain() -> str:
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return (
        domain
        if domain and domain != "localhost"
        else (urlsplit(settings.PUBLIC_ADDRESS).hostname or "transom.invalid")
    )


def _context(brief: Brief, shown: BriefView) -> dict[str, object]:
    return {
        "brief": shown,
        "read": [_mail_line(brief, line) for line in shown.read],
        "do": [_mail_line(brief, line) for line in shown.do],
        "home": settings.PUBLIC_ADDRESS,
        "language": "en",
    }


def _mail_line(brief: Brief, line: LineView) -> MailLine:
    links = [
        feedback_link(brief.user_id, line.item_id, say, line=line.id) if line.item_id else ""
        for say in ("save", "less", "more")
    ]
    return MailLine(line, *links)


def _calendar_files(shown: BriefView, now: datetime) -> list[tuple[str, bytes]]:
    ids = [line.item_id for line in shown.do if line.kind == OpportunityKind.CALENDAR and line.item_id]
    items = Item.objects.select_related("home").in_bulk(ids)
    offers = Opportunity.objects.select_related("event").filter(
        pk__in=[line.opportunity_id for line in shown.do if line.kind in TAKING_PART], event__isnull=False
    )
    return [(f"transom-date-{one.event_id}.ics", ics(one, now)) for one in offers.order_by("pk")] + [
        (f"transom-{item_id}.ics", ics(items[item_id], now))
        for item_id in ids
        if item_id in items and items[item_id].event_start is not None
    ]
