"""From the store to people: events hand on new identities, jobs find out who they are."""

from __future__ import annotations

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from tests.apps.library.documents import entry, store
from tests.apps.people.community import all_of_them, crowd, person_of
from tests.factories import NOW, make_source, make_user

from transom.apps.base import jobs, outbox
from transom.apps.library.models import Identity
from transom.apps.library.refresh.digest import fetch_state
from transom.apps.library.store import FetchedFeed, store_batch
from transom.apps.people import selectors
from transom.apps.people.models import Affiliation, Person, Trace
from transom.apps.sources.connectors.records import Batch, Employment, IdentityRecord
from transom.apps.sources.models import Source
from transom.interfaces.jobs import queue

pytestmark = pytest.mark.django_db


def work() -> int:
    """Hands events on and empties the queue; how many jobs about people ran."""
    before = about_people()
    while outbox.dispatch(NOW):
        pass
    while queue.run_next("test"):
        pass
    assert not DBTaskResult.objects.failed().exists()
    return about_people() - before


def about_people() -> int:
    rows = DBTaskResult.objects.values_list("args_kwargs", flat=True)
    return sum(str(row["args"][0]).startswith("people.") for row in rows)


def read(source: Source, *people: IdentityRecord) -> None:
    batch = Batch(identities=people)
    store_batch([FetchedFeed(source, fetch_state(source.state), records=batch, cursor="{}")], now=NOW)


def test_whoever_writes_something_new_is_known_soon() -> None:
    source = make_source()
    store(source, entry("a", "First", f"{source.site}a", author="Maud Ellingham"))
    assert work() == 1
    assert person_of(Identity.objects.get()).name == "Maud Ellingham"


def test_while_all_are_compared_anew_somebody_new_waits_for_a_moment() -> None:
    jobs.sync_periodic(NOW)
    jobs.mark_begun("people.everything", timezone.now())
    source = make_source()
    store(source, entry("a", "First", f"{source.site}a", author="Maud Ellingham"))
    work()
    assert not Person.objects.exists()
    jobs.forget_begun()
    DBTaskResult.objects.update(run_after=timezone.now())
    work()
    assert person_of(Identity.objects.get()).name == "Maud Ellingham"


def test_whoever_was_compared_before_makes_no_more_work() -> None:
    crowd(20)
    source = make_source()
    store(source, entry("a", "First", f"{source.site}a", author="Maud Ellingham"))
    work()
    store(source, entry("b", "Second", f"{source.site}b", author="Maud Ellingham"))
    assert work() == 0


def test_what_a_service_says_of_somebody_arrives_and_changes() -> None:
    source = make_source()
    read(
        source, IdentityRecord("orcid", "1", "Maud Ellingham", employments=(Employment("Tarnholt Archive"),))
    )
    work()
    person = Person.objects.get()
    assert str(person.organization) == "Tarnholt Archive"
    read(source, IdentityRecord("orcid", "1", "Maud Ellingham", employments=(Employment("Selwick Museum"),)))
    work()
    person.refresh_from_db()
    assert str(person.organization) == "Selwick Museum"
    past = Affiliation.objects.get(organization__name="Tarnholt Archive")
    assert past.until is not None


def test_what_is_one_users_own_becomes_people_of_theirs_alone() -> None:
    ada, ben = make_user("ada"), make_user("ben")
    crowd(5)
    all_of_them()
    source = make_source("Mail", owner=ada)
    store(source, entry("a", "Letter", "https://mail.example.org/a", author="Maud Ellingham"))
    work()
    identity = Identity.objects.get(name="Maud Ellingham")
    assert selectors.people_of(ada, [identity.pk])[identity.pk].owner == ada
    assert selectors.people_of(ben, [identity.pk]) == {}


def test_the_nightly_run_recurs_where_there_is_anybody() -> None:
    assert "people.everything" in {one.name for one in jobs.recurring()}
    found = jobs.find("people.everything")
    assert found.wanted is not None
    assert not found.wanted(NOW)
    crowd(3)
    assert found.wanted(NOW)
    found.body()
    assert Trace.objects.count() == 3
