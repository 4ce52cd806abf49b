"""The graph that ranks flow over: which share of a node's attention goes to whom, and what is lost on the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from transom.engine.graph.arcs import Arcs
from transom.engine.graph.ordering import order_of

SELF: Final = 0.0
SAME_ORGANISATION: Final = 0.25
UNKNOWN: Final = -1


@dataclass(frozen=True, slots=True)
class Shares:
    """n nodes and k arcs, held twice: by who points (`out_*`) and by who is pointed at (`in_*`).

    Row i of the first goes from `out_starts[i]` to `out_starts[i + 1]`; its shares add up to 1 less what
    age and discounts took, 0 for a node that points at nobody. `in_nodes` are the nodes somebody points at
    and `in_starts` where each one's arcs begin.
    """

    nodes: int
    out_starts: NDArray[np.int64]
    out_target: NDArray[np.int32]
    out_share: NDArray[np.float64]
    in_nodes: NDArray[np.int64]
    in_starts: NDArray[np.int64]
    in_source: NDArray[np.int32]
    in_share: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.out_target)

    @classmethod
    def of(
        cls,
        arcs: Arcs,
        *,
        nodes: int | None = None,
        organisation: NDArray[np.integer] | None = None,
        self_discount: float = SELF,
        organisation_discount: float = SAME_ORGANISATION,
    ) -> Self:
        """Each row divided by its unaged, undiscounted weight, so that age and discounts really lose mass.

        `organisation` gives a code for each node (shape (n,), -1 = unknown). A discount is the factor that
        pointing at oneself, or at somebody of the same organisation, keeps: 0 nothing, 1 all. Raises
        ValueError for fewer nodes than the arcs name, or codes of another length.
        """
        count = arcs.nodes() if nodes is None else nodes
        if count < arcs.nodes():
            raise ValueError(f"the arcs name {arcs.nodes()} nodes, but only {count} were announced")
        if organisation is not None and len(organisation) != count:
            raise ValueError(
                f"{len(organisation)} organisations for {count} nodes; give one each, -1 = unknown"
            )
        kept = _kept(arcs, organisation, self_discount, organisation_discount)
        rows = np.bincount(arcs.source, weights=arcs.full, minlength=count)
        share = arcs.aged * kept / rows[arcs.source]
        starts = np.searchsorted(arcs.source, np.arange(count + 1)).astype(np.int64)
        return cls(count, starts, arcs.target, share, *_by_target(arcs, share))

    def forward(self, mass: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where the mass on each node (shape (n,)) goes in one step; some of it is lost."""
        moved = np.zeros(self.nodes)
        if len(self):
            # `clip` spares numpy a copy: every index was checked when the graph was made.
            along = np.take(mass, self.in_source, mode="clip")
            along *= self.in_share
            moved[self.in_nodes] = np.add.reduceat(along, self.in_starts)
        return moved

    def endorsed(self) -> int:
        """How many nodes somebody else's attention reaches."""
        return int(np.count_nonzero(np.add.reduceat(self.in_share, self.in_starts))) if len(self) else 0

    def pointing_at(self, node: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """Who points at a node, and with which share of their attention; empty arrays where nobody does."""
        at = int(np.searchsorted(self.in_nodes, node))
        if at == len(self.in_nodes) or self.in_nodes[at] != node:
            return self.in_source[:0], self.in_share[:0]
        start = self.in_starts[at]
        end = self.in_starts[at + 1] if at + 1 < len(self.in_starts) else len(self.in_source)
        return self.in_source[start:end], self.in_share[start:end]


def _kept(
    arcs: Arcs, organisation: NDArray[np.integer] | None, to_self: float, within: float
) -> NDArray[np.float64]:
    kept = np.ones(len(arcs))
    if organisation is not None:
        theirs = organisation[arcs.source]
        kept[(theirs != UNKNOWN) & (theirs == organisation[arcs.target])] = within
    kept[arcs.source == arcs.target] = to_self
    return kept


def _by_target(
    arcs: Arcs, share: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    order = order_of(arcs.target)
    target = arcs.target[order]
    starts = np.flatnonzero(np.append(True, target[1:] != target[:-1])[: len(target)])
    return target[starts].astype(np.int64), starts, arcs.source[order], share[order]
