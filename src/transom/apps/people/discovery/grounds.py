"""The grounds on which somebody is suggested: each finds candidates of its own kind among what the user may see.

linked     those at whom several point whom the user follows
group      those who sit on a group with somebody the user follows
met        those who were at the same meetings as somebody the user follows
meets      those who were at several meetings of a group whose minutes the user follows
spoke      those who spoke where somebody spoke whom the user follows
listed     places on the reading list that somebody publishes whom the user follows
same-job   those who do the user's job elsewhere
listened   those the field listens to most
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2
from typing import TYPE_CHECKING, Final

import numpy as np
from django.db.models import Q

from transom.apps.library.models import Attendance, Authorship, Item, Link, Meeting
from transom.apps.people.discovery.job_words import job_of
from transom.apps.people.models import Facet, Listing, Membership
from transom.apps.people.selectors.company import MOST_AT_A_MEETING, MOST_MEETINGS
from transom.apps.people.selectors.same_job import same_job
from transom.apps.people.shelf import in_pieces
from transom.apps.people.standing.graph import FieldGraph
from transom.apps.people.standing.nodes import PERSON, SOURCE, key_of, kind_of
from transom.apps.people.standing.tables import NONE
from transom.apps.sources.models import Source
from transom.engine.core import addresses
from transom.engine.graph.standing import Vector
from transom.engine.resolve.facts import EVERYBODYS_HOSTS
from transom.engine.text.tokens import fold

if TYPE_CHECKING:
    from transom.apps.accounts.models import User

LINKED: Final = 1.0
GROUP: Final = 0.8
MET: Final = 0.6
MOST_MET: Final = 2.0
"""Weekly meetings over a year say little more than a season of them."""
MEETS: Final = 0.3
LEAST_MEETINGS: Final = 3
"""Once or twice is a visit."""
SPOKE: Final = 0.7
LISTED: Final = 1.2
SAME_JOB: Final = 1.0
LISTENED: Final = 2.0
LEAST_LISTENED: Final = 0.15
"""Half as much again as the mean (see `engine.graph.standing`)."""
LEAST_SITES: Final = 2
"""A place the library does not know must be pointed to by two; one link is an accident."""
MOST_NAMED: Final = 3
MOST_ROOMS: Final = 20
MOST_IN_A_ROOM: Final = 200
MOST_LINKS: Final = 400
MOST_PEERS: Final = 20

Target = tuple[str, int | str]
"""("person", key), ("source", key) or ("site", address)."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One ground for a suggestion: what of it counts (`worth`), how many (`n`), and who: keys of people and sources."""

    code: str
    worth: float
    n: int = 0
    people: Sequence[int] = ()
    sources: Sequence[int] = ()
    label: str = ""

    def stored(self) -> dict[str, object]:
        """As JSON keeps it: keys, and no names of people."""
        return {
            "code": self.code,
            "n": self.n,
            "people": list(self.people[:MOST_NAMED]),
            "sources": list(self.sources[:MOST_NAMED]),
            "label": self.label[:200],
        }


@dataclass(frozen=True, slots=True)
class Following:
    """Whom and what a user follows: people by key (those chosen, and authors of what is followed), sources by key."""

    user: User
    chosen: frozenset[int]
    people: frozenset[int]
    sources: frozenset[int]
    sees: Q = field(compare=False)

    def nodes(self) -> set[int]:
        """The nodes of the graph that stand for all of it."""
        return {key_of(PERSON, pk) for pk in self.people} | {key_of(SOURCE, pk) for pk in self.sources}


Found = Iterator[tuple[Target, Reason]]


