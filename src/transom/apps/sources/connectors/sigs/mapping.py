"""A list of groups to the people who lead them and the dates on which they meet. Never raises."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import Employment, EventKind, EventRecord, IdentityRecord
from transom.apps.sources.connectors.sigs.recurring import Rule, occurrences, rule_of

SERVICE = "github-name"
GITHUB = "https://github.com"
AHEAD, UNSURE_AHEAD = timedelta(days=60), timedelta(days=14)
MOST_GROUPS, MOST_MEETINGS = 500, 20
KINDS = {"sigs": "SIG", "workinggroups": "WG", "usergroups": "UG", "committees": "Committee"}
ROLES = {
    "chairs": "chair",
    "tech_leads": "technical lead",
    "leads": "lead",
    "emeritus_leads": "former lead",
    "members": "member",
}
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Group:
    """One group of the list. `label` is what a query may name; `says` how its people and dates are called after it."""

    label: str
    says: str
    folder: str
    row: Row


@dataclass(slots=True)
class Mapped:
    """What a list, or one group of it, holds."""

    events: list[EventRecord] = field(default_factory=list)
    identities: dict[str, IdentityRecord] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def groups_of(document: object) -> list[Group]:
    """All groups, special interest groups first."""
    found: list[Group] = []
    kinds = document if isinstance(document, Mapping) else {}
    for kind in dict.fromkeys([*KINDS, *map(str, kinds)]):
        for row in values.rows(kinds, kind):
            name, folder = values.text(row, "name", most=120), values.text(row, "dir", most=120)
            if name or folder:
                before = KINDS.get(kind, "")
                says = name or folder
                says = (
                    says if not before or before.casefold() in says.casefold().split() else f"{before} {says}"
                )
                label = values.text(row, "label", most=80) or folder or name
                found.append(Group(label, says, folder, row))
    return found[:MOST_GROUPS]


def is_meant(group: Group, wanted: str) -> bool:
    """Whether a query that names a group means this one."""
    plain = wanted.casefold().strip()
    names = (group.label, group.folder, group.says, values.text(group.row, "name", most=120))
    return plain in {one.casefold() for one in names}


def mapped(groups: list[Group], site: str, now: datetime) -> Mapped:
    """The groups' leaders and their meetings of the next weeks. `site` is where the list's folders can be looked at."""
    found = Mapped()
    for group in groups:
        for role, who in _leaders(group.row):
            _add(found, who, f"{role} of {group.says}")
        for number, meeting in enumerate(values.rows(group.row, "meetings")):
            if number < MOST_MEETINGS:
                _meet(found, group, meeting, site, now)
    return found


def _leaders(row: Row) -> Iterator[tuple[str, Row]]:
    """Leaders as the list has written them since 2018: below "leadership" by office, before that below "leads"."""
    offices = values.get(row, "leadership")
    for office in offices if isinstance(offices, Mapping) else ():
        said = ROLES.get(str(office), str(office).replace("_", " ").rstrip("s")[:60])
        for who in values.rows(offices, str(office)):
            yield said, who
    for who in values.rows(row, "leads"):
        yield "lead", who


def _add(found: Mapped, row: Row, role: str) -> None:
    handle, name = values.text(row, "github", most=40).lstrip("@"), values.text(row, "name", most=200)
    if not handle or not handle.replace("-", "").replace("_", "").isalnum():
        if name:
            found.problems.append(f"{name[:80]} has no account, and was left out.")
        return
    company = values.text(row, "company", most=300)
    key = handle.casefold()
    known = found.identities.get(key)
    works = (Employment(company),) if company and not role.startswith("former") else ()
    if known is None:
        found.identities[key] = IdentityRecord(
            SERVICE, key, name or handle, profile=f"{GITHUB}/{handle}", employments=works, roles=(role,)
        )
        return
    both = tuple(dict.fromkeys((*known.employments, *works)))
    found.identities[key] = replace(known, employments=both, roles=tuple(dict.fromkeys((*known.roles, role))))


def _meet(found: Mapped, group: Group, row: Row, site: str, now: datetime) -> None:
    what = values.text(row, "description", most=200)
    title = f"{group.says}: {what}" if what else f"{group.says}: meeting"
    day, hour = values.text(row, "day", most=80), values.text(row, "time", most=40)
    frequency = values.text(row, "frequency", most=120)
    rule = rule_of(day, hour, values.text(row, "tz", most=60), frequency)
    said = ", ".join(one for one in (frequency, day, hour, values.text(row, "tz", most=60)) if one)
    if rule is None or (not rule.is_sure and rule.weeks > 2):
        if said:
            found.problems.append(f"{title[:120]} ({said}): which days these are cannot be told.")
        return
    for when in occurrences(rule, now, now + (AHEAD if rule.is_sure else UNSURE_AHEAD)):
        found.events.append(_event(group, row, title, when, rule, said, site))


def _event(
    group: Group, row: Row, title: str, when: datetime, rule: Rule, said: str, site: str
) -> EventRecord:
    folder = f"{site}/{group.folder}" if site and group.folder else ""
    address = values.address(row, "url") or values.address(group.row, "meeting_url") or folder
    mailing = values.address(group.row, "contact", "mailing_list")
    doubt = (
        ""
        if rule.is_sure
        else "It meets every other week, and its list does not say in which: look there first."
    )
    facts = [
        doubt,
        f"Mailing list: {mailing}" if mailing else "",
        f"Agenda and minutes: {archive}" if (archive := values.address(row, "archive_url")) else "",
        f"About the group: {folder}" if folder else "",
    ]
    return EventRecord(
        uid=f"{group.label}|{values.text(row, 'description', most=150)}|{when:%Y%m%dT%H%M}",
        kind=EventKind.MEETING,
        title=title[:300] if rule.is_sure else f"{title[:280]} (this week or next)",
        starts=when,
        time_zone="" if rule.zone == "UTC" else rule.zone,
        online=True,
        address=address,
        organiser=group.says,
        recurrence=said[:200],
        description="\n".join(one for one in facts if one),
    )
