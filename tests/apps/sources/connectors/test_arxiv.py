"""arXiv: preprints that fit a search or are by somebody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.apps.sources.connectors.tools import NOW, followed, page, pages, refreshed

from transom.apps.library.models import Authorship, Item
from transom.apps.sources.connectors.arxiv.client import PAGE, Preprints
from transom.apps.sources.connectors.arxiv.mapping import answered, records_of
from transom.apps.sources.connectors.arxiv.server import HEAD, Paper, sample_service, service, xml_of
from transom.apps.sources.connectors.serving import Asked, Reply, serving
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import FetchError, ParseError

READER = Preprints()
QUERY = {"search": "records"}
HESTER, KOFI = ("Hester Quill", "Slow Rooms Institute"), ("Kofi Adjei", "")
PAPER = Paper("2611.00041", "Electronic records", NOW - timedelta(days=3), (HESTER, KOFI), version=3)
RAW = f"{HEAD}{xml_of(PAPER)}</feed>".encode()


def test_a_preprint_has_no_version_in_its_name_and_its_lines_are_whole() -> None:
    found = answered(RAW)
    assert found is not None
    [item], people, problems = records_of(found.entries)
    entry = item.entry
    assert (entry.id, entry.link, entry.title) == (
        "arxiv:2611.00041",
        "https://arxiv.org/abs/2611.00041",
        "Electronic records",
    )
    assert "<p>We measured shelves.</p><p>And found drift.</p><p>12 pages</p>" in entry.content_html
    assert [link.url for link in entry.links] == ["https://doi.org/10.5555/2611.00041"]
    assert (entry.tags, entry.published) == (("cs.DL",), NOW - timedelta(days=3))
    assert [(one.account, [job.organisation for job in one.employments]) for one in people] == [
        ("2611.00041:1", ["Slow Rooms Institute"]),
        ("2611.00041:2", []),
    ]
    assert problems == []


def test_an_old_number_is_one_too() -> None:
    found = answered(RAW.replace(b"2611.00041v3", b"math.GT/0309136v1"))
    assert found is not None
    assert records_of(found.entries)[0][0].entry.id == "arxiv:math.GT/0309136"


@pytest.mark.parametrize(
    ("query", "question"),
    [
        ({"search": "records drift"}, "all:records AND all:drift"),
        ({"search": '"slow room" drift'}, 'all:"slow room" AND all:drift'),
        ({"search": "cs.DL"}, "cat:cs.DL"),
        ({"search": "ti:felt OR ti:moth"}, "(ti:felt OR ti:moth)"),
        ({"author": 'Hester "H" Quill'}, 'au:"Hester  H  Quill"'),
        ({"search": "cs.DL", "author": "Quill"}, 'cat:cs.DL AND au:"Quill"'),
    ],
)
def test_words_categories_and_names_are_asked_in_its_own_words(query: dict[str, str], question: str) -> None:
    with serving(sample_service(NOW)) as server:
        page(READER, query, server)
        asked = server.asked[0].one("search_query")
    assert asked.startswith(f"{question} AND submittedDate:[202610270900 TO 202611260900]")


def test_pages_are_turned_within_two_moments_that_stay() -> None:
    papers = [
        Paper(f"2611.{n:05}", f"Records {n}", NOW - timedelta(hours=n), (KOFI,))
        for n in range(1, 2 * PAGE + 12)
    ]
    with serving(service(papers)) as server:
        found = pages(READER, QUERY, server)
        ends = {one.one("search_query")[-13:-1] for one in server.asked}
        later = page(READER, QUERY, server, found[-1].cursor, NOW + timedelta(days=1))
    assert len({one.entry.id for batch in found for one in batch.items}) == 2 * PAGE + 11
    assert len(ends) == 1
    assert 0 < len(later.items) < PAGE


def test_its_errors_come_with_status_200_and_are_taken_for_what_they_are() -> None:
    with serving(sample_service(NOW)) as server:
        with pytest.raises(FetchError, match="incorrect search query") as wrong:
            page(READER, {"search": "ti:(felt"}, server)
        server.service = lambda asked: Reply(body=b"Rate exceeded.", content_type="text/plain")
        with pytest.raises(FetchError) as often:
            page(READER, QUERY, server)
    assert (wrong.value.status, often.value.status) == (400, 429)
    assert often.value.retry_after


def test_half_an_answer_is_none_and_neither_is_an_empty_page_in_the_middle() -> None:
    whole = sample_service(NOW)

    def halved(asked: Asked) -> Reply:
        told = whole(asked)
        return Reply(body=told.body[: len(told.body) // 2], content_type=told.content_type)

    def empty(asked: Asked) -> Reply:
        counts = "<opensearch:totalResults>300</opensearch:totalResults>"
        return Reply(body=f"{HEAD}{counts}</feed>".encode(), content_type="application/atom+xml")

    with serving(halved) as server:
        with pytest.raises(ParseError, match="half of one"):
            page(READER, QUERY, server)
        server.service = empty
        with pytest.raises(ParseError, match="without papers"):
            page(READER, QUERY, server)


def test_neither_words_nor_a_name_is_no_search() -> None:
    with pytest.raises(SourceError, match="name words"):
        READER.checked({})


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "AAAA"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    found = answered(RAW.replace(b"?>\n", b"?>\n" + bomb).replace(b"12 pages", b"&a;&f;"))
    assert found is not None
    assert "AAAA" not in records_of(found.entries)[0][0].entry.content_html


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_it_sends_nothing_raises(data: st.DataObject) -> None:
    raw = bytearray(RAW)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, max(len(raw) - 8, 0)))
        raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=5))
    found = answered(bytes(raw))
    items, people, problems = records_of(found.entries if found else ())
    assert all(one.entry.title for one in items)
    assert all(one.name for one in people)
    assert all(problems)


@pytest.mark.django_db
def test_followed_two_papers_are_there_once() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        refreshed(server, source, now=NOW + timedelta(days=1))
    assert set(Item.objects.values_list("kind", "access")) == {("paper", "open")}
    assert Item.objects.count() == 2
    assert Authorship.objects.count() == 3
