"""Counting whom this instance contacted and for whom, for the page that shows what leaves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import connection, transaction

from transom.apps.library.refresh.fetching import Answer
from transom.engine.core.addresses import host_of
from transom.engine.core.errors import REFUSED_KINDS, FetchError

ADD = """
INSERT INTO base_outgoingcontact AS known (day, host, purpose, owner_id, requests, bytes_received)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (day, host, purpose, (COALESCE(owner_id, 0))) DO UPDATE SET
  requests = known.requests + excluded.requests,
  bytes_received = known.bytes_received + excluded.bytes_received
"""
# Nothing went out: the address was refused, or its host had asked for a pause.
NOT_ASKED = REFUSED_KINDS | {"http-status"}

Kept = tuple[str, str, int | None]


class Contacts:
    """The requests of a round, redirects included, by host, purpose and owner; keeps no answer."""

    def __init__(self) -> None:
        self._requests: Counter[Kept] = Counter()
        self._sizes: Counter[Kept] = Counter()

    def add(self, answer: Answer, owner_id: int | None) -> None:
        """Counts one answer, asked for one user or for all."""
        if answer.page is not None:
            for one in answer.page.traffic:
                self._requests[one.host, one.purpose, owner_id] += 1
                self._sizes[one.host, one.purpose, owner_id] += one.size
            return
        purpose = answer.request.purpose
        for host in _asked(answer):
            self._requests[host, purpose, owner_id] += 1
        if answer.response is not None:
            host = host_of(answer.response.url)
            self._sizes[host, purpose, owner_id] += len(answer.response.body)

    def save(self, now: datetime) -> None:
        """Adds them to the day's counts."""
        day = connection.ops.adapt_datefield_value(now.date())
        rows = [
            (day, host, purpose, owner_id, count, self._sizes[host, purpose, owner_id])
            for (host, purpose, owner_id), count in self._requests.items()
            if host
        ]
        if rows:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(ADD, rows)


def _asked(answer: Answer) -> Iterator[str]:
    """The hosts that were asked: the first, and those it sent us on to."""
    first = host_of(answer.request.url)
    if answer.error is None:
        yield first
        yield from (host_of(hop.url) for hop in (answer.response.redirects if answer.response else ()))
        return
    last = _host_in(answer.error)
    refused = answer.error.kind in NOT_ASKED
    if last != first or not refused:
        yield first
    if last != first and not refused:
        yield last


def _host_in(error: FetchError) -> str:
    """The host an error is about; a refusal after the name was looked up names host and port alone."""
    return host_of(error.url) or host_of(f"//{error.url}")


def count_contacts(answers: Iterable[Answer], now: datetime, owner_id: int | None) -> None:
    """Adds these requests, made for one user or for all, to the day's counts."""
    contacts = Contacts()
    for answer in answers:
        contacts.add(answer, owner_id)
    contacts.save(now)
