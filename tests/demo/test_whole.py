"""A newcomer follows the demo community: one refresh brings people, what they point at, dates and authors."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import Count
from django.test import Client
from django.utils import timezone
from lxml.html import fromstring
from pytest_django import Settings
from tests.factories import make_user

from transom.apps.base import jobs, outbox
from transom.apps.base.models import PeriodicTask
from transom.apps.brief.knowing_people import FEWEST_WHO_DISCUSS
from transom.apps.brief.leading import pair_of
from transom.apps.brief.models import Brief, BriefLine
from transom.apps.brief.services.editions import GROWS_FOR
from transom.apps.conversations.models import Event, EventSighting
from transom.apps.conversations.selectors import closing, read_of, top_of_the_week
from transom.apps.library.models import Attendance, Authorship, Endorsement, EndorsementKind, Identity, Item
from transom.apps.library.refresh import make_client, refresh_sources
from transom.apps.people.selectors.standing import most_listened_to
from transom.apps.sources.models import Source, SourceState, Subscription
from transom.demo.following import follow_demo
from transom.demo.server import DemoServer, serve
from transom.interfaces.jobs.worker import Worker

pytestmark = pytest.mark.django_db(transaction=True)

POINTING = {"mastodon", "bluesky", "discourse"}
NAMING = {
    "mastodon",
    "bluesky",
    "discourse",
    "openalex",
    "orcid",
    "pubmed",
    "datatracker",
    "pretalx",
    "github",
}
DATING = {"datatracker", "fedreg", "pretalx", "ical", "confstech", "minutes"}
GONE = "https://oldmillstore.example/feed.xml"


def by_connector(rows: object, path: str) -> set[str]:
    return {name for name in rows.values_list(f"{path}connector", flat=True) if name}  # type: ignore[attr-defined]


def test_one_refresh_of_the_demo_brings_all_that_its_services_hold(settings: Settings) -> None:
    user, now = make_user(), datetime.now(UTC)
    with serve(now=now, slow=0.1) as server:
        settings.OPTIONS = in_the_demo(settings.OPTIONS, server)
        many = follow_demo(user, now=now)
        ids = list(Source.objects.values_list("pk", flat=True))
        assert len(ids) == many == Subscription.objects.filter(user=user).count()
        refresh_sources(ids, make_client(), now=now)
        while outbox.dispatch(datetime.now(UTC)):
            pass

    failed = SourceState.objects.exclude(last_error="").values_list("source__address", flat=True)
    assert list(failed) == [GONE]
    assert not Source.objects.exclude(owner=None).exists()  # what everybody may see, standing in or not
    assert by_connector(Source.objects, "") == NAMING | DATING
    assert by_connector(Identity.objects, "source__") >= NAMING
    assert by_connector(Endorsement.objects.exclude(kind=EndorsementKind.CITATION), "source__") == POINTING
    cited = Endorsement.objects.filter(kind=EndorsementKind.CITATION, item__isnull=False)
    assert cited.count() == 5
    assert Attendance.objects.values("meeting").distinct().count() == 5
    # Answers and boosts reach those whose posts they are about, though most of these are in no library.
    assert Endorsement.objects.filter(item=None).exclude(to=None).exists()
    assert by_connector(Authorship.objects, "identity__source__") >= NAMING
    assert by_connector(EventSighting.objects, "source__") == DATING
    # The editor of the newsletter points at other people's sites, each under a name of its own.
    picks = Endorsement.objects.filter(kind=EndorsementKind.PICK, item__isnull=False)
    assert picks.values("item__home").distinct().count() > 10
    # One conference in three lists; one paper on the journal's site, at OpenAlex and in its author's record.
    meeting = Event.objects.annotate(lists=Count("sightings")).get(
        title="The Slow Decay Meeting", kind="conference"
    )
    assert meeting.lists == 3
    paper = Item.objects.annotate(seen=Count("sightings")).get(
        title__startswith="Acoustic emission from painted oak"
    )
    assert paper.seen == 3
    assert Event.objects.filter(closes_at__gt=now, closes_at__lt=now + timedelta(days=15)).count() >= 2


def test_with_nothing_but_the_job_a_newcomer_sees_who_what_and_when(settings: Settings) -> None:
    """Who the twenty most listened-to people are and why, the three conversations of the week, the next dates."""
    user, now = make_user(set_up=False), datetime.now(UTC) - timedelta(minutes=1)
    browser = Client()
    browser.force_login(user)
    with serve(now=now, slow=0.1) as server:
        settings.OPTIONS = in_the_demo(settings.OPTIONS, server)
        answers = {"job": "Head of collections care at a museum", "minutes": "15", "time_zone": "UTC"}
        begun = browser.post("/welcome/", {**answers, "start": "demo"})
        assert begun["Location"] == "/"
        # A minute ago, so that the first round of fetching is over by now.
        refresh_sources(list(Source.objects.values_list("pk", flat=True)), make_client(), now=now)
        let_the_worker_work()

    twenty = most_listened_to(user)
    assert len(twenty) == 20
    assert all(one.pointed_by for one in twenty)
    people = read(browser, "/people/")
    for one in twenty:
        assert one.person.name in people
        assert one.pointed_by[0].name in people

    three = top_of_the_week(user, now)
    assert len(three) == 3
    assert all(talk.row.people >= 2 for talk in three)
    conversations = read(browser, "/conversations/")
    for talk in three:
        assert talk.row.headline in conversations

    next_ones = closing(user, now)
    assert len(next_ones) >= 2
    dates = read(browser, "/events/")
    for event in next_ones[:2]:
        assert event.title in dates

    read(browser, "/")
    Brief.objects.update(started_at=timezone.now() - GROWS_FOR)  # a minute later it is whole
    brief = read(browser, "/")
    assert "That is all for today." in brief
    lines = list(BriefLine.objects.filter(brief__user=user).select_related("item", "opportunity__event"))
    assert {line.section for line in lines} >= {"read", "do"}
    for line in lines:
        assert told_by(line) in brief
    about = {talk.row.cluster for talk in three if talk.row.people >= FEWEST_WHO_DISCUSS}
    read_or_known = read_of(user, about, [line.item_id for line in lines if line.item_id])
    read_or_known |= {
        int(line.leads_to.partition(":")[2]) for line in lines if "conversation" in line.leads_to
    }
    assert read_or_known >= about, "what several of them discuss is read or told of"


def told_by(line: BriefLine) -> str:
    """What a line of a brief says on its page."""
    if pair_of(line.leads_to):
        return "Are these two the same person?"
    event = line.opportunity.event if line.opportunity else None
    said = line.text or (line.item.title if line.item else "") or (event.title if event else "")
    return " ".join(said.split())


def let_the_worker_work() -> None:
    """Everything that is queued or recurs, and what recurs once more: minutes of a worker's life."""
    worker = Worker(refresh=False)
    jobs.sync_periodic(timezone.now())
    for _ in range(2):
        while worker.step():
            pass
        PeriodicTask.objects.update(next_run_at=timezone.now())
    while worker.step():
        pass


def read(browser: Client, address: str) -> str:
    """The words of a page."""
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return " ".join(fromstring(answer.content.decode()).text_content().split())


def in_the_demo(options: Any, server: DemoServer) -> Any:
    port = int(server.base.rpartition(":")[2])
    return replace(
        options,
        demo_port=port,
        allowed_private=(f"127.0.0.1:{port}",),
        unspaced_hosts=("127.0.0.1",),
    )
