"""How hot a conversation is now: independent people, each as long ago as they last spoke."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from transom.engine.graph.items import DAY, Piece
from transom.engine.graph.people import independent, voice

HALF_LIFE_DAYS: Final = 3.0
HALF_WAY: Final = 5.0
LEAST_PEOPLE: Final = 2


def heat(pieces: Sequence[Piece], *, now: datetime, half_life_days: float = HALF_LIFE_DAYS) -> float:
    """0..1 for the ranker: 1 − 2^(−v / 5), v the independent people of the items, each fading from their latest.

    Five people who speak today make one half, ten three quarters; each half-life later counts half as many.
    0 where there are fewer than two independent people; one person's many items heat nothing.
    """
    people = independent(pieces)
    if people < LEAST_PEOPLE:
        return 0.0
    latest: dict[str, float] = {}
    for piece in pieces:
        if speaker := voice(piece):
            latest[speaker] = max(latest.get(speaker, piece.published), piece.published)
    # Of voices that may be one person's, the latest stand for them all.
    ages = (max(now.timestamp() - at, 0.0) / DAY for at in sorted(latest.values(), reverse=True)[:people])
    voices = math.fsum(math.exp2(-age / half_life_days) for age in ages)
    return 1.0 - math.exp2(-voices / HALF_WAY)
