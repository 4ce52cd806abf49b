"""A second user, and nobody in particular, walk every address: they learn and change nothing of the first.

A new address fails `test_every_address_is_walked` until it stands in tests/privacy/addresses.py.
"""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.http import HttpResponseBase
from django.test import Client
from django.utils import timezone
from tests.factories import make_user
from tests.privacy.addresses import PLACES, Place, all_patterns, everything_posted
from tests.privacy.people import Person, a_full_person, a_public_item
from tests.privacy.told import everything_of

from transom.apps.base.export import export_user
from transom.apps.base.owned import OwnedModel, UserRow
from transom.apps.brief.services import new_feed_address
from transom.apps.library.models import Item
from transom.apps.library.search import Filters, search

pytestmark = pytest.mark.django_db

WORD = "zwetschge"


@pytest.fixture
def shared() -> Item:
    return a_public_item()


@pytest.fixture
def ada(shared: Item) -> Person:
    return a_full_person("ada", WORD, shared)


@pytest.fixture
def ben(shared: Item) -> Person:
    return a_full_person("ben", "quitte", shared)


def text_of(answer: HttpResponseBase) -> str:
    """All an answer says: headers, body, and what is inside a ZIP."""
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if raw.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            raw = b"\n".join(archive.read(name) for name in archive.namelist())
    return f"{answer.headers}\n" + raw.decode("utf-8", "replace")


def all_answers(client: Client, address: str, form: dict[str, Any]) -> list[tuple[str, HttpResponseBase]]:
    """The answers to every way of asking: a page, a moving part of it, a form sent."""
    return [
        ("GET", client.get(address)),
        ("GET of a part", client.get(address, headers={"HX-Request": "true"})),
        ("POST", client.post(address, form)),
        ("POST of a part", client.post(address, form, headers={"HX-Request": "true"})),
    ]


def test_every_address_is_walked() -> None:
    known, there = set(PLACES), set(all_patterns())
    assert there - known == set(), "add these to tests/privacy/addresses.py, with what they need"
    assert known - there == set(), "these addresses are gone"


def test_another_user_learns_and_changes_nothing(ada: Person, ben: Person) -> None:
    problems: list[str] = []
    before, keys = everything_of(ada.user), passkeys_of(ada)
    for place in PLACES.values():
        for address in place.addresses(ada):
            client = Client()
            client.force_login(ben.user)
            for how, answer in all_answers(client, address, everything_posted(ada)):
                problems += wrong_for_another(place, f"{how} {address}", answer)
    assert not problems, "\n".join(problems)
    assert everything_of(ada.user) == before
    assert passkeys_of(ada) == keys


def passkeys_of(person: Person) -> list[Any]:
    return list(Authenticator.objects.filter(user=person.user).values())


def wrong_for_another(place: Place, asked: str, answer: HttpResponseBase) -> list[str]:
    problems = [f"{asked} tells"] if WORD in text_of(answer) else []
    if answer.status_code == 500 or (place.private and answer.status_code not in {400, 403, 404, 405}):
        problems.append(f"{asked}: {answer.status_code}")
    return problems


def test_nobody_in_particular_learns_and_changes_nothing(ada: Person) -> None:
    problems: list[str] = []
    before, keys = everything_of(ada.user), passkeys_of(ada)
    for place in PLACES.values():
        for address in place.addresses(ada):
            for how, answer in all_answers(Client(), address, everything_posted(ada)):
                problems += wrong_for_nobody(place, f"{how} {address}", answer)
    assert not problems, "\n".join(problems)
    assert everything_of(ada.user) == before
    assert passkeys_of(ada) == keys


def wrong_for_nobody(place: Place, asked: str, answer: HttpResponseBase) -> list[str]:
    problems = [f"{asked} tells"] if WORD in text_of(answer) else []
    sent_away = answer.status_code == 302 and "/accounts/" in answer.headers["Location"]
    if not (place.open_to_all or sent_away or answer.status_code in {403, 404, 405}):
        problems.append(f"{asked}: {answer.status_code}")
    return problems


def test_the_walk_would_notice(ada: Person) -> None:
    """The same addresses do show the word to the user whose it is."""
    client = Client()
    client.force_login(ada.user)
    told = {
        pattern
        for pattern, place in PLACES.items()
        for address in place.addresses(ada)
        if pattern != "accounts/logout/" and WORD in text_of(client.get(address))
    }
    assert told >= {
        "",
        "read/<id:item_id>/",
        "search/",
        "saved/",
        "conversations/",
        "conversations/<id:cluster>/",
        "events/",
        "events/<id:event_id>/",
        "events/<id:event_id>.ics",
        "sources/",
        "sources/<id:source_id>/",
        "sources/export.opml",
        "settings/",
        "settings/export/",
        "leaving/",
        "pass-on/<id:item_id>/",
        "people/",
        "people/map/",
        "people/discover/",
        "people/<id:person_id>/",
        "people/same/<id:one>/<id:other>/",
        "people/<id:person_id>/forget/",
    }


@pytest.mark.parametrize(
    "query", ["letter", "nobody else", "inside", '"may read"', WORD, "author", f"auth* {WORD}"]
)
def test_search_never_finds_what_is_anothers(query: str, ada: Person, ben: Person) -> None:
    filters = [Filters(), Filters(source=ada.feed.pk), Filters(author=f"Author {WORD}"), Filters(saved=True)]
    for one in filters:
        for hit in search(ben.user, query, one).hits:
            assert WORD not in f"{hit.item.title}{hit.title_html}{hit.snippet_html}{hit.source_title}"


def test_anothers_export_holds_nothing(ada: Person, ben: Person) -> None:
    with export_user(ben.user) as made, zipfile.ZipFile(made) as archive:
        assert not [name for name in archive.namelist() if WORD.encode() in archive.read(name)]


def test_the_feed_of_a_brief_is_its_owners_alone(ada: Person, ben: Person) -> None:
    token = new_feed_address(ben.user)
    answer = Client().get(f"/feed/brief/{token}.atom")
    assert answer.status_code == 200
    assert WORD not in text_of(answer)


def test_an_administrator_sees_no_rows_of_users(ada: Person) -> None:
    for model in admin.site._registry:
        assert not issubclass(model, UserRow | OwnedModel), model
    boss = make_user("boss", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(boss)
    for model in admin.site._registry:
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        for row in model._base_manager.all():
            client.get(f"{address}{row.pk}/change/")
        assert client.get(address).status_code == 200
    for pattern, place in PLACES.items():
        for address in place.addresses(ada):
            if pattern != "accounts/logout/":
                assert WORD not in text_of(client.get(address)), address


def test_nothing_private_is_kept_by_caches_between(ada: Person) -> None:
    client = Client()
    client.force_login(ada.user)
    for address in ("/", "/settings/", "/saved/", "/settings/export/"):
        control = client.get(address).headers.get("Cache-Control", "")
        assert "public" not in control
        assert "Cookie" in client.get(address).headers.get("Vary", "") or "private" in control, address


def test_the_words_planted_are_there(ada: Person) -> None:
    assert WORD in str(everything_of(ada.user))
    assert timezone.now() > ada.user.date_joined
