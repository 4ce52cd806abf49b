"""What a connector hands over: plain values, whatever the service calls them. Times are aware."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from transom.engine.parse.affiliation import without_mails
from transom.engine.parse.model import ParsedEntry

Cursor = Mapping[str, object]
NOTHING_YET: Cursor = MappingProxyType({})


class EventKind(StrEnum):
    CONFERENCE = "conference"
    CALL = "call"
    CONSULTATION = "consultation"
    MEETING = "meeting"
    WEBINAR = "webinar"


class Pointing(StrEnum):
    """How somebody pointed at somebody else's work."""

    LINK = "link"
    CITATION = "citation"
    BOOST = "boost"
    PICK = "pick"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """Something published. `kind` and `access` stand where the channel alone would not tell them.

    `event_what` says what the entry's date is ("deadline", "conference", ...). `authors` are (service, account) of
    identities, in their order. `names` are what works call this one ("doi:10.5555/felt"), `cites` what it calls others.
    """

    entry: ParsedEntry
    kind: str = ""
    access: str = ""
    event_what: str = ""
    authors: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AttendeeRecord:
    """Somebody (by service and account) was at an event; `organisation` and `role` as said there, without mails."""

    service: str
    account: str
    organisation: str = ""
    role: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "organisation", without_mails(self.organisation))
        object.__setattr__(self, "role", without_mails(self.role))


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One date on which one can take part. `uid` names it at its source; each occurrence has its own.

    `ends` of a whole-day event is its last day. `time_zone` is the IANA name it was given in ("" where it was
    UTC or a bare date); `floating` hours are the place's own, whose zone nobody gave, kept as if UTC. `recurrence`
    is the rule in words of iCalendar, for people who want to know. `attendees` is None where the list does not say
    who was there.
    """

    uid: str
    kind: EventKind
    title: str
    starts: datetime
    ends: datetime | None = None
    time_zone: str = ""
    all_day: bool = False
    place: str = ""
    city: str = ""
    country: str = ""
    online: bool = False
    address: str = ""
    closes_at: datetime | None = None
    organiser: str = ""
    recurrence: str = ""
    credits: str = ""
    description: str = ""
    cancelled: bool = False
    floating: bool = False
    attendees: tuple[AttendeeRecord, ...] | None = None


@dataclass(frozen=True, slots=True)
class MeLink:
    """A link between a profile and a page. `both_ways` where the service checked that the page links back."""

    address: str
    both_ways: bool = False


@dataclass(frozen=True, slots=True)
class Employment:
    """Where somebody works or worked; no `until` where they still do. Mail addresses are left out of what it says."""

    organisation: str
    since: date | None = None
    until: date | None = None
    role: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "organisation", without_mails(self.organisation))
        object.__setattr__(self, "role", without_mails(self.role))


@dataclass(frozen=True, slots=True)
class IdentityRecord:
    """Somebody as one service knows them. `profile` is the address that bylines of this service carry.

    `domain` is one of which the service saw that the account controls it ("" for none; a claim is none). Whoever is
    only named `in_passing`, beside somebody else's words, becomes known, and nothing that is known of them changes.
    `employments` are what one page or paper says: none says nothing, another is told in the former one's stead. With
    `whole_history` they are all there are, and what is missing is over. Without `roles_told` no office was asked for.
    """

    service: str
    account: str
    name: str
    profile: str = ""
    mails: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    me_links: tuple[MeLink, ...] = ()
    orcid: str = ""
    employments: tuple[Employment, ...] = ()
    roles: tuple[str, ...] = ()
    roles_told: bool = True
    is_person: bool = True
    whole_history: bool = False
    domain: str = ""
    in_passing: bool = False

    @property
    def address(self) -> str:
        """What tells this identity apart from others of the same name at its source."""
        return self.profile or f"{self.service}:{self.account}"


@dataclass(frozen=True, slots=True)
class EndorsementRecord:
    """Somebody (by service and account) pointed at an address; `within` is the id of the entry they did it in.

    `to` is whose it is (service and account), where the service says so.
    """

    service: str
    account: str
    kind: Pointing
    target: str
    at: datetime
    text: str = ""
    within: str = ""
    to: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """One page of what a source holds, with the cursor that stands for "everything up to here is yours".

    `more`: ask again at once, with this cursor. `unchanged`: the service says nothing is new. `whole_from`: this
    batch lists every event from then on, so those of this source that are missing were taken back.
    `wait_seconds`: the service wants no question before that. `problems` are sentences about what was odd.
    """

    items: tuple[ItemRecord, ...] = ()
    events: tuple[EventRecord, ...] = ()
    identities: tuple[IdentityRecord, ...] = ()
    endorsements: tuple[EndorsementRecord, ...] = ()
    cursor: Cursor = field(default_factory=lambda: NOTHING_YET)
    more: bool = False
    unchanged: bool = False
    title: str = ""
    site: str = ""
    language: str = ""
    whole_from: datetime | None = None
    wait_seconds: float | None = None
    problems: tuple[str, ...] = ()

    def attending(self) -> set[tuple[str, str]]:
        """The accounts of those who were at its events."""
        return {(one.service, one.account) for event in self.events for one in event.attendees or ()}

    def pointed_to(self) -> set[tuple[str, str]]:
        """The accounts whose works were pointed at, as far as the service names them."""
        return {one.to for one in self.endorsements if one.to}

    def __len__(self) -> int:
        return len(self.items) + len(self.events) + len(self.identities) + len(self.endorsements)
