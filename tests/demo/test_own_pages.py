"""The demo's people name each other's pages: where both sides do, they are one; where one does, it stays open."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pytest_django import Settings
from tests.factories import make_user

from transom.apps.base import outbox
from transom.apps.base.models import OutgoingContact
from transom.apps.library.models import Identity, OwnPage
from transom.apps.library.own_pages import visit_due
from transom.apps.library.refresh import make_client, refresh_sources
from transom.apps.people.models import Membership
from transom.apps.people.resolving import resolve_everything
from transom.apps.people.selectors.why import evidence_between
from transom.apps.sources.models import Source
from transom.demo.following import follow_demo
from transom.demo.server import serve

pytestmark = pytest.mark.django_db(transaction=True)


def hand_on() -> None:
    while outbox.dispatch(datetime.now(UTC)):
        pass


def person(identity: Identity) -> int:
    return Membership.objects.get(identity=identity, owner=None).person_id


def test_pages_that_name_each_other_make_one_person_of_blog_and_account(settings: Settings) -> None:
    user, now = make_user(), datetime.now(UTC)
    with serve(now=now, slow=0.1) as server:
        port = int(server.base.rpartition(":")[2])
        settings.OPTIONS = replace(
            settings.OPTIONS,
            demo_port=port,
            allowed_private=(f"127.0.0.1:{port}",),
            unspaced_hosts=("127.0.0.1",),
        )
        follow_demo(user, now=now)
        refresh_sources(list(Source.objects.values_list("pk", flat=True)), make_client(), now=now)
        hand_on()
        OwnPage.objects.update(next_due_at=now)
        asked = 0
        while more := visit_due(make_client(), now=now, limit=50):
            asked += more
        hand_on()
    assert asked == OwnPage.objects.count() > 30
    assert OutgoingContact.objects.filter(purpose="own-page", host="slowrooms.example", owner=None).exists()

    maren = Identity.objects.get(name="Maren Oduya", source__host="slowrooms.example")
    assert {one["address"] for one in maren.links if one["both_ways"]} >= {
        "https://slowrooms.example/",
        "https://collectionscare.example/people/maren-oduya",
        "https://keepers.example/@maren",
    }
    assert maren.organisation == "Quillmere County Museum and Archive"
    kofi = Identity.objects.get(name="Kofi Asantewood", source__host="traproom.example")
    assert not [one for one in kofi.links if "keepers.example" in one["address"]]

    resolve_everything(now=now)
    accounts = Identity.objects.filter(account="maren@keepers.example")
    assert accounts
    assert {person(one) for one in accounts} == {person(maren)}
    why = evidence_between(maren.pk, accounts[0].pk)
    assert ("me-mutual", True) in {(found.code, found.strong) for found in why}
    kofis = Identity.objects.filter(account="kofi@keepers.example")
    assert not {person(one) for one in kofis} & {person(kofi)}
