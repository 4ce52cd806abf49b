"""From an answer to what is stored: judge it, decide the schedule. No database, no network."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import datetime

from transom.apps.library.drafting.draft import Draft
from transom.apps.library.drafting.understand import Document, Publisher, Understood
from transom.apps.library.refresh.fetching import Answer
from transom.apps.library.store import FetchedFeed
from transom.apps.sources.models import Source, SourceKind, SourceState
from transom.engine.core.access import authorization, with_access_of
from transom.engine.fetch.outcome import outcome_of, outcome_of_error
from transom.engine.fetch.schedule import decide
from transom.engine.fetch.state import Failed, Fetched, FetchState, Outcome
from transom.engine.parse import ParsedFeed

STATE_FIELDS = tuple(field.name for field in fields(FetchState))


@dataclass(frozen=True, slots=True)
class Digest:
    """One source's answer, understood but not yet decided upon."""

    source: Source
    before: FetchState
    outcome: Outcome
    document: Document | None = None
    parsed: ParsedFeed | None = None
    drafts: list[Draft] | None = None
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
    """Judges one answer; where it brought a new document, that is still to be read (see `with_reading`)."""
    before = fetch_state(source.state)
    if answer.response is None:
        assert answer.error is not None
        return Digest(source, before, outcome_of_error(answer.error))
    outcome = outcome_of(answer.request, answer.response, before, now=now)
    size = len(answer.response.body)
    if not isinstance(outcome, Fetched):
        return Digest(source, before, outcome, body_bytes=size or None)
    document = Document(
        body=answer.response.body,
        url=answer.response.url,
        content_type=answer.response.headers.get("content-type"),
        publisher=Publisher(source.channel, source.language),
        is_page=source.kind == SourceKind.PAGE,
        first=is_first(source),
        now=now,
    )
    return Digest(source, before, outcome, document=document, body_bytes=size)


def is_first(source: Source) -> bool:
    """Whether no document of it was ever read."""
    return not source.state.body_hash


def with_reading(unread: Digest, understood: Understood) -> Digest:
    """What became of a document; the bytes are let go."""
    outcome = unread.outcome
    assert isinstance(outcome, Fetched)
    feed = understood.feed
    if feed is None:
        failed = Failed("parse", understood.error, outcome.status, redirects=outcome.redirects)
        return replace(unread, outcome=failed, document=None, found_feed=understood.found_feed)
    known = replace(
        outcome,
        published=understood.published,
        ttl_minutes=_whole(feed.ttl_minutes),
        update_minutes=_whole(feed.update_minutes),
    )
    for draft in understood.drafts:
        draft.source = unread.source
    return replace(unread, outcome=known, document=None, parsed=feed, drafts=understood.drafts)


def _whole(minutes: float | None) -> int | None:
    return None if minutes is None else max(0, min(int(minutes), 366 * 24 * 60))


def _new_address(source: Source, moved_to: str) -> str:
    """Where a source has moved; "" where it would lose the name and password that its address carries."""
    address = with_access_of(moved_to, source.address) if moved_to else ""
    return "" if authorization(source.address) and not authorization(address) else address


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
    state, adopt = decision.state, _new_address(digested.source, decision.adopt_url or "")
    if digested.found_feed:
        adopt = with_access_of(digested.found_feed, digested.source.address)
        state = FetchState(next_due_at=now)
    return FetchedFeed(
        source=digested.source,
        state=state,
        parsed=digested.parsed,
        drafts=digested.drafts,
        adopt_address=adopt,
        problems="\n".join(digested.parsed.problems)[:2000] if digested.parsed else "",
        body_bytes=digested.body_bytes,
    )
