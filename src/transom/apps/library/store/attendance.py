"""Who was at a source's meetings, written beside its items: what is no longer said goes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from transom.apps.library.models import Attendance, Meeting
from transom.apps.sources.connectors.records import AttendeeRecord, EventRecord
from transom.apps.sources.models import Source

Account = tuple[str, str]
AT_ONCE = 500
MOST_THERE = 1000
SAID = ("title", "group", "at")
SAID_OF_SOMEBODY = ("organisation", "role", "position")


def event_key(uid: str) -> str:
    """What a source's date is known by here, whatever stands in its name there."""
    return hashlib.sha256(uid.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def write_attendances(source: Source, events: Sequence[EventRecord], known: Mapping[Account, int]) -> None:
    """Writes who was at these; an event that does not tell (`attendees` is None) is left as it is.

    `known` are the keys of identities by account. Call it inside a transaction.
    """
    told = {event_key(one.uid): one for one in events if one.attendees is not None}
    meetings = _meetings(source, told)
    wanted = {
        (meetings[uid], pk): (someone, place)
        for uid, event in told.items()
        for place, someone in enumerate((event.attendees or ())[:MOST_THERE])
        if (pk := known.get((someone.service, someone.account)))
    }
    there: dict[tuple[int, int], Attendance] = {}
    keys = list(meetings.values())
    for start in range(0, len(keys), AT_ONCE):
        rows = Attendance.objects.filter(meeting__in=keys[start : start + AT_ONCE])
        there |= {(row.meeting_id, row.identity_id): row for row in rows}
    gone = [row.pk for key, row in there.items() if key not in wanted]
    for start in range(0, len(gone), AT_ONCE):
        Attendance.objects.filter(pk__in=gone[start : start + AT_ONCE]).delete()
    added = [
        _described(Attendance(meeting_id=key[0], identity_id=key[1]), *wanted[key])
        for key in wanted
        if key not in there
    ]
    changed = [row for key, row in there.items() if key in wanted and _differs(row, *wanted[key])]
    Attendance.objects.bulk_create(added, batch_size=AT_ONCE)
    Attendance.objects.bulk_update(changed, SAID_OF_SOMEBODY, batch_size=AT_ONCE)


def _meetings(source: Source, told: Mapping[str, EventRecord]) -> dict[str, int]:
    """The keys of these meetings, by their hashed names; made or put right where need be."""
    found: dict[str, Meeting] = {}
    uids = list(told)
    for start in range(0, len(uids), AT_ONCE):
        rows = Meeting.objects.filter(source=source, uid__in=uids[start : start + AT_ONCE])
        found |= {row.uid: row for row in rows}
    added, changed = [], []
    for uid, event in told.items():
        row = found.get(uid) or Meeting(
            source=source, owner_id=source.owner_id, actor_id=source.owner_id, uid=uid
        )
        before = [getattr(row, name) for name in SAID] if row.pk else None
        row.title, row.group, row.at = event.title[:300], event.organiser[:200], event.starts
        if before is None:
            added.append(row)
        elif before != [getattr(row, name) for name in SAID]:
            changed.append(row)
    found |= {row.uid: row for row in Meeting.objects.bulk_create(added, batch_size=AT_ONCE)}
    Meeting.objects.bulk_update(changed, SAID, batch_size=AT_ONCE)
    return {uid: row.pk for uid, row in found.items()}


def _described(row: Attendance, someone: AttendeeRecord, place: int) -> Attendance:
    row.organisation, row.role, row.position = someone.organisation[:300], someone.role[:60], place
    return row


def _differs(row: Attendance, someone: AttendeeRecord, place: int) -> bool:
    before = [getattr(row, name) for name in SAID_OF_SOMEBODY]
    return before != [getattr(_described(row, someone, place), name) for name in SAID_OF_SOMEBODY]
