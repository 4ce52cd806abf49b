"""Commands that read: brief, search."""

from __future__ import annotations

import re
import shutil
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape
from typing import TYPE_CHECKING, Any

from transom.engine.core.errors import TransomError
from transom.interfaces.cli.console import print_json, progress, tell
from transom.interfaces.cli.parser import MOST_FOUND, Arguments
from transom.interfaces.cli.setting_up import user_named

if TYPE_CHECKING:
    from transom.apps.accounts.models import User
    from transom.apps.brief.models import Brief
    from transom.apps.library.search.find import Filters, Hit

LOOK_EVERY = 1.0
PATIENCE = 60.0
"""Seconds that a brief is waited for, fetching included."""
_TAG = re.compile(r"<(/?)mark>")


def brief(arguments: Arguments) -> int:
    """Prints the brief of today, of this week, or of an earlier day."""
    user = user_named(arguments.user)
    from transom.apps.brief.selectors import problems, view
    from transom.interfaces.cli.terminal import shows_links

    _require_sources(user)
    made = _edition(user, arguments)
    shown = view(made, problems=problems(user, now=datetime.now(UTC)))
    if arguments.json:
        from dataclasses import asdict

        print_json(asdict(shown))
        return 0
    from transom.apps.brief.render.terminal import render_terminal

    width = shutil.get_terminal_size((80, 24)).columns
    print(render_terminal(shown, width, links=shows_links(), colour=sys.stdout.isatty()), end="")
    return 0


def _require_sources(user: User) -> None:
    from transom.apps.sources.models import Subscription

    if not Subscription.objects.filter(user=user).exists():
        raise TransomError(
            "You follow nothing yet, so there is no brief. Follow something (transom follow ADDRESS), take in a "
            "list (transom import FILE), or start Transom and choose a starter pack (transom run)."
        )


def _edition(user: User, arguments: Arguments) -> Brief:
    from transom.apps.brief.selectors import brief_on

    if arguments.day:
        found = brief_on(user, arguments.day)
        if found is None:
            raise TransomError(f"No brief was made on {arguments.day}.")
        return found
    until = time.monotonic() + (0.0 if arguments.no_wait else PATIENCE)
    if not arguments.no_wait:
        _fetch_first(user)
    return _grown(user, week=arguments.week, until=until)


def _fetch_first(user: User) -> None:
    """What was never fetched is fetched before, so that the first brief is made of something."""
    from transom.apps.sources.models import SourceState

    waiting = SourceState.objects.filter(source__subscriptions__user=user, last_fetched_at=None)
    ids = list(waiting.values_list("source_id", flat=True))
    if ids:
        from transom.interfaces.cli.refreshing import fetch

        if not fetch(ids, PATIENCE):
            tell("Some sources are still being fetched; this is made of what came so far.")


def _grown(user: User, *, week: bool, until: float) -> Brief:
    """The edition once it is final, or as it is at that moment."""
    from transom.apps.brief.models import BriefState
    from transom.apps.brief.services import brief_of_day, brief_of_week

    make = brief_of_week if week else brief_of_day
    made = make(user, now=datetime.now(UTC))
    with progress("Making your brief:") as shown:
        while made.state == BriefState.MAKING and time.monotonic() < until:
            shown.at(int((datetime.now(UTC) - made.started_at).total_seconds()), 60)
            time.sleep(LOOK_EVERY)
            made = make(user, now=datetime.now(UTC))
    return made


def search(arguments: Arguments) -> int:
    """Prints what matches, best first."""
    words = " ".join(arguments.words)
    user = user_named(arguments.user)
    from transom.apps.library.search import search as find

    page = find(user, words, _filters(user, arguments), limit=arguments.limit)
    if page.problem:
        raise TransomError(page.problem)
    if arguments.json:
        print_json([_facts(hit) for hit in page.hits])
        return 0
    for hit in page.hits:
        print("\n".join(_lines(hit)))
    if not page.hits:
        tell("Nothing was found. Try fewer or other words, or leave out a filter.")
    elif page.after:
        tell(f"There is more: transom search --limit {min(arguments.limit * 2, MOST_FOUND)} ...")
    return 0


def _kind(asked: str) -> str:
    """One of the kinds there are, as it is written in the library."""
    from transom.apps.library.choices import Kind

    kind = asked.strip().casefold()
    if kind and kind not in Kind.values:
        raise TransomError(f"There is no kind {asked!r}. There are: {', '.join(Kind.values)}.")
    return kind


def _filters(user: User, arguments: Arguments) -> Filters:
    from transom.apps.library.search import Filters

    return Filters(
        source=_source(user, arguments.source),
        author=arguments.author or "",
        kind=_kind(arguments.kind or ""),
        since=_moment(arguments.since),
        until=_moment(arguments.until),
        saved=arguments.saved,
    )


def _source(user: User, name: str | None) -> int | None:
    if not name:
        return None
    from transom.interfaces.cli.following import source_named

    return source_named(user, name).source.pk


def _moment(day: date | None) -> datetime | None:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None


def _facts(hit: Hit) -> dict[str, Any]:
    item = hit.item
    return {
        "id": item.pk,
        "title": item.title,
        "address": item.address,
        "source": hit.source_title,
        "author": item.author_name,
        "kind": item.kind,
        "published": item.published_at,
        "snippet": _plain(hit.snippet_html),
    }


def _lines(hit: Hit) -> Iterator[str]:
    from transom.apps.brief.render.terminal import safe

    item, bold = hit.item, sys.stdout.isatty()
    yield safe_marked(hit.title_html, bold) or safe(item.title)
    day = f"{item.published_at:%Y-%m-%d}" if item.published_at else ""
    yield "   " + safe(" · ".join(part for part in (hit.source_title, item.author_name, day) if part))
    if item.address:
        yield "   " + safe(item.address)
    if snippet := safe_marked(hit.snippet_html, bold):
        yield "   " + snippet
    yield ""


def safe_marked(html: str, bold: bool) -> str:
    """A hit's HTML for a terminal: harmless, what matched in bold where there is bold."""
    from transom.apps.brief.render.terminal import safe

    parts = _TAG.split(html)
    shown = [safe_part(parts[0], safe)]
    for slash, text in zip(parts[1::2], parts[2::2], strict=True):
        code = ("\x1b[22m" if slash else "\x1b[1m") if bold else ""
        shown.append(code + safe_part(text, safe))
    return "".join(shown)


def safe_part(html: str, safe: Any) -> str:
    """One piece without its escapes; spaces at its ends stay."""
    text = unescape(html)
    inner = str(safe(text))
    lead = " " if text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() and inner else ""
    return f"{lead}{inner}{tail}"


def _plain(html: str) -> str:
    return unescape(_TAG.sub("", html))
