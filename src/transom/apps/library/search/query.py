"""What a user typed, in the search language of either database."""

from __future__ import annotations

from transom.engine.text.tokens import Query


def for_sqlite(query: Query) -> str:
    """An FTS5 expression: every word and phrase, none of the excluded. Quoted, so nothing typed is syntax."""
    wanted = [_quoted(part) for part in (*query.words, *query.phrases) if part.strip('" ')]
    unwanted = [_quoted(part) for part in query.excluded if part.strip('" ')]
    if not wanted:
        return ""
    expression = " AND ".join(wanted)
    return f"({expression}) NOT ({' OR '.join(unwanted)})" if unwanted else expression


def for_postgres(query: Query) -> str:
    """A ``websearch_to_tsquery`` text with the same meaning."""
    wanted = [_quoted(part) for part in (*query.words, *query.phrases) if part.strip('" ')]
    if not wanted:
        return ""
    return " ".join([*wanted, *("-" + _quoted(part) for part in query.excluded if part.strip('" '))])


def _quoted(part: str) -> str:
    return '"' + part.replace('"', " ").strip() + '"'
