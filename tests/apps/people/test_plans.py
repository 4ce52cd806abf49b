"""How the database finds people: in the order they are shown, and never by reading everybody."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from tests.factories import make_user

from transom.apps.library.models import Endorsement, Item, Link
from transom.apps.people.models import BlockKey, Doubt, Pair, Person, Word
from transom.apps.people.selectors import moves
from transom.apps.people.selectors.who import visible_people

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's own plans"),
]


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (
            lambda people: people.filter(standing__isnull=False).order_by("-standing", "-pk")[:31],
            "people_standing_first",
        ),
        (
            lambda people: people.filter(standing=None).order_by("-seen_at", "-pk")[:31],
            "people_by_last_seen",
        ),
    ],
)
def test_the_directory_is_read_in_its_order(rows: Any, index: str) -> None:
    plan = rows(visible_people(make_user())).explain()
    assert index in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (lambda: Person.objects.filter(merged_into__in=[1, 2]), "people_merged_into"),
        (lambda: Word.objects.filter(of="name", word__gte="ma", word__lt="mb"), "people_word_found"),
        (lambda: Word.objects.filter(person__in=[1, 2]), "(person_id=?)"),
        (lambda: Pair.objects.filter(a__in=[1, 2]), "(a_id=?)"),
        (lambda: Pair.objects.filter(b__in=[1, 2]), "(b_id=?)"),
        (lambda: Doubt.objects.filter(a__in=[1, 2]), "(a_id=?)"),
        (lambda: Endorsement.objects.filter(within__in=[1, 2]), "library_endorsed_within"),
        (
            lambda: Item.objects.filter(
                owner=None, address__in=Link.objects.filter(pk__gt=1, pk__lte=2).values("target")
            ).order_by("pk"),
            "library_item_address (address=?)",
        ),
        (
            lambda: BlockKey.objects.filter(key__in=[1, 2]).values_list("key").annotate(n=Count("pk")),
            "COVERING INDEX people_key_found",
        ),
    ],
)
def test_what_people_are_found_by_is_looked_up(rows: Any, index: str) -> None:
    plan = rows().explain()
    assert index in plan
    assert "SCAN" not in plan


def test_moves_are_looked_up_by_their_day_and_not_from_everybody() -> None:
    user = make_user()
    with CaptureQueriesContext(connection) as asked:
        moves(user, date(2026, 11, 1))
    with connection.cursor() as cursor:
        plans = []
        for one in asked.captured_queries:
            if "people_affiliation" in one["sql"]:
                cursor.execute(f"EXPLAIN QUERY PLAN {one['sql']}")
                plans.append(" ".join(str(row[-1]) for row in cursor.fetchall()))
    assert len(plans) == 2
    assert "people_since" in plans[0]
    assert "people_noticed" in plans[1]
