"""Papers by author or topic, with everybody who wrote them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from tests.apps.sources.connectors.tools import NOW, damaged, followed, page, pages, refreshed

from transom.apps.library.models import Authorship, Identity, Item
from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.openalex.client import PAGE, Papers
from transom.apps.sources.connectors.openalex.mapping import abstract_of, records_of
from transom.apps.sources.connectors.openalex.server import ORCID, author, sample_service, service, work
from transom.apps.sources.connectors.serving import serving
from transom.apps.sources.models import SourceState

READER = Papers()
WROTE = [author(1, "Hester Quill", "Slow Rooms Institute", ORCID), author(2, "Kofi Adjei", "Veldhaven Lab")]
WORK = work(10, "Acoustic emission", NOW, WROTE, "the drift can be heard", cites=[3, 4, 3])


def test_a_paper_comes_with_abstract_authors_and_institutions() -> None:
    items, people, problems = records_of([WORK])
    assert "the drift can be heard" in items[0].entry.content_html
    assert [one.name for one in items[0].entry.authors] == ["Hester Quill", "Kofi Adjei"]
    assert (people[0].orcid, people[0].employments[0].organisation) == (ORCID, "Slow Rooms Institute")
    assert problems == []
    assert items[0].names == ("openalex:W10", "doi:10.5555/10")
    assert items[0].cites == ("openalex:W3", "openalex:W4")


def test_an_abstract_with_places_that_cannot_be_is_cut() -> None:
    assert abstract_of({"a": [0, 10**9], "b": [1, -3, "x"], "c": None}) == "a b"


@pytest.mark.parametrize(
    ("typed", "condition"),
    [
        (f"https://orcid.org/{ORCID}", f"author.orcid:{ORCID}"),
        ("https://openalex.org/A5023888391", "author.id:A5023888391"),
        ("t10102", "topics.id:T10102"),
    ],
)
def test_what_is_asked_for(typed: str, condition: str) -> None:
    with serving(sample_service(NOW)) as server:
        page(READER, {"about": typed}, server)
    assert server.asked[0].one("filter").startswith(condition + ",from_publication_date:2025-11-26")


def test_pages_follow_the_cursor_and_late_entries_are_found_in_the_next_round() -> None:
    works = [work(n, f"Work {n}", NOW - timedelta(days=300 - n % 290), WROTE) for n in range(2 * PAGE + 9)]
    with serving(service(works)) as server:
        found = pages(READER, {"about": "T10102"}, server)
        works.append(work(9999, "Entered late", NOW - timedelta(days=50), WROTE))
        later = pages(READER, {"about": "T10102"}, server, found[-1].cursor, NOW + timedelta(days=1))
    assert sum(len(batch.items) for batch in found) == 2 * PAGE + 9
    assert "Entered late" in {one.entry.title for batch in later for one in batch.items}


@given(damaged([WORK, WORK]))
@settings(max_examples=150, deadline=None)
def test_whatever_it_sends_nothing_raises(sent: Any) -> None:
    items, people, problems = records_of(values.rows(json.loads(json.dumps({"all": sent})), "all"))
    assert all(one.entry.title for one in items)
    assert all(one.name for one in people)
    assert all(problems)


@pytest.mark.django_db
def test_followed_each_author_is_somebody() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(READER, {"about": "T10102"}, server)
        refreshed(server, source)
    assert Item.objects.filter(kind="paper").count() == 2
    assert Authorship.objects.count() == 3
    assert Identity.objects.get(orcid=ORCID).organisation == "Slow Rooms Institute"


@pytest.mark.django_db
def test_a_spent_budget_is_waited_for() -> None:
    with serving(service([WORK], remaining=0)) as server:
        refreshed(server, followed(READER, {"about": "T10102"}, server))
    state = SourceState.objects.get()
    assert state.last_status == 429
    assert state.next_due_at >= NOW + timedelta(seconds=50_000)
