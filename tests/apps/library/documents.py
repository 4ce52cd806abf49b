"""Small feed documents and the step that stores them, for tests of the library."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html import escape

from transom.apps.library.store import FetchedFeed, Stored, store_batch
from transom.apps.sources.models import Source
from transom.engine.fetch.state import FetchState
from transom.engine.parse import parse_feed

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)

FLOOD = (
    "The cellar stood under forty centimetres of water when the caretaker opened the door. We moved the "
    "minute books first, then the glass plates, and left the duplicates where they were. By noon the freezer "
    "lorry had arrived from the fish market, smelling of herring, and took two hundred crates to the coast. "
    "Nobody had rehearsed the lifting, and it showed: three of us could not straighten up the next day."
)
LOAN = (
    "A loan agreement is a promise about light, damp and hands. Ours runs to eleven pages, and the courier "
    "reads none of them on the platform at six in the morning. So we cut it to one page that fits in a pocket "
    "and asked couriers what they had needed. They wanted a telephone number that somebody answers."
)


def entry(
    guid: str = "",
    title: str = "",
    link: str = "",
    body: str = FLOOD,
    author: str = "",
    published: datetime = NOW - timedelta(hours=5),
    canonical: str = "",
) -> str:
    """An Atom entry; ``canonical`` is what the entry declares as its original."""
    parts = [
        f"<id>{escape(guid or link)}</id>",
        f"<title>{escape(title)}</title>",
        f'<link href="{escape(link)}"/>' if link else "",
        f'<link rel="canonical" href="{escape(canonical)}"/>' if canonical else "",
        f"<published>{published.isoformat()}</published><updated>{published.isoformat()}</updated>",
        f"<author><name>{escape(author)}</name></author>" if author else "",
        f'<content type="html">{escape(f"<p>{body}</p>")}</content>',
    ]
    return f"<entry>{''.join(parts)}</entry>"


def feed(entries: Sequence[str], title: str = "A feed", site: str = "https://one.example.org/") -> bytes:
    """An Atom document."""
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>{escape(title)}</title><link href="{site}"/>'
        f"{''.join(entries)}</feed>"
    ).encode()


def fetched(source: Source, *entries: str) -> FetchedFeed:
    """As the refresh hands it over, with a validator."""
    source.refresh_from_db()
    parsed = parse_feed(feed(entries, site=source.site), url=source.address)
    return FetchedFeed(source, FetchState(next_due_at=NOW + timedelta(hours=1), etag='"1"'), parsed)


def store(source: Source, *entries: str, now: datetime = NOW) -> Stored:
    """Fetches once from one source."""
    return store_batch([fetched(source, *entries)], now=now)
