"""How the database finds rows: what is asked for by key is never looked for among all rows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.library.documents import LOAN, entry, store
from tests.factories import make_item, make_source, make_user

from transom.apps.library.models import Attendance, Endorsement, Identity, Item, Meeting, Reference, Sighting

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's own plans"),
]


def plan_of(query: object) -> str:
    return str(query.explain())  # type: ignore[attr-defined]


def test_a_few_items_that_one_may_see_are_found_by_their_ids() -> None:
    ids = [make_item(f"Number {n}").pk for n in range(3)]
    plan = plan_of(Item.objects.visible_to(make_user()).filter(pk__in=ids))
    assert "(id=?)" in plan
    assert "owner" not in plan


def test_what_belongs_to_one_user_is_found_by_its_owner() -> None:
    assert "library_item_owner" in plan_of(Item.objects.filter(owner=make_user()))


@pytest.mark.parametrize("order", ["-item_id", "item_id"])
def test_what_a_source_brought_is_read_in_order(order: str) -> None:
    plan = plan_of(Sighting.objects.filter(source=make_source("Shelf")).order_by(order))
    assert "library_sighting_latest" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize(
    ("rows", "index"),
    [
        (
            lambda: Attendance.objects.filter(identity__in=[1, 2]).order_by("-meeting__at"),
            "library_attendance_identity",
        ),
        (lambda: Attendance.objects.filter(meeting__in=[1, 2]), "INDEX"),
        (lambda: Meeting.objects.filter(source=1).order_by("-at", "-pk"), "library_meeting_latest"),
        (lambda: Meeting.objects.filter(source__in=[1, 2], uid__in=["a", "b"]), "INDEX"),
        (lambda: Reference.objects.filter(item__in=[1, 2]), "INDEX"),
        (lambda: Reference.objects.filter(key__in=[1, 2], own=True), "library_reference_found"),
        (lambda: Endorsement.objects.visible_to(make_user()).filter(to__in=[1, 2]), "library_endorsed_to"),
        (
            lambda: Identity.objects.exclude(domain="").filter(domain__in=["a.example"]),
            "library_identity_domain",
        ),
    ],
)
def test_who_met_what_is_cited_and_whose_it_is_are_found_by_key(rows: Any, index: str) -> None:
    plan = plan_of(rows())
    assert index in plan
    assert "SCAN" not in plan


def test_storing_what_a_source_brings_reads_no_table_whole() -> None:
    source = make_source("Shelf", host="shelf.example.org")
    known = entry(title="Forty centimetres of water", link="https://shelf.example.org/1", body=LOAN)
    store(source, known)
    more = entry(
        title="Mould in the basement store of a museum", link="https://shelf.example.org/2", body=LOAN
    )
    with CaptureQueriesContext(connection) as captured:
        store(source, known, more)
    plans = {one["sql"]: steps_of(one["sql"]) for one in captured if one["sql"].startswith("SELECT")}
    assert any('"library_item"' in statement for statement in plans)
    whole = {sql: steps for sql, steps in plans.items() if any("SCAN" in step for step in steps)}
    assert not whole


def steps_of(statement: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}".replace("%", "%%"))
        return [row[3] for row in cursor.fetchall()]
