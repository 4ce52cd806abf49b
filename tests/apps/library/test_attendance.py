"""Who was at a meeting: kept as its minutes say it, with whom somebody meets, and gone with whoever is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.people.community import all_of_them, person_of
from tests.apps.sources.connectors.tools import NOW, followed, refreshed
from tests.factories import make_user

from transom.apps.accounts.models import User
from transom.apps.conversations.models import Event, EventSighting
from transom.apps.conversations.selectors import present_at
from transom.apps.library.models import Attendance, Identity, Meeting
from transom.apps.people.models import Facet
from transom.apps.people.selectors import company_of, identities_of, meets_in
from transom.apps.people.services import forget
from transom.apps.sources.connectors.minutes.client import MeetingMinutes
from transom.apps.sources.connectors.minutes.server import minutes, sample_service, service
from transom.apps.sources.connectors.serving import serving
from transom.apps.sources.models import Source

pytestmark = pytest.mark.django_db

READER = MeetingMinutes()
QUERY = READER.sample
DAY = (NOW - timedelta(days=3)).date()


@pytest.fixture
def nina() -> User:
    return make_user("nina")


def everybodys(source: Source) -> Source:
    """As if it stood at a place of everybody's: a server of one's own is its follower's alone."""
    Source.objects.filter(pk=source.pk).update(owner=None)
    return Source.objects.get(pk=source.pk)


def the_samples(user: User) -> Source:
    """Three meetings of the storage group, read and resolved."""
    with serving(sample_service(NOW)) as server:
        source = everybodys(followed(READER, QUERY, server, user))
        refreshed(server, source)
    all_of_them()
    return source


def named(name: str) -> Identity:
    return Identity.objects.get(name=name)


def met(user: User, name: str) -> dict[str, int]:
    """With whom somebody was at meetings, and how often, as this user sees it."""
    person = person_of(named(name), None)
    found = company_of(user, person, identities_of(user, person))
    return {one.person.name: one.met for one in found if one.met}


def test_who_was_there_is_kept_with_what_was_said_of_them(nina: User) -> None:
    source = the_samples(nina)
    assert Meeting.objects.filter(source=source).count() == 3
    hester = Attendance.objects.filter(identity=named("Hester Quill")).order_by("meeting__at")
    assert [one.organisation for one in hester] == ["Dry Rooms Ltd", "Dry Rooms Ltd", "Tarnholt Archive"]


def test_with_whom_somebody_sat_is_said_with_how_often(nina: User) -> None:
    the_samples(nina)
    assert met(nina, "Hester Quill") == {"Kofi Adjei": 2, "Mette Brandt": 2, "Ines Duarte": 1}
    assert met(nina, "Ines Duarte") == {"Hester Quill": 1, "Mette Brandt": 1}


def test_the_groups_somebody_meets_in_are_theirs_in_the_directory_too(nina: User) -> None:
    source = the_samples(nina)
    person = person_of(named("Hester Quill"))
    [group] = meets_in(nina, identities_of(nina, person))
    assert (group.group, group.source_id, group.times) == ("shelf-group storage", source.pk, 3)
    assert f"{group.latest:%Y-%m-%d}" == f"{(NOW - timedelta(days=14)).date()}"
    facets = dict(person.facets.exclude(kind__in=(Facet.CHANNEL, Facet.REGION)).values_list("kind", "label"))
    assert facets == {Facet.GROUP: "shelf-group storage", Facet.ORGANIZATION: "Tarnholt Archive"}


def test_the_date_in_the_calendar_names_those_who_came(nina: User) -> None:
    the_samples(nina)
    event = Event.objects.order_by("starts").first()
    assert event is not None
    assert [(one.name, one.organisation) for one in present_at(nina, event)] == [
        ("Hester Quill", "Dry Rooms Ltd"),
        ("Kofi Adjei", "Veldhaven Lab"),
        ("Mette Brandt", ""),
    ]
    assert all(one.person is not None for one in present_at(nina, event))
    assert "Hester" not in str(list(EventSighting.objects.values_list("said", flat=True)))


