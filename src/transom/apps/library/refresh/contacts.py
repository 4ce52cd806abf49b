"""Counting whom this instance contacted, for the page that shows what leaves it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F

from transom.apps.base.models import OutgoingContact
from transom.apps.library.refresh.fetching import Answer
from transom.engine.core.addresses import host_of


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
    day = now.date()
    rows = [OutgoingContact(day=day, host=host, purpose=purpose) for host, purpose in requests if host]
    with transaction.atomic():
        OutgoingContact.objects.bulk_create(rows, ignore_conflicts=True)
        for (host, purpose), count in requests.items():
            OutgoingContact.objects.filter(day=day, host=host, purpose=purpose).update(
                requests=F("requests") + count,
                bytes_received=F("bytes_received") + sizes[host, purpose],
            )
