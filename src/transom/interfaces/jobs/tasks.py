"""What recurs, and how often. Every body asks a service; none holds a decision."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from transom.apps.base import outbox
from transom.apps.base.jobs import enqueue, job
from transom.apps.base.models import JobRetry

log = logging.getLogger("transom.jobs")

RESULTS_KEPT = timedelta(days=2)
FAILURES_KEPT = timedelta(days=30)


def _workers_refresh(now: datetime) -> bool:
    """With the embedded worker a thread of its own refreshes; see `refreshing`."""
    from transom.apps.sources.selectors import due

    return settings.OPTIONS.tasks == "celery" and bool(list(due(now, 1)))


@job("library.refresh", every=timedelta(seconds=15), wanted=_workers_refresh)
def refresh() -> None:
    """One round of whatever is due: how workers on many machines share the refreshing."""
    from transom.interfaces.jobs.refreshing import refresh_round

    refresh_round()


def _workers_visit(now: datetime) -> bool:
    """Feeds come first, as with the embedded worker."""
    from transom.apps.library.models import OwnPage

    pages = settings.OPTIONS.tasks == "celery" and OwnPage.objects.filter(next_due_at__lte=now).exists()
    return pages and not _workers_refresh(now)


@job("library.visit-pages", every=timedelta(minutes=1), wanted=_workers_visit)
def visit_pages() -> None:
    """A few pages of people's own, where workers on many machines share the work."""
    from transom.interfaces.jobs.refreshing import visit_some_pages

    visit_some_pages()


@job("library.refresh-sources")
def refresh_some(source_ids: list[int]) -> None:
    """Refreshes these sources, due or not: what a person asked for."""
    from transom.interfaces.jobs.refreshing import refresh_these

    refresh_these(source_ids)


@job("brief.mail", every=timedelta(minutes=1))
def mail_due_briefs() -> None:
    """Mails the briefs whose hour has come."""
    from transom.apps.brief.services import mail_due

    mail_due(timezone.now())


@job("library.expire", every=timedelta(hours=6))
def expire_items() -> None:
    """Lets go of items that nobody saved or noted, after the time that the settings page shows."""
    from transom.apps.library.services import expire

    removed = expire(timezone.now())
    if removed:
        log.info("%d items were older than the time they are kept, and went.", removed)


@job("conversations.refresh", every=timedelta(hours=1))
def refresh_conversations() -> None:
    """Places what no event told of, and says of every conversation how it stands now."""
    from transom.apps.conversations.grouping.placing import place, waiting
    from transom.apps.conversations.grouping.upkeep import refresh as look_at_all
    from transom.apps.conversations.noting import note_dates

    now = timezone.now()
    found = waiting(now)
    note_dates(found, now)
    place(found, now)
    look_at_all(now)
    enqueue("conversations.themes")


@job("conversations.forget", every=timedelta(days=1))
def forget_events() -> None:
    """Events that stand in no list any more."""
    from transom.apps.conversations.services import forget_unlisted

    forget_unlisted(timezone.now())


@job("base.prune", every=timedelta(hours=6))
def prune() -> None:
    """Removes finished tasks, old failures, handled events and sessions that are over."""
    from django.contrib.sessions.models import Session

    now = timezone.now()
    outbox.prune(now)
    JobRetry.objects.filter(given_up_at__lt=now - FAILURES_KEPT).delete()
    prune_results(now)
    Session.objects.filter(expire_date__lt=now).delete()


def prune_results(now: datetime) -> None:
    """Removes queued tasks' rows two days after they ended."""
    from django_tasks_db.models import DBTaskResult

    DBTaskResult.objects.finished().filter(finished_at__lt=now - RESULTS_KEPT).delete()


@job("base.optimize", every=timedelta(days=1))
def optimize() -> None:
    """Lets SQLite look at its statistics, so that plans stay good as the library grows."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA optimize")
