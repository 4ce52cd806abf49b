"""From an answer to what is stored: parse, decide the schedule. No database, no network."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import datetime

from transom.apps.library.refresh.fetching import Answer
from transom.apps.library.store import FetchedFeed
from transom.apps.sources.models import Source, SourceKind, SourceState
from transom.engine.core.errors import ParseError
from transom.engine.fetch.outcome import outcome_of, outcome_of_error
from transom.engine.fetch.schedule import decide
from transom.engine.fetch.state import Failed, Fetched, FetchState, Outcome
from transom.engine.parse import ParsedFeed, discover, parse_feed

STATE_FIELDS = tuple(field.name for field in fields(FetchState))


@dataclass(frozen=True, slots=True)
class Digest:
    """One source's answer, understood but not yet decided upon."""

    source: Source
    before: FetchState
    outcome: Outcome
    parsed: ParsedFeed | None = None
    found_feed: str = ""
    body_bytes: int | None = None

    @property
    def must_wait(self) -> bool:
        """Whether it can be judged only beside all other answers (no network, or a portal's redirects)."""
        return isinstance(self.outcome, Failed) or bool(self.outcome.redirects)


def fetch_state(state: SourceState) -> FetchState:
    """The stored state as the schedule's own value."""
    return FetchState(**{name: getattr(state, name) for name in STATE_FIELDS})


def digest(source: Source, answer: Answer, *, now: datetime) -> Digest:
    """Understands one answer. Never raises for anything a server sent."""
    before = fetch_state(source.state)
    if answer.response is None:
        assert answer.error is not None
        return Digest(source, before, outcome_of_error(answer.error))
    outcome = outcome_of(answer.request, answer.response, before, now=now)
    size = len(answer.response.body)
    if not isinstance(outcome, Fetched):
        return Digest(source, before, outcome, body_bytes=size or None)
    return replace(_parsed(source, before, outcome, answer), body_bytes=size)


def _parsed(source: Source, before: FetchState, outcome: Fetched, answer: Answer) -> Digest:
    assert answer.response is not None
    body, url = answer.response.body, answer.response.url
    kind = answer.response.headers.get("content-type")
    try:
        feed = parse_feed(body, url=url, content_type=kind)
    except ParseError as error:
        failed = Failed("parse", error.message, outcome.status, redirects=outcome.redirects)
        found = discover(body, url=url, content_type=kind) if source.kind == SourceKind.PAGE else ()
        named = next((link.url for link in found if not link.guessed), "")
        return Digest(source, before, failed, found_feed=named)
    published = tuple(time for entry in feed.entries if (time := entry.published or entry.updated))
    known = replace(
        outcome,
        published=published,
        ttl_minutes=_whole(feed.ttl_minutes),
        update_minutes=_whole(feed.update_minutes),
    )
    return Digest(source, before, known, parsed=feed)


def _whole(minutes: float | None) -> int | None:
    return None if minutes is None else max(0, min(int(minutes), 366 * 24 * 60))


def decided(
    digested: Digest, *, now: datetime, offline: bool = False, portals: Collection[str] = ()
) -> FetchedFeed:
    """What to store for it."""
    decision = decide(
        digested.before,
        digested.outcome,
        now=now,
        jitter=random.random(),
        offline=offline,
        portals=portals,
    )
    state, adopt = decision.state, decision.adopt_url or ""
    if digested.found_feed:
        adopt = digested.found_feed
        state = FetchState(next_due_at=now)
    return FetchedFeed(
        source=digested.source,
        state=state,
        parsed=digested.parsed,
        adopt_address=adopt,
        problems="\n".join(digested.parsed.problems)[:2000] if digested.parsed else "",
        body_bytes=digested.body_bytes,
    )
