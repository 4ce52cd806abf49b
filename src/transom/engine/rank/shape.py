"""The limits a brief must keep, and what it gains from being broad."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil


@dataclass(frozen=True, slots=True)
class Coverage:
    """What value mass adds over each group of one dimension (a topic, a person, a channel, a kind).

    Concave and piecewise linear: each unit of mass up to `knees[0]` adds `slopes[0]`, up to
    `knees[1]` adds `slopes[1]`, and beyond the last knee nothing. Slopes fall, knees rise.
    """

    slopes: tuple[float, ...]
    knees: tuple[float, ...]

    def __post_init__(self) -> None:
        if len(self.slopes) != len(self.knees) or not self.slopes:
            raise ValueError("coverage: give one knee for each slope, and at least one of each")
        falling = all(a >= b >= 0 for a, b in zip(self.slopes, (*self.slopes[1:], 0.0), strict=True))
        rising = all(a < b for a, b in zip((0.0, *self.knees), self.knees, strict=False))
        if not (falling and rising):
            raise ValueError("coverage: slopes must fall and be no less than 0, knees must rise from above 0")


READS_AT_ALL = 4
MINUTES_A_READ_MORE = 3.0
MINUTES_A_DO = 15.0
"""On the average at least, so that a brief of many small things does not become a list to work off."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The limits of a brief. `floor`: candidates worth less are left out whatever the room."""

    read_share: float = 0.7
    per_source: int = 2
    per_author: int = 2
    vendors: int = 1
    floor: float = 0.08
    most_read: int = 7
    most_do: int = 2
    deadline_days: float = 14.0
    topic: Coverage = field(default_factory=lambda: Coverage((0.5, 0.15), (0.5, 1.0)))
    author: Coverage = field(default_factory=lambda: Coverage((0.25, 0.05), (0.5, 1.0)))
    channel: Coverage = field(default_factory=lambda: Coverage((0.2, 0.05), (0.75, 1.5)))
    kind: Coverage = field(default_factory=lambda: Coverage((0.2, 0.05), (0.75, 1.5)))

    @classmethod
    def of_minutes(cls, minutes: float) -> Shape:
        """The usual limits, with room for as many lines as so many minutes can hold."""
        usual = cls()
        return cls(
            most_read=max(usual.most_read, READS_AT_ALL + ceil(minutes / MINUTES_A_READ_MORE)),
            most_do=max(usual.most_do, ceil(minutes / MINUTES_A_DO)),
        )

    def __post_init__(self) -> None:
        if not 0.0 <= self.read_share <= 1.0:
            raise ValueError(f"the share for reading must lie between 0 and 1, not {self.read_share}")
        if min(self.per_source, self.per_author, self.vendors, self.most_read, self.most_do) < 0:
            raise ValueError("the limits of a brief cannot be negative")
