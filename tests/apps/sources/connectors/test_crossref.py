"""Crossref: what a journal, a person or a subject brings."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from tests.apps.sources.connectors.tools import NOW, damaged, followed, page, pages, refreshed, with_client
from tests.factories import make_user

from transom.apps.library.models import Authorship, Identity, Item
from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.crossref.client import CLOSEST, PAGE, Works
from transom.apps.sources.connectors.crossref.mapping import records_of
from transom.apps.sources.connectors.crossref.server import author, sample_service, service, work
from transom.apps.sources.connectors.serving import serving
from transom.apps.sources.errors import SourceError
from transom.apps.sources.looking import look
from transom.engine.core.errors import FetchError

READER = Works()
JOURNAL, HESTER = {"about": "1234-5679"}, {"about": "0000-0002-1825-0097"}
TODAY = NOW.date()
QUILL, ADJEI = (
    author("Hester", "Quill", "0000-0002-1825-0097", "Slow Rooms Institute"),
    author("Kofi", "Adjei"),
)


def test_a_paper_comes_with_abstract_authors_and_where_they_work() -> None:
    items, people, problems = records_of([work("10.5555/F", "Felt", date(2026, 11, 20), [QUILL, ADJEI])])
    entry = items[0].entry
    assert (entry.id, entry.link, items[0].kind) == (
        "crossref:10.5555/f",
        "https://doi.org/10.5555/f",
        "paper",
    )
    assert "<p>Felt, <em>in short</em>.</p>" in entry.content_html
    assert "Journal of Keeping" in entry.content_html
    assert entry.published == values.midnight(date(2026, 11, 20))
    assert [(one.service, one.account) for one in people] == [
        ("orcid", "0000-0002-1825-0097"),
        ("crossref", "10.5555/f:2"),
    ]
    assert people[0].employments[0].organisation == "Slow Rooms Institute"
    assert problems == []


def test_of_what_a_work_cites_the_dois_count() -> None:
    cited: list[Any] = [
        {"DOI": "10.5555/OAK"},
        {"DOI": "none"},
        {"unstructured": "A book."},
        None,
        {"DOI": 7},
    ]
    items, _, _ = records_of([work("10.5555/F", "Felt", TODAY, [QUILL], reference=cited)])
    assert (items[0].names, items[0].cites) == (("doi:10.5555/f",), ("doi:10.5555/oak",))


@pytest.mark.parametrize(
    ("parts", "when"),
    [
        ({"issued": {"date-parts": [[2026]]}, "published-online": None}, date(2026, 1, 1)),
        ({"issued": {"date-parts": [[2026, 5]]}, "published-online": None}, date(2026, 5, 1)),
        ({"issued": {"date-parts": [[None]]}, "published-online": None}, date(2026, 11, 20)),
        ({"issued": {"date-parts": [[2026, 13, 40]]}, "published-online": None}, date(2026, 11, 20)),
    ],
)
def test_half_a_date_counts_from_its_first_day_and_none_is_the_day_it_was_registered(
    parts: dict[str, Any], when: date
) -> None:
    [item], _, _ = records_of([work("10.5555/f", "Felt", date(2026, 11, 20), [], **parts)])
    assert item.entry.published is not None
    assert item.entry.published.date() == when


def test_a_book_of_many_hands_is_its_editors_and_markup_is_no_title() -> None:
    row = work(
        "10.5555/b", "The <i>slow</i> room &amp; its air", TODAY, [], type="edited-book", editor=[QUILL]
    )
    [item], [who], _ = records_of([row | {"subtitle": ["A reader"]}])
    assert (item.kind, item.entry.title, who.name) == (
        "book",
        "The slow room & its air: A reader",
        "Hester Quill",
    )


def test_parts_and_reviews_of_works_are_nothing_to_read() -> None:
    rows = [
        work(f"10.5555/{kind}", kind, TODAY, [], type=kind) for kind in ("component", "peer-review", "grant")
    ]
    assert records_of(rows) == ([], [], [])


@pytest.mark.parametrize(
    ("typed", "about"),
    [
        ("12345679", "1234-5679"),
        ("ISSN 1234-5679", "1234-5679"),
        ("https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
    ],
)
def test_what_is_typed_is_a_journal_or_a_person(typed: str, about: str) -> None:
    assert READER.understood(typed) == {"about": about}


@pytest.mark.parametrize(
    "query",
    [{"about": "1234-5678"}, {"words": "x", "mail": "nobody"}, {}, {"about": "1234-5679", "words": "x"}],
)
def test_a_digit_that_is_wrong_and_what_is_no_address_are_said(query: dict[str, str]) -> None:
    with pytest.raises(SourceError):
        READER.checked(query)


def test_a_journal_is_read_to_its_last_page_and_then_a_week_overlaps() -> None:
    works = [
        work(f"10.5555/{n}", f"Felt {n}", TODAY - timedelta(days=n % 60), [ADJEI]) for n in range(PAGE + 7)
    ]
    with serving(service(works)) as server:
        found = pages(READER, JOURNAL, server)
        later = page(READER, JOURNAL, server, found[-1].cursor, NOW + timedelta(days=1))
    assert len({one.entry.id for batch in found for one in batch.items}) == PAGE + 7
    assert found[0].title == "Journal of Keeping"
    assert 0 < len(later.items) < PAGE


def test_of_a_search_only_the_closest_come_as_it_finds_whatever_is_a_little_alike() -> None:
    works = [work(f"10.5555/{n}", f"Felt {n}", TODAY, [ADJEI]) for n in range(CLOSEST + 20)]
    with serving(service(works)) as server:
        found = page(READER, {"words": "felt plinths"}, server)
    assert (len(found.items), found.more) == (CLOSEST, False)


def test_a_title_leads_to_journals_those_that_bring_most_first_and_to_the_subject(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    small = work("10.5555/0", "Dust", TODAY, [ADJEI], "Keeping Annals", ISSN=["0317-8471"])
    works = [small, *(work(f"10.5555/{n}", f"Felt {n}", TODAY, [ADJEI]) for n in (1, 2))]
    with serving(service(works)) as server:
        monkeypatch.setattr(Works, "home", server.base)
        found = with_client(server, lambda client: look(READER, {"about": "keeping"}, client, NOW))
    assert [(one.title, one.query) for one in found.suggestions] == [
        ("Journal of Keeping", {"about": "1234-5679"}),
        ("Keeping Annals", {"about": "0317-8471"}),
        ("Papers about: keeping", {"words": "keeping"}),
    ]
    assert "Choose a journal" in found.problem


def test_a_backlist_that_was_registered_yesterday_is_not_news() -> None:
    old = work("10.5555/old", "Felt in 1974", date(1974, 3, 1), [ADJEI]) | {
        "created": {"date-time": f"{TODAY}T01:00:00Z"}
    }
    with serving(service([old, work("10.5555/new", "Felt", TODAY, [ADJEI])])) as server:
        assert [one.entry.title for one in page(READER, JOURNAL, server).items] == ["Felt"]


def test_nobodys_mail_address_goes_out_unless_they_give_it_and_then_it_is_theirs_alone() -> None:
    given = {**JOURNAL, "mail": "ada@guild.example"}
    with serving(sample_service(NOW)) as server:
        page(READER, JOURNAL, server)
        page(READER, given, server)
        asked = [one.one("mailto") for one in server.asked]
        agents = {one.headers["user-agent"] for one in server.asked}
    assert asked == ["", "ada@guild.example"]
    assert not any("@" in one for one in agents)
    assert READER.is_private(given)
    assert not READER.is_private(JOURNAL)
    assert "ada" not in READER.address(given)
    assert READER.address(given) != READER.address(JOURNAL)


def test_a_journal_nobody_knows_is_not_there() -> None:
    with serving(sample_service(NOW)) as server, pytest.raises(FetchError) as raised:
        page(READER, {"about": "0317-8471"}, server)
    assert raised.value.status == 404


@given(damaged([work("10.5555/f", "Felt", TODAY, [QUILL, ADJEI])]))
@settings(max_examples=150, deadline=None)
def test_whatever_it_sends_nothing_raises(sent: Any) -> None:
    rows = list(values.rows({"all": json.loads(json.dumps(sent))}, "all"))
    items, people, problems = records_of(rows)
    assert all(one.entry.title for one in items)
    assert all(one.name for one in people)
    assert all(problems)


@pytest.mark.django_db
def test_followed_a_paper_is_there_once_and_who_gave_an_address_reads_alone() -> None:
    ada, ben = make_user("ada"), make_user("ben")
    with serving(sample_service(NOW)) as server:
        source = followed(READER, HESTER, server, ben)
        own = followed(READER, {**HESTER, "mail": "ada@guild.example"}, server, ada)
        refreshed(server, source)
        refreshed(server, source, now=NOW + timedelta(days=1))
    assert own.owner == ada
    assert own != source
    assert Item.objects.get().title == "Felt under plinths"
    assert Authorship.objects.count() == 2
    assert Identity.objects.filter(account="0000-0002-1825-0097").exists()
