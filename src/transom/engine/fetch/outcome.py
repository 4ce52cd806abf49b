"""From a source's state to a request, and from the answer to an outcome."""

from datetime import datetime
from hashlib import blake2b

from transom.engine.core.errors import FetchError
from transom.engine.fetch.rhythm import fresh_seconds
from transom.engine.fetch.state import Failed, Fetched, FetchState, Unchanged
from transom.engine.net.politeness import http_date, retry_after_seconds
from transom.engine.net.port import Request, Response
from transom.engine.net.portal import looks_like_portal

ADVICE = {
    401: "It wants a password. Follow it as https://NAME:PASSWORD@ and the rest of its address, or ask its owner.",
    402: "It wants to be paid for.",
    403: "It turns Transom away. Open the address in a browser to see whether it still exists.",
    404: "There is nothing at this address. Look on the site for a new one.",
    410: "It is gone for good. Look on the site for a new address.",
    429: "It has been asked too often and wants a pause. Transom will wait as long as it asked.",
    503: "It is not available for the moment. Transom will try again later.",
}
ELSE = "Transom will try again later. If it goes on, open the address in a browser."
NOT_WHOLE = frozenset({204, 205, 206})


def request_for(url: str, state: FetchState) -> Request:
    """A request for the feed at `url`, conditional where the server gave validators."""
    return Request(url, purpose="feed", etag=state.etag, last_modified=state.last_modified)


def body_hash(body: bytes) -> str:
    """Hexadecimal BLAKE2b-128 of a decompressed body."""
    return blake2b(body, digest_size=16).hexdigest()


def outcome_of(
    request: Request, response: Response, state: FetchState, *, now: datetime
) -> Fetched | Unchanged | Failed:
    """What `response` to `request` comes to. A Fetched still lacks what only parsing can tell.

    After parsing, add it: `replace(outcome, published=..., ttl_minutes=..., update_minutes=...)`; where parsing
    fails, use `Failed("parse", message, status=200)` instead.
    """
    if looks_like_portal(request, response):
        message = (
            f"{request.url[:200]} was answered by a sign-in page of this network. "
            "Open a browser and sign in to the network; Transom will try again."
        )
        return Failed("portal", message, response.status, redirects=response.redirects)
    if response.status == 304:
        return _not_modified(request, response)
    if 200 <= response.status < 300 and response.status not in NOT_WHOLE:
        return _document(response, state)
    return _refused(request, response, now)


def outcome_of_error(error: FetchError) -> Failed:
    """What a fetch that raised comes to."""
    return Failed(error.kind, error.message, error.status, error.retry_after)


def _not_modified(request: Request, response: Response) -> Unchanged | Failed:
    if not request.is_conditional:
        message = f"{request.url[:200]} answered that nothing changed, although Transom has nothing of it yet. {ELSE}"
        return Failed("protocol", message, 304, redirects=response.redirects)
    return Unchanged(
        304,
        fresh_seconds=fresh_seconds(response.headers),
        redirects=response.redirects,
        elapsed_seconds=response.elapsed_seconds,
    )


def _document(response: Response, state: FetchState) -> Fetched | Unchanged:
    digest = body_hash(response.body)
    etag, last_modified = response.headers.get("etag"), response.headers.get("last-modified")
    fresh = fresh_seconds(response.headers)
    if digest == state.body_hash:
        return Unchanged(
            response.status, etag, last_modified, fresh, response.redirects, response.elapsed_seconds
        )
    return Fetched(
        response.status,
        digest,
        etag=etag,
        last_modified=last_modified,
        fresh_seconds=fresh,
        redirects=response.redirects,
        elapsed_seconds=response.elapsed_seconds,
    )


def _refused(request: Request, response: Response, now: datetime) -> Failed:
    asked_at = http_date(response.headers.get("date", "")) or now
    wait = retry_after_seconds(response.headers.get("retry-after"), asked_at)
    status = response.status
    message = f"{request.url[:200]} answered with status {status}. {ADVICE.get(status, ELSE)}"
    return Failed("http-status", message, status, wait, response.redirects)
