"""Whether this computer is cut off, as the rounds of fetching found it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F

from transom.apps.library.models import RefreshRun

LATELY = timedelta(hours=2)


def network_is_down(now: datetime) -> bool:
    """Whether a round lately found the network down, and none since then reached anything."""
    lately = RefreshRun.objects.filter(started_at__gte=now - LATELY)
    down = (
        lately.filter(network_down=True).order_by("-started_at").values_list("started_at", flat=True).first()
    )
    if down is None:
        return False
    return not lately.filter(started_at__gt=down, network_down=False, failed__lt=F("tried")).exists()
