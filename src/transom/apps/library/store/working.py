"""Where an identity says that somebody works, by what is said now beside what was known."""

from __future__ import annotations

from collections.abc import Sequence

from transom.engine.resolve.places import same_place

Work = dict[str, str]
"""An employment as an identity keeps it: organisation, since, until and role."""


def with_what_was_known(known: Sequence[Work], said: Sequence[Work]) -> list[Work]:
    """What is known after one page or paper, which is no complete list.

    One that names no employer, or only those known, says nothing of the others; one that names another says it in
    their stead. The spelling and the role that were known stay, where they may be the same.
    """
    kept = [next((one for one in known if _is_again(one, new)), new) for new in said]
    if all(one in known for one in kept):
        return list(known)
    return [one for place, one in enumerate(kept) if one not in kept[:place]]


def _is_again(known: Work, said: Work) -> bool:
    """Whether it says no more than what was known: the same place, and no other role or day."""
    return same_place(known.get("organisation", ""), said["organisation"]) and all(
        said[name] in ("", known.get(name, "")) for name in ("role", "since", "until")
    )
