"""Whether this instance is well, for whoever watches it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Max
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from transom.apps.base.models import PeriodicTask
from transom.apps.library.models import RefreshRun

WORKER_SILENT_AFTER = timedelta(minutes=5)


@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """``{"status", "version", "database", "worker_seen", "newest_refresh"}``; 503 when not well.

    Tells nobody anything about users or what they follow.
    """
    facts: dict[str, Any] = {"status": "ok", "version": settings.VERSION, "database": "ok"}
    try:
        worker, refresh = _worker_seen(), _newest_refresh()
    except DatabaseError:
        facts |= {"status": "bad", "database": "cannot be read"}
        return JsonResponse(facts, status=503)
    facts |= {"worker_seen": _said(worker), "newest_refresh": _said(refresh)}
    if worker is None or timezone.now() - worker > WORKER_SILENT_AFTER:
        facts["status"] = "no worker"
        return JsonResponse(facts, status=503)
    return JsonResponse(facts)


def _said(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def _worker_seen() -> datetime | None:
    """When the worker last ran something that recurs."""
    seen: datetime | None = PeriodicTask.objects.aggregate(seen=Max("last_run_at"))["seen"]
    return seen


def _newest_refresh() -> datetime | None:
    newest: datetime | None = RefreshRun.objects.aggregate(newest=Max("finished_at"))["newest"]
    return newest