def test_what_the_minutes_no_longer_say_goes_and_what_they_say_anew_is_put_right(nina: User) -> None:
    path, group = f"storage/{DAY}.md", "shelf-group/meetings"
    first = minutes("Storage", "* Hester Quill (chair)\n* Kofi Adjei\n* Mette Brandt")
    then = minutes("Storage, corrected", "* Hester Quill (Tarnholt Archive, chair)\n* Mette Brandt (scribe)")
    with serving(service({group: {path: first}})) as server:
        source = everybodys(followed(READER, QUERY, server, nina))
        refreshed(server, source)
        before = dict(Attendance.objects.values_list("identity__name", "pk"))
        assert set(before) == {"Hester Quill", "Kofi Adjei", "Mette Brandt"}
        server.service = service({group: {path: then}})
        refreshed(server, source, now=NOW + timedelta(days=1))
    rows = list(Attendance.objects.order_by("position").values_list("pk", "organisation", "role"))
    assert rows == [
        (before["Hester Quill"], "Tarnholt Archive", "chair"),
        (before["Mette Brandt"], "", "scribe"),
    ]
    assert Meeting.objects.get().title == "Storage, corrected"


def test_who_is_forgotten_was_nowhere_and_stays_so(nina: User) -> None:
    with serving(sample_service(NOW)) as server:
        source = everybodys(followed(READER, QUERY, server, nina))
        refreshed(server, source)
        all_of_them()
        forget(nina, person_of(named("Kofi Adjei")), now=NOW)
        assert set(met(nina, "Hester Quill")) == {"Mette Brandt", "Ines Duarte"}
        source.state.cursor = ""
        source.state.save()
        refreshed(server, Source.objects.get(pk=source.pk), now=NOW + timedelta(days=1))
    assert not Identity.objects.filter(name="Kofi Adjei").exists()
    assert Attendance.objects.count() == 6


def test_meetings_behind_a_secret_address_are_told_to_nobody_else(nina: User) -> None:
    other = make_user("other")
    text = minutes("Board, 2026-10-01", "* Hester Quill\n* Kofi Adjei")
    the_samples(other)
    with serving(service({}, {"/board.md": ("text/markdown", text)})) as server:
        source = followed(READER, {"where": "/board.md?token=4f9a7c1e2b8d6035"}, server, nina)
        refreshed(server, source)
    assert Meeting.objects.get(source=source).owner == nina
    all_of_them()
    own = Event.objects.get(owner=nina)
    assert len(present_at(nina, own)) == 2
    assert present_at(other, own) == []
    public = person_of(Identity.objects.get(name="Hester Quill", owner=None))
    seen = meets_in(other, [*identities_of(nina, public), *Identity.objects.filter(owner=nina)])
    assert [one.group for one in seen] == ["shelf-group storage"]


def test_how_many_were_there_costs_no_further_question(nina: User) -> None:
    group, counts = "shelf-group/meetings", []
    for people in (1, 3):
        Source.objects.all().delete()
        names = [f"* Hester Quill{one * 'a'}" for one in range(people + 1)]
        files = {
            f"storage/{DAY - timedelta(days=7 * one)}.md": minutes("S", "\n".join(names))
            for one in range(people)
        }
        with serving(service({group: files})) as server:
            source = everybodys(followed(READER, QUERY, server, nina))
            refreshed(server, source)
        all_of_them()
        person = person_of(named("Hester Quill"))
        identities = identities_of(nina, person)
        event = Event.objects.order_by("starts").first()
        assert event is not None
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert len(company_of(nina, person, identities)) == people
            assert meets_in(nina, identities)[0].times == people
            assert len(present_at(nina, event)) == people + 1
        counts.append(len(asked))
    assert counts[0] == counts[1]
