"""From an answer to what is stored: judge it, decide the schedule. No database, no network."""

from __future__ import annotations

import json
import random
from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from transom.apps.library.drafting.draft import Draft
from transom.apps.library.drafting.understand import Document, Publisher, Understood
from transom.apps.library.refresh.fetching import Answer
from transom.apps.library.refresh.reading import Page
from transom.apps.library.store import FetchedFeed
from transom.apps.sources.connectors.records import Batch
from transom.apps.sources.connectors.registry import connector
from transom.apps.sources.errors import SourceError
from transom.apps.sources.models import Source, SourceKind, SourceState
from transom.engine.core.access import authorization, with_access_of
from transom.engine.core.errors import FetchError, ParseError
from transom.engine.fetch.outcome import body_hash, outcome_of, outcome_of_error
from transom.engine.fetch.schedule import decide
from transom.engine.fetch.state import Failed, Fetched, FetchState, Outcome, Unchanged
from transom.engine.parse import ParsedFeed

# A cursor does for a connector what a validator does for a feed: only what is new is asked for.
CURSOR_AS_VALIDATOR = "cursor"
GO_ON_AFTER = timedelta(minutes=15)
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
    records: Batch | None = None
    cursor: str | None = None
    is_last: bool = True

    @property
    def must_wait(self) -> bool:
        """Whether it can be judged only beside all other answers (no network, or a portal's redirects)."""
        return isinstance(self.outcome, Failed) or bool(self.outcome.redirects)

    @property
    def goes_on(self) -> bool:
        """Whether a source has more than one round takes."""
        return self.records is not None and self.records.more


def fetch_state(state: SourceState) -> FetchState:
    """The stored state as the schedule's own value."""
    return FetchState(**{name: getattr(state, name) for name in STATE_FIELDS})


def digest(source: Source, before: FetchState, answer: Answer, *, now: datetime) -> Digest:
    """Judges one answer; where it brought a new document, that is still to be read (see `with_reading`)."""
    if answer.page is not None:
        return _digest_page(source, answer.page, before)
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


def _digest_page(source: Source, page: Page, before: FetchState) -> Digest:
    """Judges a connector's page. The cursor goes on in memory too, for a failure that may follow."""
    size = sum(one.size for one in page.traffic) or None
    if page.batch is None:
        error = page.error
        failed = outcome_of_error(error) if isinstance(error, FetchError) else _unlike(error)
        return Digest(source, before, failed, body_bytes=size)
    batch = page.batch
    cursor = json.dumps(dict(batch.cursor), ensure_ascii=False, sort_keys=True, default=str)
    source.state.cursor = cursor
    outcome: Outcome
    if batch.unchanged:
        outcome = Unchanged(200, etag=CURSOR_AS_VALIDATOR, fresh_seconds=batch.wait_seconds)
    else:
        times = tuple(when for one in batch.items if (when := one.entry.published or one.entry.updated))
        outcome = Fetched(
            200,
            body_hash(cursor.encode()),
            etag=CURSOR_AS_VALIDATOR,
            fresh_seconds=batch.wait_seconds,
            published=times,
            ttl_minutes=_every(source),
        )
    return Digest(source, before, outcome, body_bytes=size, records=batch, cursor=cursor, is_last=page.last)


def _unlike(error: ParseError | None) -> Failed:
    return Failed("unlike", error.message if error else "It brought nothing.", 200)


def _every(source: Source) -> int | None:
    try:
        return connector(source.connector).every_minutes
    except SourceError:
        return None


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
    """What to store for it. Between two pages of a source nothing of its schedule changes."""
    decision = decide(
        digested.before,
        digested.outcome,
        now=now,
        jitter=random.random(),
        offline=offline,
        portals=portals,
    )
    state, adopt = decision.state, _new_address(digested.source, decision.adopt_url or "")
    if not digested.is_last:
        state = digested.before
    elif digested.goes_on:
        state = replace(state, next_due_at=min(state.next_due_at, now + GO_ON_AFTER))
    if digested.found_feed:
        adopt = with_access_of(digested.found_feed, digested.source.address)
        state = FetchState(next_due_at=now)
    return FetchedFeed(
        source=digested.source,
        state=state,
        parsed=digested.parsed,
        drafts=digested.drafts,
        adopt_address=adopt,
        problems=_problems(digested),
        body_bytes=digested.body_bytes,
        records=digested.records,
        cursor=digested.cursor,
    )


def _problems(digested: Digest) -> str | None:
    """What was odd about the document; None where there was no new one."""
    said = digested.parsed or digested.records
    return "\n".join(said.problems)[:2000] if said else None
