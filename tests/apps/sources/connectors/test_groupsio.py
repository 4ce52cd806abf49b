"""Groups at groups.io: letters, who writes them, and groups that are for members only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.apps.sources.connectors.tools import NOW, followed, page, refreshed

from transom.apps.library.models import Identity, Item
from transom.apps.sources.connectors.groupsio.client import Groups
from transom.apps.sources.connectors.groupsio.mapping import group_of, letters_of
from transom.apps.sources.connectors.groupsio.server import Letter, sample_service, service
from transom.apps.sources.connectors.records import Pointing
from transom.apps.sources.connectors.serving import Reply, serving
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import FetchError
from transom.engine.parse.model import ParsedEntry

READER = Groups()
QUERY = READER.sample


def test_a_group_is_read_with_who_writes_and_what_they_answer() -> None:
    with serving(sample_service(NOW)) as server:
        found = page(READER, QUERY, server)
        again = page(READER, QUERY, server, found.cursor)
    assert [one.entry.title for one in found.items] == ["Felt under plinths", "Re: Felt under plinths"]
    assert [one.name for one in found.identities] == ["Hester Quill", "Kofi Adjei"]
    assert [(one.kind, one.target) for one in found.endorsements] == [
        (Pointing.LINK, "https://veldhaven.example/felt"),
        (Pointing.REPLY, found.items[0].entry.link),
    ]
    assert again.unchanged


def test_a_feed_that_stands_elsewhere_is_found_by_the_groups_page() -> None:
    letters = [Letter(1, "Felt", "Hester Quill", NOW)]
    with serving(service({"keepers": letters}, feed="feed.xml")) as server:
        found = page(READER, QUERY, server)
        asked = [one.path for one in server.asked]
    assert len(found.items) == 1
    assert asked == ["/g/keepers/rss", "/g/keepers", "/g/keepers/feed.xml"]


@pytest.mark.parametrize("name", ["chairs", "nobody"])
def test_a_group_for_members_and_one_that_is_not_there_are_said(name: str) -> None:
    with serving(sample_service(NOW)) as server, pytest.raises(FetchError) as raised:
        page(READER, {"group": f"https://groups.io/g/{name}"}, server)
    assert raised.value.status == (403 if name == "chairs" else 404)


def test_a_page_without_a_feed_leads_to_the_mail() -> None:
    def answer(asked: object) -> Reply:
        path = getattr(asked, "path", "")
        return Reply(404) if path.endswith("/rss") else Reply(body=b"<html><body>keepers</body></html>")

    with serving(answer) as server, pytest.raises(FetchError, match="by mail"):
        page(READER, QUERY, server)


def test_hashtags_are_not_of_the_subject_unless_there_is_nothing_else() -> None:
    entries = tuple(ParsedEntry(title=title) for title in ("Felt #stores #felt", "#stores", "C# or felt"))
    assert [one.title for one in letters_of(entries)] == ["Felt", "#stores", "C# or felt"]


@pytest.mark.parametrize(
    "given", ["groups.io", "https://groups.io/", "https://groups.io/g/", "ftp://groups.io/g/x"]
)
def test_what_is_no_group_is_refused(given: str) -> None:
    with pytest.raises(SourceError):
        READER.checked({"group": given})


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_an_address_nothing_raises(text: str) -> None:
    site, name, _ = group_of(f"https://groups.io/g/{text}")
    assert bool(site) == bool(name)


@pytest.mark.django_db
def test_followed_letters_and_their_writers_are_there_once() -> None:
    with serving(sample_service(NOW)) as server:
        source = followed(READER, QUERY, server)
        refreshed(server, source)
        refreshed(server, source, now=NOW + timedelta(days=1))
    assert set(Item.objects.values_list("kind", flat=True)) == {"discussion"}
    assert Item.objects.count() == 2
    assert Identity.objects.filter(name="Kofi Adjei").count() == 1
