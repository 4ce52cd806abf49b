"""Refreshing: fetch what is due, understand it, and store it batch by batch."""

from transom.apps.library.refresh.client import make_client
from transom.apps.library.refresh.run import RefreshReport, refresh_due, refresh_sources

__all__ = ["RefreshReport", "make_client", "refresh_due", "refresh_sources"]
