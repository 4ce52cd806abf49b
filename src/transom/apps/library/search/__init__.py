"""Full-text search over the library, in SQLite (FTS5) and PostgreSQL (tsvector) alike."""

from transom.apps.library.search.find import Filters, Hit, SearchPage, search

__all__ = ["Filters", "Hit", "SearchPage", "search"]
