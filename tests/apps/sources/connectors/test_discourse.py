"""Forums: topics, answers, who wrote them, what they link to."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from tests.apps.sources.connectors.tools import NOW, damaged, followed, page, pages, refreshed

from transom.apps.library.models import Endorsement, EndorsementKind, Identity, Item
from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.discourse.client import Forums
from transom.apps.sources.connectors.discourse.mapping import Mapped
from transom.apps.sources.connectors.discourse.server import post, sample_service, service
from transom.apps.sources.connectors.serving import Asked, Reply, as_json, serving
from transom.apps.sources.models import SourceState

READER = Forums()
QUERY = {"forum": "https://forum.example"}
POSTS = [
    post(1, "hester", NOW, "<p>Who measures drift?</p>"),
    post(
        2,
        "kofi",
        NOW,
        '<a href="https://a.example/x">x</a> <a href="https://f.example/t/1">inside</a>',
        place=2,
    ),
]


def test_topics_answers_links_and_offices() -> None:
    mapped = Mapped("https://f.example")
    for row in POSTS:
        mapped.add(row)
    assert [(one.entry.title, one.entry.link) for one in mapped.items] == [
        ("Topic & 1", "https://f.example/t/topic-1/1"),
        ("Re: Topic & 1", "https://f.example/t/topic-1/1/2"),
    ]
    assert {(one.account, one.kind, one.target) for one in mapped.endorsements} == {
        ("kofi@f.example", "link", "https://a.example/x"),
        ("kofi@f.example", "reply", "https://f.example/t/topic-1/1"),
    }
    assert mapped.identities["hester@f.example"].roles == ("moderator of f.example",)


def test_an_answer_to_a_post_names_whose_that_is() -> None:
    rows = [*POSTS, post(3, "hester", NOW, "<p>Ours too.</p>", place=3, reply=2, answers="Kofi")]
    rows.append(post(4, "hester", NOW, "<p>And yours?</p>", place=4, reply=3, answers="mette"))
    for ordered in (rows, rows[::-1]):
        mapped = Mapped("https://f.example")
        for row in ordered:
            mapped.add(row)
        assert {(one.target, one.to) for one in mapped.endorsements if one.kind == "reply"} == {
            ("https://f.example/t/topic-1/1", None),
            ("https://f.example/t/topic-1/1/2", ("discourse", "kofi@f.example")),
            ("https://f.example/t/topic-1/1/3", ("discourse", "mette@f.example")),
        }
        passing = {one.account for one in mapped.identities.values() if one.in_passing}
        assert passing == {"mette@f.example"}


def test_it_reads_back_to_the_last_post_seen_across_gaps() -> None:
    # Numbers are missing where posts are hidden or of closed categories.
    rows = [
        post(n, "kofi", NOW - timedelta(hours=1), "<p>x</p>", place=n)
        for n in range(1, 500)
        if n % 7 and not 200 < n < 330
    ]
    with serving(service(rows[:30])) as server:
        first = pages(READER, QUERY, server)
        server.service = service(rows)
        later = pages(READER, QUERY, server, first[-1].cursor)
    found = {one.entry.id for batch in (*first, *later) for one in batch.items}
    assert len(found) == len(rows)
    assert sum(len(batch.items) for batch in later) == len(rows) - 30


def test_one_category_may_be_wanted() -> None:
    with serving(service([*POSTS, post(3, "kofi", NOW, "<p>Off</p>", topic=2)])) as server:
        assert len(page(READER, {**QUERY, "category": "7"}, server).items) == 2


@given(damaged(POSTS))
@settings(max_examples=150, deadline=None)
def test_whatever_it_sends_nothing_raises(sent: Any) -> None:
    mapped = Mapped("https://f.example")
    for row in values.rows(json.loads(json.dumps({"all": sent})), "all"):
        mapped.add(row)
    assert all(one.entry.link.startswith("https://f.example/t/") for one in mapped.items)


@pytest.mark.django_db
def test_followed_it_fills_the_library() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        refreshed(server, source, now=NOW + timedelta(hours=2))
    assert set(Item.objects.values_list("kind", flat=True)) == {"discussion"}
    question, answer = Item.objects.order_by("published_at")
    reply = Endorsement.objects.get(kind=EndorsementKind.REPLY)
    assert (reply.item, reply.within) == (question, answer)
    assert Identity.objects.count() == 2


@pytest.mark.django_db
def test_a_forum_for_members_only_says_so() -> None:
    def closed(asked: Asked) -> Reply:
        return as_json({"errors": ["You are not permitted"]}, 403)

    with serving(closed) as server:
        refreshed(server, followed(READER, QUERY, server))
    assert "members only" in SourceState.objects.get().last_error
