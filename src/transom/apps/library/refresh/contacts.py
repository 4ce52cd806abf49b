"""Counting whom this instance contacted, for the page that shows what leaves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db import connection, transaction

from transom.apps.library.refresh.fetching import Answer
from transom.engine.core.addresses import host_of

ADD = """
INSERT INTO base_outgoingcontact AS known (day, host, purpose, requests, bytes_received)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (day, host, purpose) DO UPDATE SET
  requests = known.requests + excluded.requests,
  bytes_received = known.bytes_received + excluded.bytes_received
"""


class Contacts:
    """The requests of a round, redirects included, by host and purpose; keeps no answer."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, str]] = Counter()
        self._sizes: Counter[tuple[str, str]] = Counter()

    def add(self, answer: Answer) -> None:
        """Counts one answer."""
        if answer.page is not None:
            for one in answer.page.traffic:
                self._requests[one.host, one.purpose] += 1
                self._sizes[one.host, one.purpose] += one.size
            return
        purpose = answer.request.purpose
        self._requests[host_of(answer.request.url), purpose] += 1
        if answer.response is not None:
            self._sizes[host_of(answer.response.url), purpose] += len(answer.response.body)
            for hop in answer.response.redirects:
                self._requests[host_of(hop.url), purpose] += 1

    def save(self, now: datetime) -> None:
        """Adds them to the day's counts."""
        day = connection.ops.adapt_datefield_value(now.date())
        rows = [
            (day, host, purpose, count, self._sizes[host, purpose])
            for (host, purpose), count in self._requests.items()
            if host
        ]
        if rows:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.executemany(ADD, rows)


def count_contacts(answers: Iterable[Answer], now: datetime) -> None:
    """Adds these requests to the day's counts."""
    contacts = Contacts()
    for answer in answers:
        contacts.add(answer)
    contacts.save(now)
