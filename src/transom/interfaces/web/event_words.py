"""Dates in words: when for whoever looks, when at the place, where, how often, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from transom.apps.conversations.calendar_file import zone_of
from transom.apps.conversations.models import CLOSING, Event, EventKind

KINDS = {
    EventKind.CONFERENCE: gettext_lazy("Conference"),
    EventKind.CALL: gettext_lazy("Call"),
    EventKind.CONSULTATION: gettext_lazy("Consultation"),
    EventKind.MEETING: gettext_lazy("Meeting"),
    EventKind.WEBINAR: gettext_lazy("Webinar"),
}
TOLD = 3


def kind(event: Event) -> str:
    return str(KINDS[EventKind(event.kind)])


def is_about_closing(event: Event) -> bool:
    return event.kind in CLOSING and event.closes_at is not None


def when(event: Event) -> str:
    """``Tuesday 8 December, 17:30 to 19:00``, in the time zone of whoever looks; ``Closes ...`` of what closes."""
    if event.kind in CLOSING and event.closes_at is not None:
        return _("Closes %(moment)s") % {"moment": _moment(event, event.closes_at)}
    if event.ends is None or event.ends <= event.starts:
        return _moment(event, event.starts)
    first, last = _local(event, event.starts), _local(event, event.ends)
    if first.date() == last.date():
        return (
            _moment(event, event.starts) if event.all_day else f"{_moment(event, event.starts)}–{last:%H:%M}"
        )
    return _("%(first)s to %(last)s") % {
        "first": _moment(event, event.starts),
        "last": _moment(event, event.ends),
    }


def closes(event: Event) -> str:
    """Until when one must answer or submit to what happens later; empty where that is all it is about."""
    if event.closes_at is None or is_about_closing(event) or event.closes_at < timezone.now():
        return ""
    return _("Closes %(moment)s") % {"moment": _moment(event, event.closes_at)}


def there(event: Event) -> str:
    """``16:30 in New York``, where the place's clock shows another hour than the reader's."""
    zone = zone_of(event)
    if event.all_day or event.floating or zone is None:
        return _("the place's own time") if event.floating else ""
    at = event.closes_at if is_about_closing(event) and event.closes_at else event.starts
    own, here = at.astimezone(zone), at.astimezone(timezone.get_current_timezone())
    if own.utcoffset() == here.utcoffset():
        return ""
    city = event.time_zone.rpartition("/")[2].replace("_", " ")
    if own.date() != here.date():
        return _("%(day)s, %(hour)s in %(city)s") % {
            "day": formats.date_format(own, "l"),
            "hour": f"{own:%H:%M}",
            "city": city,
        }
    return _("%(hour)s in %(city)s") % {"hour": f"{own:%H:%M}", "city": city}


def where(event: Event) -> str:
    """Place, city and country, each once; and that it is online, where it is."""
    parts = [one for one in dict.fromkeys((event.place, event.city, event.country)) if one]
    named = [one for one in parts if not any(one != other and one in other for other in parts)]
    if event.online and not any(_("online") in one.casefold() for one in named):
        named.append(_("online"))
    return ", ".join(named)


def repeats(event: Event) -> str:
    """``every week``, from the rule of iCalendar; empty for what does not repeat or in a way words do not tell."""
    rule = dict(part.partition("=")[::2] for part in event.recurrence.upper().split(";"))
    every = int(rule["INTERVAL"]) if rule.get("INTERVAL", "").isdecimal() else 1
    said = {
        "DAILY": ngettext("every day", "every %(count)d days", every),
        "WEEKLY": ngettext("every week", "every %(count)d weeks", every),
        "MONTHLY": ngettext("every month", "every %(count)d months", every),
        "YEARLY": ngettext("every year", "every %(count)d years", every),
    }.get(rule.get("FREQ", ""), "")
    return said % {"count": every} if "%" in said else said


def further(events: Sequence[Event]) -> str:
    """``then 15 December, 22 December and 11 more``."""
    if not events:
        return ""
    days = [formats.date_format(_local(one, one.starts), "j F") for one in events[:TOLD]]
    more = len(events) - len(days)
    if not more:
        return _("then %(days)s") % {"days": _(", ").join(days)}
    said = ngettext("then %(days)s and one more", "then %(days)s and %(count)d more", more)
    return said % {"days": _(", ").join(days), "count": more}


def month(event: Event) -> str:
    """``December 2026``, under which it is listed."""
    return str(formats.date_format(_local(event, event.listed_at or event.starts), "F Y"))


def closes_soon(event: Event) -> str:
    """``today``, ``tomorrow``, ``in 9 days``: until it closes."""
    at = _local(event, event.closes_at or event.starts)
    days = (at.date() - timezone.localdate()).days
    if days <= 1:
        return _("tomorrow") if days == 1 else _("today")
    return ngettext("in %(count)d day", "in %(count)d days", days) % {"count": days}


def _moment(event: Event, at: datetime) -> str:
    local = _local(event, at)
    far = local.date() - timezone.localdate() > timedelta(days=300)
    same_year = local.year == timezone.localdate().year
    day = formats.date_format(local, "l j F" if same_year or not far else "l j F Y")
    return str(day) if event.all_day else f"{day}, {local:%H:%M}"


def _local(event: Event, at: datetime) -> datetime:
    """Whole days, and hours whose zone nobody gave, are the same everywhere."""
    return at.astimezone(UTC if event.all_day or event.floating else timezone.get_current_timezone())
