"""Why somebody stands where they stand: who points at them, so that screens can say "pointed to by"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from transom.engine.graph.shares import Shares
from transom.engine.graph.standing import RESTART, Vector

STRONGEST: Final = 3


@dataclass(frozen=True, slots=True)
class Pointer:
    """One endorser of a node, and the share (0..1) of the node's rank that comes from there."""

    node: int
    share: float


def pointed_to_by(
    shares: Shares, reached: Vector, node: int, *, most: int = STRONGEST, chance: float = RESTART
) -> tuple[Pointer, ...]:
    """The strongest endorsers of a node, strongest first (equals: the lower number first); may be none.

    Endorser u gives (1 − chance) · reach of u · share of u's attention. The shares of all endorsers and of
    the restart add up to 1. Pass the reach that was ranked, combined or not.
    """
    sources, attention = shares.pointing_at(node)
    given = (1 - chance) * reached[sources] * attention
    order = np.lexsort((sources, -given))[:most]
    # A node with an endorser who gives anything has a rank above 0.
    return tuple(Pointer(int(sources[at]), float(given[at] / reached[node])) for at in order if given[at] > 0)
