"""Many rows written at once come out as they were given, on both databases."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.apps.people.community import account
from tests.factories import NOW, make_source

from transom.apps.library.models import Identity
from transom.apps.people import writing
from transom.apps.people.models import Affiliation, Organization, Person
from transom.apps.people.writing import add, change, remove

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_was_added_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a process that has just begun."""
    monkeypatch.setattr(writing, "_added", Counter())
    monkeypatch.setattr(writing, "_looked_at", {})


PERSON = ("name", "founder_id", "description", "role", "seen_at", "created_at", "rule_version", "standing")


def people(count: int) -> list[Person]:
    """Some people, each with an account."""
    source = make_source()
    founders = [Identity.objects.create(source=source, name=f"Maud {n}") for n in range(count)]
    rows = [
        (
            one.name,
            one.pk,
            "",
            'a "role", {of} %s',
            NOW,
            NOW + timedelta(microseconds=7),
            1,
            None if n % 2 else 0.5,
        )
        for n, one in enumerate(founders)
    ]
    add(Person, PERSON, rows)
    return list(Person.objects.order_by("founder"))


def test_more_rows_than_one_transaction_takes() -> None:
    made = people(2_101)
    assert [one.name for one in made] == [f"Maud {n}" for n in range(2_101)]
    assert (made[0].standing, made[1].standing) == (0.5, None)
    assert made[0].role == 'a "role", {of} %s'
    assert made[0].created_at == NOW + timedelta(microseconds=7)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps no plans of its checks")
@pytest.mark.django_db(transaction=True)
def test_postgresql_knows_of_a_table_that_grew() -> None:
    people(1_200)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'people_person'")
        assert cursor.fetchone()[0] == 1_200


def test_a_row_that_is_there_already_stays_as_it_is() -> None:
    made = people(3)
    add(Person, PERSON, [("Another", made[1].founder_id, "", "", NOW, NOW, 1, 0.9)])
    assert [one.name for one in Person.objects.order_by("founder")] == ["Maud 0", "Maud 1", "Maud 2"]


def test_changes_reach_their_rows_alone_and_those_that_are_gone_stay_gone() -> None:
    made = people(3)
    change(Person, ("standing", "role"), [(None, "clerk", made[0].pk), (0.25, "", made[2].pk), (1.0, "", 0)])
    rows = Person.objects.order_by("founder").values_list("standing", "role")
    assert list(rows) == [(None, "clerk"), (None, 'a "role", {of} %s'), (0.25, "")]


def test_days_that_some_rows_lack() -> None:
    maud = account("Maud Ellingham")
    person = people(1)[0]
    place = Organization.objects.create(name="Tarnholt Archive", key="tarnholtarchive")
    columns = ("person_id", "organization_id", "identity_id", "role", "since", "until", "noticed_at")
    days = [(None, "2026-02-03"), ("2020-01-01", None)]
    add(Affiliation, columns, [(person.pk, place.pk, maud.pk, "", *some, NOW) for some in days])
    assert list(Affiliation.objects.order_by("pk").values_list("since", "until")) == [
        (None, date(2026, 2, 3)),
        (date(2020, 1, 1), None),
    ]


def test_what_is_removed_is_gone_and_nothing_else() -> None:
    made = people(3)
    remove(Person, [made[1].pk, 0])
    assert [one.name for one in Person.objects.order_by("founder")] == ["Maud 0", "Maud 2"]
    remove(Person, [])
    assert Person.objects.count() == 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite is given each row by itself")
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])), min_size=1),
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1),
)
@example(['NULL"', "", "\\", '{a,"b"}', "%s {}", "null", " two\n lines\t", "é 漢字 🙂"], [0])
def test_columns_arrive_as_they_were(texts: list[str], numbers: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select %s::text[], %s::bigint[]", [writing._as_array(texts), writing._as_array(numbers)]
        )
        assert cursor.fetchone() == (texts, numbers)