def linked(mine: Following, graph: FieldGraph) -> Found:
    """Whom those point at whom the user follows, by how many do; for what many write, that counts once."""
    voices = _voices(mine, graph)
    at = graph.nodes.find(np.array(list(voices), dtype=np.int64)).tolist()
    ours = {one: voice for one, voice in zip(at, voices.values(), strict=True) if one != NONE}
    arcs = graph.arcs
    kept = np.isin(arcs.source, np.array(sorted(ours), dtype=np.int64)) & (arcs.source != arcs.target)
    by: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    followed = mine.nodes()
    for source, target, weight in zip(
        arcs.source[kept].tolist(), arcs.target[kept].tolist(), arcs.aged[kept].tolist(), strict=True
    ):
        if int(graph.nodes.keys[target]) not in followed:
            by[target][ours[source]] += weight
    for target, pointing in by.items():
        kind, pk = kind_of(graph.nodes.keys[target])
        if kind in (PERSON, SOURCE):
            named = [kind_of(key) for key in sorted(pointing, key=lambda key: (-pointing[key], key))]
            yield (
                ("person" if kind == PERSON else "source", pk),
                Reason(
                    "linked",
                    LINKED * log2(1 + len(named)),
                    len(named),
                    [one for of, one in named if of == PERSON],
                    [one for of, one in named if of == SOURCE],
                ),
            )


def _voices(mine: Following, graph: FieldGraph) -> dict[int, int]:
    """The nodes that speak for what the user follows, and for which: a person for themselves, else for a source."""
    found = {key: key for key in (key_of(SOURCE, pk) for pk in sorted(mine.sources))}
    for pk, authors in sorted(graph.who.authors_of(mine.sources).items()):
        for key in authors:
            found.setdefault(key, key_of(SOURCE, pk))
    return found | {key_of(PERSON, pk): key_of(PERSON, pk) for pk in mine.people}


def on_groups(mine: Following) -> Found:
    """Who sits where somebody sits whom the user follows."""
    through = Facet.people.through.objects
    rows = through.filter(person_id__in=mine.people, facet__kind=Facet.GROUP).values_list(
        "facet_id", "person_id"
    )
    sitting: dict[int, list[int]] = defaultdict(list)
    for facet_id, person_id in rows.order_by("facet_id", "person_id"):
        sitting[facet_id].append(person_id)
    labels = dict(Facet.objects.filter(pk__in=sitting).values_list("pk", "label"))
    for facet_id in sorted(sitting)[:MOST_ROOMS]:
        others = through.filter(facet_id=facet_id).exclude(person_id__in=mine.people)
        for person_id in others.values_list("person_id", flat=True)[:MOST_IN_A_ROOM]:
            known = sitting[facet_id]
            yield (
                ("person", person_id),
                Reason("group", GROUP, len(known), known, label=labels[facet_id]),
            )


