"""The job: everybody's standing, then each user's."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.contrib.auth import get_user_model
from django.db.models import Max

from transom.apps.base.beside import beside
from transom.apps.library.models import Endorsement, Item, Link
from transom.apps.people.discovery import following_of, suggest
from transom.apps.people.models import FieldView, Membership, StandingRun
from transom.apps.people.standing import shelf
from transom.apps.people.standing.chosen import own_reach, packs_of, shared_reach
from transom.apps.people.standing.field_map import draw
from transom.apps.people.standing.graph import FieldGraph, read_graph, with_own
from transom.apps.people.standing.keeping import keep_own, keep_shared, values_of

if TYPE_CHECKING:
    from transom.apps.accounts.models import User
    from transom.engine.graph.standing import Vector

log = logging.getLogger("transom.people")

DAILY: Final = timedelta(hours=20)
AT_LEAST: Final = timedelta(minutes=30)
GROWN: Final = 0.02
QUIET: Final = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Done:
    """What a run came to."""

    nodes: int
    arcs: int
    changed: int
    users: int


def is_wanted(now: datetime) -> bool:
    """Whether standing is to be made anew: daily, when much was added, and when a user has no view yet."""
    last = StandingRun.objects.filter(complete=True).order_by("-pk").first()
    if last is None:
        newest = Item.objects.aggregate(last=Max("pk"))["last"]
        # While the first round of fetching goes on, it would be made for a part only.
        quiet = newest is not None and newest < (now - QUIET).timestamp() * 1_000_000
        return quiet and Membership.objects.exists()
    if now - last.at >= DAILY:
        return True
    return now - last.at >= AT_LEAST and _grown(last)


def _grown(last: StandingRun) -> bool:
    links = Link.objects.aggregate(last=Max("pk"))["last"] or 0
    endorsements = Endorsement.objects.aggregate(last=Max("pk"))["last"] or 0
    more = links - last.last_link + endorsements - last.last_endorsement
    return more > GROWN * (last.last_link + last.last_endorsement) + 50


def make_standing(*, now: datetime) -> Done:
    """Reads who points at whom, and stores everybody's standing and each user's; killed half-way, the next run
    finishes. Once a day all is read, else what is new since.
    """
    base = _base(now)
    graph = read_graph(now, base)
    run = _begun(graph, base, now)
    users = list(get_user_model()._default_manager.filter(is_active=True).order_by("pk"))
    with beside(_kept(run, graph) if base is None else ()):
        packs = packs_of(graph)
        shared = shared_reach(packs)
        changed = keep_shared(graph, shared) if shared is not None else 0
        for user in users:
            make_own(graph, user, packs, now=now)
    _end(run, base)
    return Done(len(graph), len(graph.shares), changed, len(users))


def _base(now: datetime) -> StandingRun | None:
    """The run of this day that read everything, where it kept what it read."""
    kept = StandingRun.objects.filter(complete=True, parts__number=0).order_by("-pk").first()
    return kept if kept and now - kept.everything_at < DAILY else None


def make_own(graph: FieldGraph, user: User, packs: Mapping[str, Vector], *, now: datetime) -> None:
    """One user's field: who is listened to there, why, and the map."""
    own = with_own(graph, user.pk, now)
    reached = own_reach(own, user, packs)
    if reached is None:
        FieldView.objects.filter(user=user).delete()
        return
    before = FieldView.objects.filter(user=user).values_list("map", flat=True).first()
    values = values_of(own, reached)
    mine = following_of(user, own)
    drawn = draw(own, values, before or {}, mine.people)
    keep_own(own, user.pk, reached, drawn, now=now)
    suggest(mine, own, values, now=now)


def _begun(graph: FieldGraph, base: StandingRun | None, now: datetime) -> StandingRun:
    """Notes up to where was read."""
    run: StandingRun = StandingRun.objects.create(
        at=now,
        last_link=graph.read.link,
        last_endorsement=graph.read.endorsement,
        nodes=len(graph),
        arcs=len(graph.shares),
        everything_at=base.everything_at if base else now,
    )
    return run


def _kept(run: StandingRun, graph: FieldGraph) -> Iterator[None]:
    """Keeps what a run that read everything read, for those of the same day."""
    shelf.keep(run, graph.nodes, graph.told, graph.within)
    yield


def _end(run: StandingRun, base: StandingRun | None) -> None:
    """Notes that a run is complete; those that it stands for go."""
    StandingRun.objects.filter(pk=run.pk).update(complete=True)
    for old in StandingRun.objects.exclude(pk__in=[run.pk, base.pk if base else run.pk]):
        for part in old.parts.only("pk"):
            part.delete()
        old.delete()
