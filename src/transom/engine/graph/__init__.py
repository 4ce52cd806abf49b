"""Standing, conversations, themes over time and the map of a community.

shares = Shares.of(Arcs.of(endorsements, now=now), nodes=n)      # who listens to whom
standing(ranks(reach(shares, restart_at(n, chosen))))             # 0..1, one a node

changes = Grower(known).add(pieces)                               # what the new items joined
for key, members in grower.conversations().items(): describe(key, members, now=now)

themes(Monthly.of(items))                                         # what rose and what faded
layout(source, target, weight, n, before=yesterday)               # positions in 0..1

What has the name of its module (standing, push, heat, themes, communities, layout) is imported from there.
"""

from transom.engine.graph.arcs import Arcs
from transom.engine.graph.conversations import Conversation, describe
from transom.engine.graph.endorsements import Endorsements, Kind
from transom.engine.graph.growing import Changes, Grower, Merged, Rules
from transom.engine.graph.items import Piece
from transom.engine.graph.months import Monthly
from transom.engine.graph.people import independent
from transom.engine.graph.push import Push
from transom.engine.graph.shares import Shares
from transom.engine.graph.standing import combine, ranks, reach, restart_at
from transom.engine.graph.themes import Theme
from transom.engine.graph.why import Pointer, pointed_to_by

__all__ = [
    "Arcs",
    "Changes",
    "Conversation",
    "Endorsements",
    "Grower",
    "Kind",
    "Merged",
    "Monthly",
    "Piece",
    "Pointer",
    "Push",
    "Rules",
    "Shares",
    "Theme",
    "combine",
    "describe",
    "independent",
    "pointed_to_by",
    "ranks",
    "reach",
    "restart_at",
]