def met_with(mine: Following) -> Found:
    """Who was at meetings at which somebody was whom the user follows, by how many; big ones are none."""
    members = _members(mine, mine.people)
    latest = Attendance.objects.filter(identity__in=members).order_by("-meeting__at", "-meeting_id")
    ours: dict[int, set[int]] = defaultdict(set)
    for meeting_id, identity_id in latest.values_list("meeting_id", "identity_id")[: 4 * MOST_MEETINGS]:
        ours[meeting_id].add(members[identity_id])
    wanted = sorted(ours, reverse=True)[:MOST_MEETINGS]
    labels = dict(Meeting.objects.filter(pk__in=wanted).values_list("pk", "group"))
    met: dict[tuple[int, str], dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    for meeting_id, there in _there(mine, wanted).items():
        for person_id in there - mine.people if len(there) <= MOST_AT_A_MEETING else ():
            for known in ours[meeting_id]:
                met[person_id, labels[meeting_id]][known].add(meeting_id)
    for (person_id, group), by in met.items():
        often = len(set().union(*by.values()))
        people = sorted(by, key=lambda pk: (-len(by[pk]), pk))
        yield (
            ("person", person_id),
            Reason("met", min(MET * log2(1 + often), MOST_MET), often, people, label=group),
        )


def at_meetings(mine: Following) -> Found:
    """Who was at several meetings of those whose minutes the user follows."""
    for source_id in sorted(
        Meeting.objects.filter(source__in=mine.sources).values_list("source_id", flat=True).distinct()
    ):
        latest = Meeting.objects.filter(source=source_id).order_by("-at", "-pk")
        meetings = list(latest.values_list("pk", flat=True)[:MOST_MEETINGS])
        times: dict[int, int] = defaultdict(int)
        for there in _there(mine, meetings).values():
            for person_id in there - mine.people:
                times[person_id] += 1
        for person_id, often in times.items():
            if often >= LEAST_MEETINGS:
                yield (
                    ("person", person_id),
                    Reason("meets", min(MEETS * log2(1 + often), MOST_MET), often, sources=[source_id]),
                )


def _there(mine: Following, meetings: Sequence[int]) -> dict[int, set[int]]:
    """Who was at each of these meetings, as far as somebody is known behind the name."""
    rows = list(Attendance.objects.filter(meeting__in=meetings).values_list("meeting_id", "identity_id"))
    people: dict[int, int] = {}
    for some in in_pieces({identity_id for _, identity_id in rows}):
        members = Membership.objects.filter(mine.sees, identity__in=some)
        people |= dict(members.values_list("identity_id", "person_id"))
    found: dict[int, set[int]] = defaultdict(set)
    for meeting_id, identity_id in rows:
        if identity_id in people:
            found[meeting_id].add(people[identity_id])
    return found


def spoke_with(mine: Following) -> Found:
    """Who spoke at an event at which somebody spoke whom the user follows."""
    members = _members(mine, mine.people)
    rooms: dict[int, set[int]] = defaultdict(set)
    for item_id, identity_id in _talks(mine, list(members)):
        rooms[item_id].add(members[identity_id])
    homes = dict(Item.objects.filter(pk__in=rooms).values_list("pk", "home_id"))
    there: dict[int, set[int]] = defaultdict(set)
    for item_id, people in rooms.items():
        if home := homes.get(item_id):
            there[home] |= people
    names = {one.pk: str(one) for one in Source.objects.filter(pk__in=there)}
    for home in sorted(there, reverse=True)[:MOST_ROOMS]:
        known = sorted(there[home])
        for person_id in _speakers(mine, home) - mine.people:
            yield ("person", person_id), Reason("spoke", SPOKE, len(known), known, [home], names[home])


def _talks(mine: Following, identity_ids: Sequence[int]) -> set[tuple[int, int]]:
    """(item, identity) of talks these gave."""
    wrote = Item.objects.filter(mine.sees, author__in=identity_ids, kind="talk").values_list(
        "pk", "author_id"
    )
    named = Authorship.objects.filter(identity__in=identity_ids, item__kind="talk").values_list(
        "item_id", "identity_id"
    )
    found = {*wrote[:MOST_LINKS], *named[:MOST_LINKS]}
    return {(item_id, one) for item_id, one in found if one is not None}


def _speakers(mine: Following, source_id: int) -> set[int]:
    talks = Item.objects.filter(mine.sees, home=source_id, kind="talk").order_by("-published_at", "-pk")
    ids = list(talks.values_list("pk", "author_id")[:MOST_LINKS])
    identities = {author for _, author in ids if author}
    identities |= set(
        Authorship.objects.filter(item__in=[pk for pk, _ in ids]).values_list("identity_id", flat=True)
    )
    rows = Membership.objects.filter(mine.sees, identity__in=identities)
    return set(rows.values_list("person_id", flat=True))


def _members(mine: Following, people: Collection[int]) -> dict[int, int]:
    rows = Membership.objects.filter(mine.sees, person__in=people)
    return dict(rows.values_list("identity_id", "person_id"))


def listed(mine: Following, graph: FieldGraph) -> Found:
    """What stands on reading lists that those publish whom the user follows."""
    rows = Listing.objects.filter(by__in=mine.sources).order_by("pk")
    lists: dict[str, set[int]] = defaultdict(set)
    for by, address in rows.values_list("by_id", "address"):
        lists[address].add(by)
    known = dict(
        Source.objects.filter(mine.sees, address__in=lists, connector="").values_list("address", "pk")
    )
    for address, sources in lists.items():
        reason = Reason("listed", LISTED * log2(1 + len(sources)), len(sources), sources=sorted(sources))
        if address not in known:
            yield ("site", address), reason
            continue
        kind, pk = kind_of(graph.who.source(known[address]))
        yield ("person" if kind == PERSON else "source", pk), reason


def elsewhere(mine: Following) -> Found:
    """Places the library does not know, to which several point whom the user follows."""
    by_host: dict[str, set[int]] = defaultdict(set)
    for source_id in sorted(mine.sources):
        newest = (
            Item.objects.filter(home=source_id).order_by("-published_at", "-pk").values_list("pk", flat=True)
        )
        hosts = Link.objects.filter(item__in=list(newest[:50])).values_list("host", flat=True)
        for host in set(hosts[:MOST_LINKS]):
            by_host[host].add(source_id)
    wanted = {host: by for host, by in by_host.items() if len(by) >= LEAST_SITES and not _everybodys(host)}
    known = _hosts_known(mine, wanted)
    for host, by in sorted(wanted.items()):
        if host not in known:
            yield (
                ("site", f"https://{host}/"),
                Reason("linked", LINKED * log2(1 + len(by)), len(by), sources=sorted(by)),
            )


def _everybodys(host: str) -> bool:
    bare = host.removeprefix("www.")
    return bare in EVERYBODYS_HOSTS or addresses.registrable_domain(bare) in EVERYBODYS_HOSTS


def _hosts_known(mine: Following, hosts: Iterable[str]) -> set[str]:
    asked = {host.removeprefix("www.") for host in hosts}
    both = sorted(asked | {f"www.{host}" for host in asked})
    rows = Source.objects.filter(mine.sees, host__in=both).values_list("host", flat=True)
    found = {host.removeprefix("www.") for host in rows}
    return found | {f"www.{host}" for host in found}


def with_same_job(mine: Following) -> Found:
    """Who does the user's job elsewhere."""
    words, interests = job_of(mine.user)
    if not words:
        return
    for peer in same_job(mine.user, words, interests, limit=MOST_PEERS):
        label = " ".join(peer.role_words[:3])
        topics = sorted(peer.topics, key=lambda one: (-len(peer.topics[one]), one))[:MOST_NAMED]
        yield (
            ("person", peer.person.pk),
            Reason(
                "same-job" if label else "topics",
                SAME_JOB * min(peer.score / 3, 1.5),
                label=label or ", ".join(topics),
            ),
        )


def listened_to(mine: Following, graph: FieldGraph, values: Vector) -> Found:
    """Those the field listens to most."""
    order = np.argsort(-values, kind="stable")[: 10 * MOST_PEERS].tolist()
    for at in order:
        kind, pk = kind_of(graph.nodes.keys[at])
        if values[at] >= LEAST_LISTENED and kind in (PERSON, SOURCE):
            target = "person" if kind == PERSON else "source"
            yield (target, pk), Reason("listened", LISTENED * float(values[at]))


def all_grounds(mine: Following, graph: FieldGraph, values: Vector) -> Mapping[Target, list[Reason]]:
    """Every candidate with its reasons, the best first."""
    found: dict[Target, list[Reason]] = defaultdict(list)
    for some in (
        linked(mine, graph),
        on_groups(mine),
        met_with(mine),
        at_meetings(mine),
        spoke_with(mine),
        listed(mine, graph),
        elsewhere(mine),
        with_same_job(mine),
        listened_to(mine, graph, values),
    ):
        for target, reason in some:
            found[target].append(reason)
    return {target: sorted(_told_once(some), key=lambda one: -one.worth) for target, some in found.items()}


def _told_once(reasons: Sequence[Reason]) -> list[Reason]:
    """Without the group where it is said how often they met in it, and without its meetings said again."""
    met = {fold(one.label) for one in reasons if one.code == "met"}
    return [
        one
        for one in reasons
        if not (one.code == "group" and fold(one.label) in met) and not (one.code == "meets" and met)
    ]
