"""What grouping needs to know of an item, in plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from transom.engine.core.addresses import host_of, registrable_domain

DAY: Final = 86_400.0
MOST_STORY_LINKS: Final = 8
"""An item with more outward story links is a roundup: it endorses, but never joins."""
NO_IDS: Final[NDArray[np.uint32]] = np.zeros(0, dtype=np.uint32)
NO_WEIGHTS: Final[NDArray[np.float32]] = np.zeros(0, dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Piece:
    """One item as the grouping sees it.

    `published` is in epoch seconds; `address` and `links` are canonical (see engine.core.addresses), the
    links in the item's order. `terms` are at most 32 distinct hashed ids and `weights` how much each says,
    their squares adding up to 1 (see engine.rank.terms). `author` is the byline as seen. `person` is who is
    behind it once that is known (any key; equal keys are one person), and then alone decides independence.
    `answers` are those of the links that it replies to: they are stories, in its own place too.
    `curated` says that it is a list of picks, however few links it has: a newsletter's issue.
    """

    id: int
    published: float
    title: str = ""
    address: str = ""
    links: tuple[str, ...] = ()
    terms: NDArray[np.uint32] = field(default_factory=lambda: NO_IDS)
    weights: NDArray[np.float32] = field(default_factory=lambda: NO_WEIGHTS)
    author: str = ""
    person: str = ""
    domain: str = ""
    curated: bool = False
    answers: tuple[str, ...] = ()

    @property
    def home(self) -> str:
        """The registrable domain it was published at; the source's, where it has no address of its own."""
        return self.domain or registrable_domain(host_of(self.address))

    def story_links(self) -> tuple[str, ...]:
        """Its distinct links that may lead to a story: what it replies to, and those to other domains, deeper than
        their front pages.
        """
        stories = _story_links(self.links, self.home)
        return tuple(dict.fromkeys((*self.answers, *stories))) if self.answers else stories

    @property
    def is_roundup(self) -> bool:
        """Whether it points at so much that it belongs to no single story."""
        return self.curated or len(self.story_links()) > MOST_STORY_LINKS


@lru_cache(maxsize=1 << 14)
def _story_links(links: tuple[str, ...], home: str) -> tuple[str, ...]:
    """Kept, since an item's links are asked for again and again while a batch is placed."""
    return tuple(dict.fromkeys(link for link in links if _is_story(link, home)))


def _is_story(address: str, home: str) -> bool:
    host = host_of(address)
    rest = address.partition("://")[2].partition("/")[2]
    return bool(host and rest) and registrable_domain(host) != home
