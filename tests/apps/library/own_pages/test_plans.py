"""Reading pages and comparing them looks nothing up among all rows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.apps.library.own_pages.sites import Sites, me
from tests.apps.library.test_plans import steps_of
from tests.factories import NOW

from transom.apps.library.own_pages import plan, visit_due
from transom.apps.library.own_pages.derive import sources_naming
from transom.apps.library.own_pages.visit import sources_around

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's own plans"),
]


def test_a_round_of_pages_reads_no_table_whole(sites: Sites) -> None:
    home = sites.serve(
        "maud.example.net", me("https://keepers.example.net/@maud", sites.url("quiet.example.org"))
    )
    sites.serve("quiet.example.org", me(home))
    source, _ = sites.blog("maud.example.net", "Maud Ellingham")
    sites.blog("quiet.example.org", "Maud Ellingham")
    account = sites.account("Maud", "maud", home)
    plan(NOW)
    with CaptureQueriesContext(connection) as captured:
        assert visit_due(sites.client(), now=NOW) == 2
        plan(NOW, [source.pk])
        assert source.pk in sources_naming([account.pk])
        sources_around([1])
    plans = {one["sql"]: steps_of(one["sql"]) for one in captured if one["sql"].startswith("SELECT")}
    assert any('"library_identity"."address" IN' in statement for statement in plans)
    # Whether anybody was ever forgotten is asked of the first row.
    whole = {
        sql: steps
        for sql, steps in plans.items()
        if any("SCAN" in one for one in steps) and "LIMIT 1" not in sql
    }
    assert not whole
