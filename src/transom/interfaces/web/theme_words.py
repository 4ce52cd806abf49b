"""Themes in words and plots: what it is about, how many wrote of it, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from transom.apps.conversations.selectors import ThemePage, ThemeRow
from transom.apps.library.models import Item
from transom.interfaces.web.plots import share_plot

NAMED = 2


@dataclass(frozen=True, slots=True)
class ShownTheme:
    """One theme as its page shows it; ``months`` are the rows of the table beside the plot."""

    key: str
    name: str
    says: str
    plot: SafeString
    months: Sequence[tuple[str, int, int]]
    items: Sequence[Item]


def shown(page: ThemePage, row: ThemeRow) -> ShownTheme:
    """The theme of a page's row with its plot."""
    theme = row.theme
    key = f"theme-{theme.place}"
    name = capfirst(theme.phrase or _(", ").join(theme.words[:NAMED]))
    says = compared(page, theme.counts)
    shares = [
        count / sources if sources else 0.0 for count, sources in zip(theme.counts, page.sources, strict=True)
    ]
    names = [month(label, short=True) for label in page.labels]
    title = _("Of the places that wrote, the share that wrote of %(name)s") % {"name": name}
    table = [
        (month(label), count, sources)
        for label, count, sources in zip(page.labels, theme.counts, page.sources, strict=True)
    ]
    return ShownTheme(
        key=key,
        name=name,
        says=says,
        plot=share_plot(shares, names, key=key, title=title, says=says),
        months=table[::-1],
        items=row.items,
    )


def compared(page: ThemePage, counts: Sequence[int]) -> str:
    """``11 of 28 places wrote of it in November 2026; in the year before, 3 of 14 in a usual month.``"""
    now = ngettext(
        "%(count)d of %(all)d place wrote of it in %(month)s",
        "%(count)d of %(all)d places wrote of it in %(month)s",
        page.sources[-1],
    ) % {"count": counts[-1], "all": page.sources[-1], "month": month(page.labels[-1])}
    before = sum(page.sources[:-1])
    if not before:
        return now + "."
    share = sum(counts[:-1]) / before
    then = _("in the year before, %(share)s of them in a usual month") % {"share": part(share)}
    return f"{now}; {then}."


def part(share: float) -> str:
    """A share as people say it: ``one in nine``, ``hardly any``, ``more than half``."""
    if not share:
        return _("none")
    if share < 0.02:
        return _("hardly any")
    if share > 0.5:
        return _("more than half")
    return _("one in %(number)d") % {"number": round(1 / share)}


def month(label: str, *, short: bool = False) -> str:
    """``November 2026`` for ``2026-11``; ``Nov 2026`` where there is little room."""
    year, number = label.split("-")
    return str(formats.date_format(date(int(year), int(number), 1), "M Y" if short else "F Y"))
