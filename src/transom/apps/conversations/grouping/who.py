"""Who is behind an item, for counting independent people."""

from __future__ import annotations

from collections.abc import Iterable

from transom.apps.people.selectors import public_people


def person_keys(identity_ids: Iterable[int]) -> dict[int, str]:
    """The key of the person behind each identity (`library.Identity`), for those that are resolved.

    Equal keys are one person, as everybody sees them: what one user knows better counts for them alone, and not in
    how many take part. Those without a key count by byline and domain (engine.graph.people).
    """
    return {identity: f"person {person}" for identity, person in public_people(identity_ids).items()}
