"""Saved things by tag, a long list of sources, and times as the reader's own clock shows them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from tests.factories import (
    make_item,
    make_opportunity,
    make_source,
    make_state,
    make_state_of_reading,
    make_subscription,
    make_tag,
    make_user,
)

from transom.apps.accounts.models import Profile, User
from transom.apps.library import selectors
from transom.apps.library.models import Tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return make_user()


@pytest.fixture
def reader(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(client: Client, address: str) -> str:
    return client.get(address, follow=True).content.decode()


def test_a_tag_shows_what_has_it_and_nothing_else(user: User, reader: Client) -> None:
    loan, moth = make_item("The loan that came back"), make_item("Moths in the mill")
    make_state_of_reading(user, moth, saved_at=moth.published_at)
    make_tag(user, "loans & returns", [loan])
    everything = text_of(reader, "/saved/")
    assert 'href="?tag=loans%20%26%20returns"' in everything
    assert moth.title in everything
    assert loan.title not in everything
    tagged = text_of(reader, "/saved/?tag=loans%20%26%20returns")
    assert loan.title in tagged
    assert moth.title not in tagged
    assert tagged.count('aria-current="page" dir="auto">loans &amp; returns') == 1


def test_without_tags_the_page_has_no_filter(reader: Client) -> None:
    assert 'class="tags"' not in text_of(reader, "/saved/")


def test_anothers_tag_shows_nothing(user: User, reader: Client) -> None:
    other = make_user()
    item = make_item("Moths in the mill")
    make_tag(other, "pests", [item])
    assert item.title not in text_of(reader, "/saved/?tag=pests")
    assert selectors.tagged(user, Tag.objects.get(name="pests")).items == []


def test_a_long_tag_goes_on_by_key(user: User) -> None:
    items = [make_item(f"Box {number}") for number in range(5)]
    make_tag(user, "boxes", items)
    tag = Tag.objects.get(name="boxes")
    first = selectors.tagged(user, tag, limit=3)
    rest = selectors.tagged(user, tag, first.after, limit=3)
    assert [*first.items, *rest.items] == items[::-1]
    assert rest.after is None


def test_more_tags_than_there_may_be_are_refused_in_words(user: User, reader: Client) -> None:
    item = make_item()
    names = ", ".join(f"t{number}" for number in range(60))
    answer = reader.post(f"/read/{item.pk}/tags/", {"names": names}, follow=True)
    assert answer.status_code == 200
    assert 'class="notice bad"' in answer.content.decode()
    assert not Tag.objects.exists()


def test_many_sources_can_be_found_by_name_or_address(user: User, reader: Client) -> None:
    for number in range(14):
        make_subscription(user, make_source(f"Shelf {number}", host=f"shelf{number}.example.org"))
    assert 'name="find"' in text_of(reader, "/sources/")
    found = text_of(reader, "/sources/?find=SHELF13.example")
    assert "Shelf 13" in found
    assert "Shelf 12" not in found
    assert "None of your sources" in text_of(reader, "/sources/?find=nowhere")


def test_a_source_in_trouble_is_not_called_well(user: User, reader: Client) -> None:
    fine, slow = make_source("Fine shelf"), make_source("Shut shelf")
    for source in (fine, slow):
        make_subscription(user, source)
    make_state(slow, failures=1, last_status=503, last_error_kind="http-status", last_error="503: busy.")
    page = text_of(reader, "/sources/")
    trouble, well = page.split('id="troubled"')[1].split('id="well"')
    assert "Shut shelf" in trouble
    assert "Fine shelf" in well


def test_another_feed_is_looked_for_where_one_fails(reader: Client) -> None:
    page = text_of(reader, "/sources/add/?address=https%3A%2F%2Fstacks.example.org%2F")
    assert 'value="https://stacks.example.org/"' in page


def test_times_are_shown_by_the_readers_own_clock(user: User, reader: Client) -> None:
    Profile.objects.filter(user=user).update(time_zone="Asia/Tokyo")
    starts = datetime(2026, 12, 3, 20, 30, tzinfo=UTC)
    meeting = make_item("The evening meeting", event_start=starts)
    offer = make_opportunity(user, meeting, "calendar", deadline=starts)
    page = text_of(reader, f"/calendar/{offer.pk}/")
    assert "Friday 4 December 2026, 05:30" in page
    assert "Until" not in page


def test_a_day_without_an_hour_is_the_same_day_everywhere(user: User, reader: Client) -> None:
    Profile.objects.filter(user=user).update(time_zone="America/Los_Angeles")
    closes = make_item("The consultation closes", event_start=datetime(2026, 12, 3, tzinfo=UTC))
    page = text_of(reader, f"/calendar/{make_opportunity(user, closes, 'calendar').pk}/")
    assert "Thursday 3 December 2026<" in page


@pytest.mark.parametrize(
    ("address", "given"),
    [
        ("/sources/add/", {"address": ""}),
        ("/sources/add/", {"text": ""}),
        ("/sources/import/", {"csrfmiddlewaretoken": "x"}),
        ("/settings/", {"part": "profile"}),
        ("/settings/", {"part": "minutes"}),
        ("/settings/", {"part": "invite"}),
        ("/settings/delete/", {"csrfmiddlewaretoken": "x"}),
        ("/welcome/", {"start": "list"}),
    ],
)
def test_an_empty_form_says_what_to_do(reader: Client, address: str, given: dict[str, str]) -> None:
    page = reader.post(address, given).content.decode()
    assert 'class="errors"' in page or 'class="notice bad"' in page
    assert "This field is required" not in page
