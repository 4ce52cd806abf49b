"""What SQLite says of its tables, so that two databases can be compared."""

from __future__ import annotations

import re


def tidy(kind: str, statement: str) -> tuple[str, ...]:
    """A statement that made something; a table's columns in any order, since that depends on how it came about."""
    words = re.sub(r"\s+", " ", statement)
    if kind != "table" or words.startswith("CREATE VIRTUAL"):
        return (words,)
    found, depth = [""], 0
    for sign in words[words.index("(") + 1 : words.rindex(")")]:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            found.append("")
        else:
            found[-1] += sign
    return tuple(sorted(part.strip() for part in found))
