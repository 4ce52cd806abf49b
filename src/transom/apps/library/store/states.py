"""Writing back what the schedule decided, many sources at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import connection

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

_scheduled = attrgetter(*SCHEDULED)


def save_states(feeds: Iterable[FetchedFeed], usual_minutes: Mapping[int, float]) -> None:
    """Validators, failures and next due times; and what a document says about its source itself.

    ``usual_minutes``: the median length of a source's full items, where this document had some. Only what
    differs from what was read is written, so that what somebody else changed meanwhile stays.
    """
    changes: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    for feed in feeds:
        found = _changed(feed, usual_minutes.get(feed.source.pk))
        changes[tuple(found)].append([*found.values(), feed.source.pk])
        if feed.parsed is not None or feed.adopt_address or feed.records is not None:
            _describe(feed)
    for names, rows in changes.items():
        if names:
            _update(names, rows)


def _changed(feed: FetchedFeed, usual_minutes: float | None) -> dict[str, Any]:
    """The columns of a source's state that are to be written."""
    before = feed.source.state
    changed = {
        name: value
        for name, value in zip(SCHEDULED, _scheduled(feed.state), strict=True)
        if value != getattr(before, name)
    }
    others = {
        "problems": feed.problems,
        "body_bytes": feed.body_bytes,
        "cursor": feed.cursor,
        "median_minutes": usual_minutes,
    }
    known = {name: value for name, value in others.items() if value is not None}
    return changed | {name: value for name, value in known.items() if value != getattr(before, name)}


def _update(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """One statement for many sources; one that was deleted meanwhile is passed over."""
    by_name = {field.name: field for field in SourceState._meta.concrete_fields}
    fields = [by_name[name] for name in (*names, "source")]
    *columns, key = (connection.ops.quote_name(field.attname) for field in fields)
    settings = ", ".join(f"{column} = %s" for column in columns)
    table = SourceState._meta.db_table
    # Many rows share a value: the time of the round, the status.
    prepare = cache(lambda place, value: fields[place].get_db_prep_save(value, connection))
    prepared = [[prepare(place, value) for place, value in enumerate(row)] for row in rows]
    with connection.cursor() as cursor:
        # Names of columns are our own; every value is a parameter.
        cursor.executemany(f"UPDATE {table} SET {settings} WHERE {key} = %s", prepared)  # noqa: S608


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
        if feed.parsed.format == "h-feed" and source.kind == SourceKind.FEED:
            values["kind"] = SourceKind.PAGE
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
