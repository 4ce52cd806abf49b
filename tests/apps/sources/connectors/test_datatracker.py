"""A working group of the IETF: documents, officers, authors, meetings."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from tests.apps.sources.connectors.tools import NOW, damaged, followed, page, pages, refreshed
from tests.factories import make_user

from transom.apps.conversations.models import Event
from transom.apps.library.models import Authorship, Identity, IdentityMail, Item
from transom.apps.people.resolving import resolve_everything
from transom.apps.people.selectors import joinings
from transom.apps.sources.connectors.datatracker.client import PAGE, WorkingGroups
from transom.apps.sources.connectors.datatracker.mapping import documents, identities, meetings
from transom.apps.sources.connectors.datatracker.server import (
    World,
    author,
    document,
    elsewhere,
    sample,
    sample_service,
    service,
)
from transom.apps.sources.connectors.serving import Reply, serving
from transom.apps.sources.models import Source

READER = WorkingGroups()
QUERY = {"group": "stacks"}
WORLD = sample(NOW)
SOUND: dict[str, Any] = {
    "documents": WORLD.documents,
    "authors": WORLD.authors,
    "people": WORLD.people,
    "roles": WORLD.roles,
    "elsewhere": WORLD.elsewhere,
}


def test_documents_come_with_their_authors_and_officers() -> None:
    with serving(sample_service(NOW)) as server:
        found = page(READER, QUERY, server)
    drift = next(one for one in found.items if "Drift" in one.entry.title)
    assert [author.name for author in drift.entry.authors] == ["Hester Quill", "Kofi Adjei"]
    hester = next(one for one in found.identities if one.name == "Hester Quill")
    assert hester.roles == ("chair of Keeping Stacks",)
    assert hester.mails == ("hester@dry.example",)
    assert [one.organisation for one in hester.employments] == ["Dry Rooms Ltd"]
    assert [event.title for event in found.events] == ["Keeping Stacks"]


def test_where_people_say_they_are_elsewhere_is_a_claim_and_costs_nothing_else() -> None:
    world = sample(NOW)
    odd = [("webpage", "javascript:alert(1)"), ("orcid", "0000-0002-1825-0097"), ("jabber_id", "k@x.example")]
    world.elsewhere += [elsewhere(9 + n, 106, kind, value) for n, (kind, value) in enumerate(odd)]
    with serving(service(world)) as server:
        found = page(READER, QUERY, server)
        whole = server.service
        server.service = lambda asked: (
            Reply(400, b"no such filter") if "personextresource" in asked.path else whole(asked)
        )
        without = page(READER, QUERY, server)
    assert {one.name: one.links for one in found.identities} == {
        "Hester Quill": ("https://github.com/hester", "https://dry.example/hester"),
        "Kofi Adjei": ("https://orcid.org/0000-0002-1825-0097",),
    }
    assert not any(one.me_links or one.orcid for one in found.identities)
    assert {one.name: one.links for one in without.identities} == {"Hester Quill": (), "Kofi Adjei": ()}
    assert without.items == found.items


def test_a_mail_address_typed_as_affiliation_is_none() -> None:
    world = sample(NOW)
    world.authors[0]["affiliation"] = "Dry Rooms Ltd, hester@dry.example"
    world.authors[1]["affiliation"] = world.authors[2]["affiliation"] = "kofi@veld.example"
    with serving(service(world)) as server:
        found = page(READER, QUERY, server)
    told = {one.name: [job.organisation for job in one.employments] for one in found.identities}
    assert told == {"Hester Quill": ["Dry Rooms Ltd"], "Kofi Adjei": []}


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("stacks - Keeping Stacks", "Keeping Stacks"),
        ("STACKS: interim call", "interim call"),
        ("stacks", "stacks"),
        ("stacks - ", "stacks -"),
    ],
)
def test_a_meeting_goes_by_its_name_and_by_the_groups(title: str, shown: str) -> None:
    raw = calendar_of(title)
    (event,) = meetings(raw, "stacks", "Keeping Stacks", NOW)
    assert (event.title, event.organiser) == (shown, "Keeping Stacks")


def calendar_of(title: str) -> bytes:
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:one-stacks\r\n"
        f"SUMMARY:{title}\r\nDTSTART:{NOW + timedelta(days=9):%Y%m%dT%H%M%SZ}\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()


def test_it_pages_by_time_and_loses_nothing_when_a_document_changes_meanwhile() -> None:
    world = sample(NOW)
    world.documents = [
        document(f"draft-{n}", f"Draft {n}", NOW - timedelta(hours=500 - n), "stacks")
        for n in range(3 * PAGE + 7)
    ]
    with serving(service(world)) as server:
        found = [page(READER, QUERY, server)]
        world.documents[0]["time"] = NOW.isoformat()
        found += pages(READER, QUERY, server, found[0].cursor)
    names = {one.entry.id for batch in found for one in batch.items}
    assert len(names) == 3 * PAGE + 7
    assert [batch.more for batch in found] == [True, True, True, False]


def test_many_documents_of_one_second_are_all_read() -> None:
    world = sample(NOW)
    then = NOW - timedelta(days=1)
    world.documents = [document(f"draft-{n}", f"Draft {n}", then, "stacks") for n in range(2 * PAGE + 3)]
    with serving(service(world)) as server:
        found = pages(READER, QUERY, server)
    assert len({one.entry.id for batch in found for one in batch.items}) == 2 * PAGE + 3


def long_group() -> World:
    """Three pages of documents, all by the chair."""
    world = sample(NOW)
    names = [f"draft-{n}" for n in range(2 * PAGE + 7)]
    world.documents = [
        document(name, f"Draft {n}", NOW - timedelta(hours=500 - n), "stacks") for n, name in enumerate(names)
    ]
    world.authors = [author(name, 105, 1, "Dry Rooms Ltd", "hester@dry.example") for name in names]
    return world


def test_later_pages_of_a_round_say_nothing_of_offices() -> None:
    with serving(service(long_group())) as server:
        found = pages(READER, QUERY, server)
    hesters = [one for batch in found for one in batch.identities if one.account == "105"]
    assert [(one.roles, one.roles_told) for one in hesters] == [
        (("chair of Keeping Stacks",), True),
        ((), False),
        ((), False),
    ]


@pytest.mark.django_db
def test_a_chair_who_writes_stays_chair_over_three_pages_and_no_office_is_news() -> None:
    user = make_user()
    with serving(service(long_group())) as server:
        source = followed(READER, QUERY, server, user)
        Source.objects.update(owner=None)
        for place in range(5):
            now = NOW + timedelta(hours=13 * place)
            refreshed(server, source, now=now)
            resolve_everything(now=now)
            assert Identity.objects.get(account="105").roles == ["chair of Keeping Stacks"]
    assert Item.objects.filter(kind="standard").count() == 2 * PAGE + 7
    assert joinings(user, NOW - timedelta(days=60)) == []


@pytest.mark.django_db
def test_somebody_who_is_no_longer_chair_is_none_from_the_next_round_on() -> None:
    world = sample(NOW)
    with serving(service(world)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        world.roles.clear()
        world.documents[0]["time"] = (NOW + timedelta(hours=1)).isoformat()
        refreshed(server, source, now=NOW + timedelta(hours=13))
    assert Identity.objects.get(account="105").roles == []


def test_people_lead_to_the_page_that_people_read() -> None:
    world = sample(NOW)
    world.people[1]["name"] = "Kofi Ådjei/Mensah"
    with serving(service(world)) as server:
        found = page(READER, QUERY, server)
    assert {one.account: one.profile.removeprefix(server.base) for one in found.identities} == {
        "105": "/person/Hester%20Quill",
        "106": "/person/Kofi%20%C3%85djei%2FMensah",
    }


@pytest.mark.django_db
def test_two_of_one_name_stay_two_and_who_was_known_by_another_address_stays_one() -> None:
    world = sample(NOW)
    world.people[1]["name"] = "Hester Quill"
    with serving(service(world)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        keys = dict(Identity.objects.values_list("account", "pk"))
        Identity.objects.filter(account="105").update(address=f"{server.base}/api/v1/person/person/105/")
        world.documents[0]["time"] = (NOW + timedelta(hours=1)).isoformat()
        refreshed(server, source, now=NOW + timedelta(hours=13))
    assert dict(Identity.objects.values_list("account", "pk")) == keys
    assert {"105", "106"} < set(keys)
    damp = Item.objects.get(title__startswith="Damp")
    assert damp.author is not None
    assert damp.author.account == "106"
    assert not Identity.objects.filter(address__contains="/api/").exists()


@given(damaged(SOUND))
@settings(max_examples=150, deadline=None)
def test_whatever_it_sends_nothing_raises(world: Any) -> None:
    from transom.apps.sources.connectors import values

    given_back = json.loads(json.dumps(world))
    rows, authors = list(values.rows(given_back, "documents")), list(values.rows(given_back, "authors"))
    people = {str(one.get("id")): one for one in values.rows(given_back, "people")}
    found = documents(rows, authors, people, "https://d.example")
    roles, links = values.rows(given_back, "roles"), values.rows(given_back, "elsewhere")
    known = identities(people, roles, authors, "Keeping Stacks", "https://d.example", links)
    assert all(values.address(link) for one in known for link in one.links)
    assert all(one.entry.title for one in found)
    assert all(one.name for one in known)


def test_a_calendar_that_is_none_costs_only_the_meetings() -> None:
    assert meetings(b"<html>", "stacks", "Keeping Stacks", NOW) == []


@pytest.mark.django_db
def test_followed_it_fills_library_people_and_calendar() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        refreshed(server, source, now=NOW + timedelta(hours=13))
    assert Item.objects.filter(kind="standard").count() == 2
    assert (
        Identity.objects.filter(service="ietf").count() == Identity.objects.exclude(account="").count() == 2
    )
    assert Authorship.objects.count() == 3
    assert set(IdentityMail.objects.values_list("mail", flat=True)) == {
        "hester@dry.example",
        "kofi@veld.example",
    }
    assert Event.objects.get().title == "Keeping Stacks"
    source.refresh_from_db()
    assert source.title == "Keeping Stacks"
