"""An address with a number that no database counts up to leads nowhere, and breaks nothing."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import get_resolver
from tests.factories import make_item, make_user
from tests.privacy.addresses import all_patterns

from transom.apps.library.paging import write_key

pytestmark = pytest.mark.django_db

TOO_LARGE = (2**63, 10**20 - 1, 10**400)


@pytest.fixture
def reader() -> Client:
    client = Client()
    client.force_login(make_user())
    return client


def with_numbers() -> list[str]:
    return sorted(pattern for pattern in all_patterns() if re.search("<(id|int):", pattern))


def test_there_are_such_addresses() -> None:
    assert len(with_numbers()) > 15
    assert not [pattern for pattern in with_numbers() if "<int:" in pattern], "use <id:...>"
    assert get_resolver()


@pytest.mark.parametrize("number", TOO_LARGE, ids=["just over", "twenty digits", "four hundred digits"])
def test_no_such_address_breaks(reader: Client, number: int) -> None:
    for pattern in with_numbers():
        address = "/" + re.sub("<[^>]+>", str(number), pattern)
        assert reader.get(address).status_code == 404, address
        assert reader.post(address).status_code == 404, address


@pytest.mark.parametrize("number", [2**63 - 1, 0])
def test_the_largest_number_is_merely_not_there(reader: Client, number: int) -> None:
    for pattern in with_numbers():
        address = "/" + re.sub("<[^>]+>", str(number), pattern)
        # A form address may say first that it wants a POST, or who one is.
        assert reader.get(address).status_code in {302, 404, 405}, address
        assert reader.post(address).status_code in {302, 404, 405}, address


@pytest.mark.parametrize("number", TOO_LARGE)
def test_nor_do_numbers_in_forms_and_keys(reader: Client, number: int) -> None:
    item = make_item()
    answer = reader.post(f"/read/{item.pk}/say/", {"say": "save", "line": str(number)})
    assert answer.status_code in {200, 302}
    for address in ("/saved/", f"/sources/{item.home_id}/", "/search/?q=register"):
        sign = "&" if "?" in address else "?"
        for key in ([number], [0, number], ["2026-11-24T00:00:00+00:00", number]):
            assert reader.get(f"{address}{sign}after={write_key(key)}").status_code == 200
    assert reader.get(f"/search/?q=register&source={number}").status_code == 200
