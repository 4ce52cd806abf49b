"""What the schedule knows about a source, and what a fetch of it can come to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from transom.engine.net.port import Redirect

Status = Literal["active", "paused", "gone"]


@dataclass(frozen=True, slots=True)
class FetchState:
    """Everything the schedule needs about one source; stored between fetches, times aware and in UTC.

    Validators are kept byte for byte as Latin-1 text. `last_changed_at` is when the source last published as
    far as known, `gap_hours` its typical time between two publications, `failures` the failed fetches in a
    row and `first_failed_at` the first of them.
    """

    next_due_at: datetime
    status: Status = "active"
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str = ""
    last_fetched_at: datetime | None = None
    last_success_at: datetime | None = None
    last_changed_at: datetime | None = None
    last_status: int | None = None
    last_error_kind: str = ""
    last_error: str = ""
    failures: int = 0
    first_failed_at: datetime | None = None
    gap_hours: float | None = None
    ttl_minutes: int | None = None
    update_minutes: int | None = None
    redirect_target: str = ""
    redirect_sightings: int = 0
    redirect_first_seen_at: datetime | None = None
    gone_sightings: int = 0
    gone_first_seen_at: datetime | None = None
    elapsed_ms: int | None = None

    @property
    def has_validators(self) -> bool:
        """Whether the next fetch can be conditional."""
        return self.etag is not None or self.last_modified is not None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A new document, fetched and understood.

    `body_hash` is of the decompressed body; `fresh_seconds` what Cache-Control or Expires allow it to be
    kept; `published` the times of its items in any order; `ttl_minutes` and `update_minutes` what the
    document itself asks for (RSS ttl, the syndication module's period over frequency).
    """

    status: int
    body_hash: str
    etag: str | None = None
    last_modified: str | None = None
    fresh_seconds: float | None = None
    redirects: tuple[Redirect, ...] = ()
    published: tuple[datetime, ...] = ()
    ttl_minutes: int | None = None
    update_minutes: int | None = None
    elapsed_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The document we have already: 304, or a body with the hash we know (`status` 200, new validators)."""

    status: int
    etag: str | None = None
    last_modified: str | None = None
    fresh_seconds: float | None = None
    redirects: tuple[Redirect, ...] = ()
    elapsed_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """No usable answer: `kind` as in FetchError ("http-status", "timeout", ...) or "parse".

    `retry_after` in seconds, where the server asked for it.
    """

    kind: str
    message: str
    status: int | None = None
    retry_after: float | None = None
    redirects: tuple[Redirect, ...] = ()


Outcome = Fetched | Unchanged | Failed


@dataclass(frozen=True, slots=True)
class Decision:
    """What to store: the new state, an address to use from now on, and a sentence for the user."""

    state: FetchState
    adopt_url: str | None = None
    tell_user: str | None = None
