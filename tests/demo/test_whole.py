"""A newcomer follows the demo community: one refresh brings people, what they point at, dates and authors."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import Count
from pytest_django import Settings
from tests.factories import make_user

from transom.apps.base import outbox
from transom.apps.conversations.models import Event, EventSighting
from transom.apps.library.models import Attendance, Authorship, Endorsement, EndorsementKind, Identity, Item
from transom.apps.library.refresh import make_client, refresh_sources
from transom.apps.sources.models import Source, SourceState, Subscription
from transom.demo.following import follow_demo
from transom.demo.server import serve

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
        port = int(server.base.rpartition(":")[2])
        settings.OPTIONS = replace(
            settings.OPTIONS,
            demo_port=port,
            allowed_private=(f"127.0.0.1:{port}",),
            unspaced_hosts=("127.0.0.1",),
        )
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
