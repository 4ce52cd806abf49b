"""Writing back what the schedule decided, many sources at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from transom.apps.library.store.fetched import FetchedFeed
from transom.apps.sources.models import Source, SourceKind, SourceState, Subscription
from transom.engine.core import addresses

SCHEDULED = (
    "status",
    "etag",
    "last_modified",
    "body_hash",
    "next_due_at",
    "last_fetched_at",
    "last_success_at",
    "last_changed_at",
    "last_status",
    "last_error_kind",
    "last_error",
    "failures",
    "first_failed_at",
    "gap_hours",
    "ttl_minutes",
    "update_minutes",
    "redirect_target",
    "redirect_sightings",
    "redirect_first_seen_at",
    "gone_sightings",
    "gone_first_seen_at",
    "elapsed_ms",
)
SEEN = ("problems", "cursor", "body_bytes", "median_minutes")


def save_states(feeds: Iterable[FetchedFeed], usual_minutes: Mapping[int, float]) -> None:
    """Validators, failures and next due times; and what a document says about its source itself.

    ``usual_minutes``: the median length of a source's full items, where this document had some.
    """
    states = []
    for feed in feeds:
        state = SourceState(source_id=feed.source.pk)
        for name in SCHEDULED:
            setattr(state, name, getattr(feed.state, name))
        state.problems, state.body_bytes = feed.problems, feed.body_bytes
        state.cursor = feed.source.state.cursor if feed.cursor is None else feed.cursor
        state.median_minutes = usual_minutes.get(feed.source.pk, feed.source.state.median_minutes)
        states.append(state)
        if feed.parsed is not None or feed.adopt_address or feed.records is not None:
            _describe(feed)
    # One upsert statement for the batch: the row exists unless the source was deleted meanwhile.
    present = set(SourceState.objects.filter(pk__in=[s.pk for s in states]).values_list("pk", flat=True))
    SourceState.objects.bulk_create(
        [state for state in states if state.pk in present],
        update_conflicts=True,
        unique_fields=["source"],
        update_fields=[*SCHEDULED, *SEEN],
    )


def _describe(feed: FetchedFeed) -> None:
    """Title, site and language from the document where nobody named them; a moved source's new address."""
    source, values = feed.source, {}
    if feed.parsed is not None:
        offered = {
            "title": feed.parsed.title[:300],
            "site": feed.parsed.link if addresses.is_http(feed.parsed.link) else "",
            "description": feed.parsed.description[:2000],
            "language": feed.parsed.language[:12],
        }
        values = {name: value for name, value in offered.items() if value and not getattr(source, name)}
    if feed.records is not None:
        offered = {"title": feed.records.title[:300], "site": feed.records.site}
        values = {name: value for name, value in offered.items() if value and not getattr(source, name)}
    if feed.adopt_address:
        other = _other_at(feed)
        if other is None:
            values |= _moved(feed)
        elif source.kind == SourceKind.PAGE:
            _give_over(source, other)
    if values:
        Source.objects.filter(pk=source.pk).update(**values)


def _moved(feed: FetchedFeed) -> dict[str, str]:
    values = {"address": feed.adopt_address, "host": addresses.host_of(feed.adopt_address)}
    if feed.source.kind == SourceKind.PAGE:
        values["kind"] = SourceKind.FEED
    return values


def _other_at(feed: FetchedFeed) -> Source | None:
    same = Source.objects.filter(owner_id=feed.source.owner_id, address=feed.adopt_address, connector="")
    return same.exclude(pk=feed.source.pk).first()


def _give_over(page: Source, feed: Source) -> None:
    """A page whose feed is followed already: who followed the page follows the feed."""
    already = Subscription.objects.filter(source=feed).values("user_id")
    Subscription.objects.filter(source=page).exclude(user_id__in=already).update(source=feed)
    Source.objects.filter(pk=page.pk).delete()
