"""Who is behind an item, for counting independent people."""

from __future__ import annotations

from collections.abc import Iterable


def person_keys(identity_ids: Iterable[int]) -> dict[int, str]:
    """The key of the person behind each identity (`library.Identity`), for those that are resolved.

    Equal keys are one person. Those without a key count by byline and domain (engine.graph.people). Whoever knows
    persons answers here, and nothing else of the grouping changes.
    """
    return {}
