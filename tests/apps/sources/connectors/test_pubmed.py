"""PubMed: papers that fit a search, with authors and affiliations."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.apps.sources.connectors.tools import NOW, followed, page, pages, refreshed
from tests.factories import make_user

from transom.apps.library.models import Authorship, Identity, Item
from transom.apps.people.models import Affiliation, Organization
from transom.apps.people.resolving import resolve_everything
from transom.apps.people.selectors import moves
from transom.apps.sources.connectors.pubmed.client import PAGE, Papers
from transom.apps.sources.connectors.pubmed.mapping import articles, records_of
from transom.apps.sources.connectors.pubmed.server import Paper, sample_service, service, xml_of
from transom.apps.sources.connectors.serving import Asked, Reply, serving
from transom.apps.sources.models import Source
from transom.engine.core.errors import ParseError

READER = Papers()
QUERY = {"search": "records"}
HESTER = ("Hester", "Quill", "0000-0002-1825-0097", "Slow Rooms Institute")
KOFI = ("Kofi", "Adjei", "", "Veldhaven Lab")
PAPER = Paper(41, "Electronic records", date(2026, 11, 20), (HESTER, KOFI), "10.5555/41")
RAW = f"<PubmedArticleSet>{xml_of(PAPER)}</PubmedArticleSet>".encode()


def test_a_paper_comes_with_abstract_authors_and_where_they_work() -> None:
    items, people, problems = records_of(articles(RAW) or [])
    entry = items[0].entry
    assert (entry.title, entry.link, entry.language) == (
        "Electronic records.",
        "https://doi.org/10.5555/41",
        "en",
    )
    assert "Background: Shelves drift." in entry.content_html
    assert [(one.service, one.account, one.employments[0].organisation) for one in people] == [
        ("orcid", "0000-0002-1825-0097", "Slow Rooms Institute"),
        ("pubmed", "41:2", "Veldhaven Lab"),
    ]
    assert problems == []


PRINTED = (
    "Department of Nursing, School of Health, Slow Rooms University, Tarnholt TH4 2QX, Norvania; Ward Research Unit, "
    "Tarnholt General Hospital, Tarnholt, Norvania. Electronic address: hester.quill@slow.example."
)


def test_printed_affiliations_are_cut_to_their_institutions_and_no_mail_is_kept() -> None:
    paper = Paper(
        43,
        "Records",
        date(2026, 11, 20),
        (("Hester", "Quill", "", PRINTED), ("Kofi", "Adjei", "", "k@veld.example")),
    )
    _, people, _ = records_of(
        articles(f"<PubmedArticleSet>{xml_of(paper)}</PubmedArticleSet>".encode()) or []
    )
    assert [[job.organisation for job in one.employments] for one in people] == [
        ["Slow Rooms University", "Tarnholt General Hospital"],
        [],
    ]


def test_entities_are_not_expanded_and_nothing_else_is_read() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "AAAA"><!ENTITY f SYSTEM "file:///etc/hostname">]>'
    raw = bomb + RAW.replace(b"Shelves drift.", b"&a;&f;")
    items, _, _ = records_of(articles(raw) or [])
    assert "AAAA" not in items[0].entry.content_html


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_it_sends_nothing_raises(data: st.DataObject) -> None:
    raw = bytearray(RAW)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, max(len(raw) - 1, 0)))
        raw[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=5))
    items, people, problems = records_of(articles(bytes(raw)) or [])
    assert all(one.entry.title for one in items)
    assert all(one.name for one in people)
    assert all(problems)


def test_pages_are_turned_within_two_days_that_stay() -> None:
    papers = [
        Paper(n, f"Records {n}", (NOW - timedelta(days=n % 80)).date(), (KOFI,))
        for n in range(1, 2 * PAGE + 12)
    ]
    with serving(service(papers)) as server:
        found = pages(READER, QUERY, server)
        later = page(READER, QUERY, server, found[-1].cursor, NOW + timedelta(days=1))
    assert len({one.entry.id for batch in found for one in batch.items}) == 2 * PAGE + 11
    assert len(later.items) < PAGE


def test_half_an_answer_is_none() -> None:
    whole = sample_service(NOW)

    def halved(asked: Asked) -> Reply:
        told = whole(asked)
        return (
            told
            if "esearch" in asked.path
            else Reply(body=told.body[: len(told.body) // 2], content_type="text/xml")
        )

    with serving(halved) as server, pytest.raises(ParseError, match="ends in the middle"):
        page(READER, QUERY, server)


@pytest.mark.django_db
def test_two_papers_that_print_it_otherwise_are_no_change_of_job_and_no_mail_is_shown() -> None:
    user = make_user()
    orcid = "0000-0002-1825-0097"
    other = (
        PRINTED.replace("Department of", "Dept. of").replace(", Norvania", "").replace("hester.quill", "hq")
    )
    papers = [Paper(1, "Records", (NOW - timedelta(days=9)).date(), (("Hester", "Quill", orcid, PRINTED),))]
    with serving(service(papers)) as server:
        source = followed(READER, QUERY, server)
        # What one's own server has is one's own: here it stands for PubMed.
        Source.objects.update(owner=None)
        refreshed(server, source)
        resolve_everything(now=NOW)
        papers.append(Paper(2, "Records", NOW.date(), (("Hester", "Quill", orcid, other),)))
        refreshed(server, source, now=NOW + timedelta(days=2))
        resolve_everything(now=NOW + timedelta(days=2))
    assert Authorship.objects.count() == 2
    assert sorted(Organization.objects.values_list("name", flat=True)) == [
        "Slow Rooms University",
        "Tarnholt General Hospital",
    ]
    assert not Affiliation.objects.exclude(until=None).exists()
    assert moves(user, NOW.date() - timedelta(days=60)) == []


@pytest.mark.django_db
def test_followed_two_papers_of_one_name_are_two_people_until_somebody_knows() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        refreshed(server, source, now=NOW + timedelta(days=1))
    assert Item.objects.filter(kind="paper").count() == 2
    assert Authorship.objects.count() == 3
    assert Identity.objects.filter(name="Kofi Adjei").exclude(account="").count() == 2
