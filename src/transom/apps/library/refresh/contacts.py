"""Counting whom this instance contacted, for the page that shows what leaves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from transom.apps.library.refresh.fetching import Answer
from transom.engine.core.addresses import host_of

ADD = """
INSERT INTO base_outgoingcontact AS known (day, host, purpose, requests, bytes_received)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (day, host, purpose) DO UPDATE SET
  requests = known.requests + excluded.requests,
  bytes_received = known.bytes_received + excluded.bytes_received
"""


def count_contacts(answers: Iterable[Answer], now: datetime) -> None:
    """Adds these requests, redirects included, to the day's counts by host and purpose."""
    requests: Counter[tuple[str, str]] = Counter()
    sizes: Counter[tuple[str, str]] = Counter()
    for answer in answers:
        purpose = answer.request.purpose
        requests[host_of(answer.request.url), purpose] += 1
        if answer.response is not None:
            sizes[host_of(answer.response.url), purpose] += len(answer.response.body)
            for hop in answer.response.redirects:
                requests[host_of(hop.url), purpose] += 1
    day = connection.ops.adapt_datefield_value(now.date())
    rows = [
        (day, host, purpose, count, sizes[host, purpose])
        for (host, purpose), count in requests.items()
        if host
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(ADD, rows)
