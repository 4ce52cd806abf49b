"""Bluesky: posts, answers, links by bytes, what is passed on."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.apps.sources.connectors.tools import NOW, damaged, followed, pages, refreshed

from transom.apps.library.models import Endorsement, EndorsementKind, Identity, Item
from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.bluesky.client import PAGE, Bluesky
from transom.apps.sources.connectors.bluesky.mapping import Mapped, html_of, identity_of
from transom.apps.sources.connectors.bluesky.server import account, entry, reposted, sample_service, service
from transom.apps.sources.connectors.serving import serving

READER = Bluesky()
QUERY = {"account": "hester.example"}
HESTER = account("hester7777777777", "hester.example", "Hester Quill")
PARENT = {"parent": {"uri": "at://did:plc:other/app.bsky.feed.post/3abc"}}
POST = entry("3a", HESTER, NOW, "Grüße 🦉", "https://a.example/x", reply=PARENT)


def test_links_stand_at_their_bytes_and_answers_point_at_what_they_answer() -> None:
    mapped = Mapped()
    mapped.add(POST)
    assert (
        '<p>Grüße 🦉 <a href="https://a.example/x">https://a.example/x</a></p>'
        in mapped.items[0].entry.content_html
    )
    assert {(one.kind, one.target) for one in mapped.endorsements} == {
        ("link", "https://a.example/x"),
        ("reply", "https://bsky.app/profile/did:plc:other/post/3abc"),
    }
    assert mapped.identities["did:plc:hester7777777777"].links == ("https://hester.example/",)


def test_an_answer_names_whose_post_it_answers_where_the_feed_shows_it() -> None:
    kofi = account("kofi777777777777", "kofi.bsky.social", "Kofi Adjei")
    asked = entry("3k", kofi, NOW, "Who measures drift?")
    mapped = Mapped()
    mapped.add(entry("3a", HESTER, NOW, "I do.", answers=asked))
    mapped.add(reposted(asked, HESTER, NOW))
    mapped.add(POST)
    assert {(one.kind, one.target.rpartition("/")[2], one.to) for one in mapped.endorsements} == {
        ("reply", "3k", ("bluesky", "did:plc:kofi777777777777")),
        ("boost", "3k", ("bluesky", "did:plc:kofi777777777777")),
        ("reply", "3abc", None),
        ("link", "x", None),
    }
    assert mapped.identities["did:plc:kofi777777777777"].name == "Kofi Adjei"


@pytest.mark.parametrize(
    ("handle", "domain"),
    [
        ("hester.example", "hester.example"),
        ("Hester.Example", "hester.example"),
        ("kofi.bsky.social", ""),
        ("handle.invalid", ""),
        ("no domain.example", ""),
        ("evil.example/@maud", ""),
        ("", ""),
    ],
)
def test_a_handle_that_is_a_domain_of_ones_own_proves_that_it_is_controlled(handle: str, domain: str) -> None:
    found = identity_of(account("d", handle, "Hester Quill"))
    assert found is not None
    assert found.domain == domain
    assert [(one.address, one.both_ways) for one in found.me_links] == (
        [(f"https://{domain}/", True)] if domain else []
    )


@given(st.text(max_size=30), st.integers(-5, 60), st.integers(-5, 60))
def test_a_link_at_impossible_bytes_is_text(text: str, begin: int, end: int) -> None:
    index = {"byteStart": begin, "byteEnd": end}
    feature = {"uri": "https://a.example/"}
    html = html_of(
        {
            "text": text,
            "facets": [{"index": index, "features": [feature]}, {"index": index, "features": [feature]}],
        }
    )
    assert html.count("<a ") <= 1


def test_a_round_reads_back_to_where_the_last_one_began() -> None:
    old = [entry(f"3o{n}", HESTER, NOW - timedelta(hours=n + 1), f"{n}") for n in range(20)]
    with serving(service(old)) as server:
        first = pages(READER, QUERY, server)
        fresh = [
            entry(f"3n{n}", HESTER, NOW + timedelta(minutes=n + 1), f"{n}") for n in range(2 * PAGE + 30)
        ]
        server.service = service(old + fresh)
        later = pages(READER, QUERY, server, first[-1].cursor, NOW + timedelta(hours=9))
    assert sum(len(batch.items) for batch in first) == 20
    names = {one.entry.id for batch in later for one in batch.items}
    assert {row["post"]["uri"] for row in fresh} <= names


@given(damaged([POST, reposted(POST, HESTER, NOW)]))
@settings(max_examples=150, deadline=None)
def test_whatever_it_sends_nothing_raises(sent: Any) -> None:
    mapped = Mapped()
    for row in values.rows(json.loads(json.dumps({"all": sent})), "all"):
        mapped.add(row)
    assert all(one.entry.link for one in mapped.items)


@pytest.mark.django_db
def test_followed_it_fills_library_and_people() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        refreshed(server, source, now=NOW + timedelta(hours=2))
    assert Item.objects.get().author == Identity.objects.get(account="did:plc:hester7777777777")
    assert set(Endorsement.objects.values_list("kind", flat=True)) == {
        EndorsementKind.LINK,
        EndorsementKind.BOOST,
    }
