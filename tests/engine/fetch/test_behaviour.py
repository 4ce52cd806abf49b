"""Transom behaves as those who serve feeds ask readers to; and the card notices a reader that does not."""

import asyncio
from collections.abc import Callable

import pytest

from transom.engine.fetch.behaviour import CaseResult, own_client, printed, run_score_card, score_card
from transom.engine.fetch.behaviour_cases import CASES
from transom.engine.net.guard import AddressGuard
from transom.engine.net.port import HttpPort, Request, Response


@pytest.fixture(scope="module")
def card() -> dict[str, CaseResult]:
    return {result.name: result for result in run_score_card()}


def test_names_are_told_apart():
    assert len({case.name for case in CASES}) == len(CASES) >= 36


@pytest.mark.parametrize("name", [case.name for case in CASES])
def test_transom_behaves(card, name):
    assert card[name].passed, card[name].detail


def test_the_card_is_printed_with_its_sum():
    text = printed([CaseResult("One", True, "fine"), CaseResult("Two", False, "asked too often")])
    assert text.splitlines() == ["pass  One: fine", "FAIL  Two: asked too often", "", "1 of 2 passed"]


class Careless:
    """A reader that forgets the first validator of every request, calls itself a browser, and minds no wait."""

    def __init__(self, guard: AddressGuard, seconds: Callable[[], float]) -> None:
        self._port: HttpPort = own_client(guard, seconds)

    async def fetch(self, request: Request) -> Response:
        headers = {"User-Agent": "Mozilla/5.0", "Cookie": "id=1", "Referer": "https://example.org/"}
        return await self._port.fetch(
            Request(request.url + "&_=1", last_modified=request.last_modified, headers=headers)
        )

    async def aclose(self) -> None:
        await self._port.aclose()


def test_a_careless_reader_fails_what_it_should():
    failed = {result.name for result in asyncio.run(score_card(Careless)) if not result.passed}
    assert {
        "Both validators are sent",
        "ETag is returned byte for byte",
        "Cookies are not sent back",
        "No referrer, also after redirects",
        "The address is asked as it was given",
        "It says who it is, and nobody else",
    } <= failed
