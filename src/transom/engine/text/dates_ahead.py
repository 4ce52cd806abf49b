"""Finding in a text the date of something one could attend, answer or submit to."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EventHint:
    """A concrete date ahead. `kind` is "deadline" or "event"; `words` the passage it was read from.

    `start` is aware; `all_day` says that no time of day was given (then it is 00:00 UTC of that day).
    """

    start: datetime
    kind: str
    words: str
    all_day: bool = True
    end: datetime | None = None


def find_event(title: str, text: str, *, published: datetime) -> EventHint | None:
    """The first concrete date after `published` near words such as deadline, register, conference."""
    raise NotImplementedError
