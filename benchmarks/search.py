"""Searching 500,000 items of median 400 words for two words, first page, with highlights and visibility.

Query words have a document frequency of 0.1 to 5 %; half the searches carry a filter. Beside it, in the same
run: the bare FTS5 query for the same words, without visibility, items or highlights.

    python -m benchmarks.search [--items 500000] [--queries 300]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.figure import Figure
from benchmarks.library import NOW, build, in_home

MUST_MS = 60.0


def figures(items: int = 500_000, queries: int = 300) -> list[Figure]:
    """The figure and what it stands beside."""
    user = library(items)
    from transom.apps.library.search import search

    pairs = _words(queries, items)
    filters = _filters(queries)
    took, bare, shown = [], [], 0
    for number, (words, narrowed) in enumerate(zip(pairs, filters, strict=True)):
        started = time.perf_counter()
        page = search(user, words, narrowed)
        spent = time.perf_counter() - started
        if number >= queries // 10:
            took.append(spent * 1000)
            bare.append(_bare(words))
        shown += len(page.hits)
    p95 = float(np.percentile(took, 95))
    against = p95 / float(np.percentile(bare, 95))
    how = f"{items:,} items, {len(took)} searches of two words, half filtered; {shown / queries:.1f} hits a page"
    return [
        Figure("search p95", f"{p95:.1f} ms", f"<= {MUST_MS:.0f} ms", p95 <= MUST_MS, how),
        Figure("search median", f"{np.median(took):.1f} ms", how="the same searches"),
        Figure(
            "search p95 against a bare FTS5 query", f"{against:.2f} x", how="ids and rank only, unfiltered"
        ),
    ]


def library(items: int) -> Any:
    """The large library, built once and kept in the temporary folder for later runs."""
    home = Path(os.environ.get("TRANSOM_BENCH_HOME") or tempfile.gettempdir()) / f"transom-bench-{items}"
    in_home(home)
    from transom.apps.accounts.models import User
    from transom.apps.library.models import ReadingState

    user = User.objects.filter(username="reader").first()
    if user is None or not ReadingState.objects.filter(user=user).exists():
        print(f"Building a library of {items:,} items in {home} ...", file=sys.stderr)
        user = build(items)
    return user


def _words(count: int, items: int) -> list[str]:
    """Pairs of words that occur in 0.1 to 5 % of the documents, and together in at least one."""
    from django.db import connection

    random = np.random.default_rng(7)
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.words USING fts5vocab(main, library_search, row)"
        )
        cursor.execute("SELECT term, SUM(doc) FROM temp.words GROUP BY term")
        known = {term for term, docs in cursor.fetchall() if 0.001 <= docs / items <= 0.05}
        cursor.execute("SELECT MIN(item_id), MAX(item_id) FROM library_searchdocument")
        first, last = cursor.fetchone()
        pairs: list[str] = []
        while len(pairs) < count:
            cursor.execute(
                "SELECT body FROM library_searchdocument WHERE item_id >= %s LIMIT 1",
                [int(random.integers(first, last))],
            )
            here = sorted({word for word in cursor.fetchone()[0].split() if word in known})
            if len(here) >= 2:
                pairs.append(" ".join(random.choice(here, 2, replace=False)))
    return pairs


def _filters(count: int) -> list[Any]:
    from transom.apps.library.search import Filters
    from transom.apps.sources.models import Source

    source = Source.objects.order_by("pk").values_list("pk", flat=True)[0]
    kinds = [
        Filters(source=source),
        Filters(kind="paper"),
        Filters(since=NOW - timedelta(days=90)),
        Filters(author="author 1"),
        Filters(saved=True),
    ]
    return [kinds[n // 2 % len(kinds)] if n % 2 else None for n in range(count)]


def _bare(words: str) -> float:
    from django.db import connection

    first, second = words.split()
    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rowid FROM library_search WHERE library_search MATCH %s ORDER BY rank LIMIT 20",
            [f'"{first}" AND "{second}"'],
        )
        cursor.fetchall()
    return (time.perf_counter() - started) * 1000


def main(argv: list[str] | None = None) -> int:
    """Prints the figures; 1 where one does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=500_000)
    parser.add_argument("--queries", type=int, default=300)
    options = parser.parse_args(argv)
    found = figures(options.items, options.queries)
    for figure in found:
        print(f"{figure.name}: {figure.value} {figure.must} ({figure.how})")
    return int(any(figure.holds is False for figure in found))


if __name__ == "__main__":
    sys.exit(main())
