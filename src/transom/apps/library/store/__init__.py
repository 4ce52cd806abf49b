"""Putting what was fetched into the library: one transaction a batch."""

from transom.apps.library.store.batch import Stored, store_batch
from transom.apps.library.store.fetched import FetchedFeed

__all__ = ["FetchedFeed", "Stored", "store_batch"]
