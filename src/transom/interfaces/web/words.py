"""Numbers, times and names as a person would say them. Strings are marked for translation."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from transom.apps.participation.dates import local_time, moment_text


def day(value: date, *, today: date | None = None) -> str:
    """``Tuesday 24 November``, with the year where it is not this one."""
    shape = "l j F" if today is not None and value.year == today.year else "l j F Y"
    return str(formats.date_format(value, shape))


def written_day(text: str) -> str:
    """A day or a month as lists write it (``2026-11-24``, ``2026-11``) in words; anything else as it is."""
    for shape, words in (("%Y-%m-%d", "j F Y"), ("%Y-%m", "F Y")):
        try:
            return str(formats.date_format(datetime.strptime(text, shape), words))  # noqa: DTZ007
        except ValueError:
            continue
    return text


def day_of(value: date) -> date:
    """The day a moment falls on for whoever looks. Midnight in UTC is a day without an hour, the same
    everywhere."""
    if not isinstance(value, datetime):
        return value
    return local_time(value, timezone.get_current_timezone()).date()


def moment(value: datetime, *, floating: bool = False) -> str:
    """``Tuesday 24 November 2026, 14:30``, in the time zone of whoever looks; no hour where none was given."""
    return moment_text(value, timezone.get_current_timezone(), floating=floating)


def how_long_ago(value: datetime | None, now: datetime) -> str:
    """``just now``, ``20 minutes ago``, ``3 days ago``, then the date; ``not yet`` for None."""
    if value is None:
        return _("not yet")
    gap = now - value
    if gap < timedelta(minutes=2):
        return _("just now")
    return _far(gap, value, past=True)


def how_soon(value: datetime | None, now: datetime) -> str:
    """``now``, ``in 20 minutes``, ``in 3 days``, then the date; ``not planned`` for None."""
    if value is None:
        return _("not planned")
    gap = value - now
    if gap < timedelta(minutes=1):
        return _("now")
    return _far(gap, value, past=False)


def how_often(minutes: int) -> str:
    """``every hour at most``, ``every 6 hours at most``, ``once a day at most``."""
    hours = max(1, round(minutes / 60))
    if hours >= 24:
        days = round(hours / 24)
        return ngettext("once a day at most", "every %(n)d days at most", days) % {"n": days}
    return ngettext("every hour at most", "every %(n)d hours at most", hours) % {"n": hours}


def _far(gap: timedelta, value: datetime, *, past: bool) -> str:
    if gap >= timedelta(days=45):
        return str(formats.date_format(value, "j F Y"))
    words = _gap(gap)
    return _("%(time)s ago") % {"time": words} if past else _("in %(time)s") % {"time": words}


def _gap(gap: timedelta) -> str:
    total = int(gap.total_seconds() // 60)
    if total < 60:
        return ngettext("%(count)d minute", "%(count)d minutes", total) % {"count": total}
    if total < 60 * 36:
        hours = round(total / 60)
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    days = round(total / 60 / 24)
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def host(address: str) -> str:
    """The host of an address without ``www.``; the address itself where it has none."""
    try:
        name = urlsplit(address).hostname or ""
    except ValueError:
        name = ""
    return name.removeprefix("www.") or address
