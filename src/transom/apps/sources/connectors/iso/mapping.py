"""ISO's list of deliverables to a committee's new standards and its work in progress. Never raises."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from typing import Any

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import ItemRecord
from transom.engine.parse.model import ParsedEntry

SERVICE = "iso"
BACK = timedelta(days=730)
MOST_AT_WORK = 400
PUBLISHED, WITHDRAWN = 6060, 9500
# ISO's harmonised stage codes; those that are not named say what the stage as a whole is.
STAGES = {
    10: "proposed",
    1020: "proposed: national bodies vote on starting it",
    20: "being drafted by its working group",
    30: "committee draft",
    3020: "committee draft: open for the committee's comments",
    40: "enquiry draft",
    4020: "enquiry draft: national bodies vote and comment",
    50: "final draft",
    5020: "final draft: national bodies vote",
    60: "being published",
    90: "under review",
    9020: "under review: national bodies say whether to keep it",
    9092: "to be revised",
    9093: "confirmed",
    9099: "to be withdrawn",
    95: "withdrawn",
}
# Where something is to be voted on or commented: these are told one by one.
TELLING = frozenset({1020, 3020, 4020, 5020, 9020, 9092, 9099})
Row = Mapping[str, Any]
Known = dict[str, list[str]]
"""By id of a deliverable: its stage, reference and title."""


def stage_words(stage: int) -> str:
    """What a stage means for somebody outside; ISO's own number where it is none that is known."""
    return STAGES.get(stage) or STAGES.get(stage // 100) or f"stage {stage / 100:05.2f}"


def is_at_work(stage: int) -> bool:
    """Whether something is being done about it: a draft, or a standard under review or to be revised."""
    return (1000 <= stage < PUBLISHED and stage % 100 != 98) or stage in (9020, 9060, 9092)


@dataclass(slots=True)
class Reading:
    """What was found of one committee so far, chunk after chunk."""

    committees: frozenset[str]
    now: datetime
    items: list[ItemRecord] = field(default_factory=list)
    at_work: Known = field(default_factory=dict)
    broken: int = 0
    lines: int = 0

    def read(self, raw: bytes) -> None:
        """Whole lines of the list; those of other committees are not even parsed."""
        # The committee's name stands in the line as it is, slashes perhaps escaped.
        names = [one.encode() for name in self.committees for one in (name, name.replace("/", "\\/"))]
        for line in raw.split(b"\n"):
            self.lines += bool(line.strip())
            if any(name in line for name in names):
                self._line(line)

    def _line(self, line: bytes) -> None:
        try:
            row = json.loads(line.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            self.broken += 1
            return
        if values.text(row, "ownerCommittee", most=120) not in self.committees:
            return
        number, reference = values.whole(row, "id"), values.text(row, "reference", most=120)
        stage = values.whole(row, "currentStage")
        if number is None or not reference or stage is None:
            self.broken += 1
            return
        title = values.text(row, "title", "en", most=500) or values.text(row, "title", "fr", most=500)
        when = values.day(row, "publicationDate")
        if when and stage >= PUBLISHED and values.midnight(when) >= self.now - BACK and stage < WITHDRAWN:
            self.items.append(_published(row, number, reference, title, values.midnight(when)))
        if is_at_work(stage) and len(self.at_work) < MOST_AT_WORK:
            self.at_work[str(number)] = [str(stage), reference, title[:200]]


def _published(row: Row, number: int, reference: str, title: str, when: datetime) -> ItemRecord:
    pages = values.whole(row, "pages", "en")
    facts = [
        f"Edition {edition}" if (edition := values.whole(row, "edition")) else "",
        f"{pages} pages" if pages else "",
    ]
    scope = values.body(row, "scope", "en", most=20_000)
    said = ", ".join(one for one in facts if one)
    return ItemRecord(
        ParsedEntry(
            id=f"{SERVICE}:{number}",
            title=f"{reference} {title}".strip(),
            link=page_of(number),
            published=when,
            updated=when,
            content_html=(scope if "<" in scope else values.paragraphs(scope))
            + (f"<p>{said}.</p>" if said else ""),
            language="en",
        ),
        kind="standard",
        access="paid",
    )


def changes(before: Known, after: Known, now: datetime) -> list[ItemRecord]:
    """What moved to a stage at which something is voted on, commented or begun, since the list was last read."""
    found = []
    for number, (stage, reference, title) in after.items():
        known = before.get(number)
        code = int(stage)
        if code in TELLING and (known is None or known[:1] != [stage]):
            link = page_of(number)
            found.append(
                ItemRecord(
                    ParsedEntry(
                        id=f"{SERVICE}:{number}:{stage}",
                        title=f"{reference} {title}: {stage_words(code)}",
                        link=f"{link}#{stage}",
                        published=now,
                        content_html=f"<p>{escape(reference)} is now {escape(stage_words(code))}. National bodies take "
                        f"comments from their experts.</p><p>{values.linked(link, 'At ISO')}</p>",
                        language="en",
                    ),
                    kind="consultation" if code in (3020, 4020, 9020) else "standard",
                )
            )
    return found


def programme(committee: str, at_work: Known, address: str, now: datetime) -> ItemRecord | None:
    """One page that lists all that a committee is working on; None where it is nothing."""
    if not at_work:
        return None
    ordered = sorted(at_work.items(), key=lambda one: (one[1][1], one[0]))
    lines = "".join(
        f"<li>{values.linked(page_of(number), reference)} {escape(title)} ({escape(stage_words(int(stage)))})</li>"
        for number, (stage, reference, title) in ordered
    )
    return ItemRecord(
        ParsedEntry(
            id=f"{SERVICE}:programme:{committee}",
            title=f"What {committee} is working on",
            link=f"{address}#programme",
            published=now,
            content_html=f"<ul>{lines}</ul>",
            language="en",
        ),
        kind="standard",
    )


def page_of(number: int | str) -> str:
    """A deliverable's page at ISO."""
    return f"https://www.iso.org/standard/{number}.html"


def known_of(value: object) -> Known:
    """What a cursor remembers, whatever stands in it."""
    found: Known = {}
    for number, row in value.items() if isinstance(value, Mapping) else ():
        if isinstance(row, Sequence) and len(row) == 3 and str(row[0]).isdigit() and str(number).isdigit():
            found[str(number)] = [str(one) for one in row]
    return found


def committees_in(raw: bytes, words: Iterable[str]) -> list[tuple[str, str]]:
    """Reference and title of the committees whose title or reference has all these words."""
    found = []
    for line in raw.split(b"\n"):
        try:
            row = json.loads(line.decode("utf-8-sig")) if line.strip() else None
        except (ValueError, RecursionError):
            continue
        reference = values.text(row, "reference", most=120)
        title = values.text(row, "title", "en", most=200) or values.text(row, "title", most=200)
        if reference and all(word in f"{reference} {title}".casefold() for word in words):
            found.append((reference, title))
    return found
