"""Commands on a computer that is cut off, and how `sources` speaks of those that are well."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest
from tests.factories import make_source, make_state, make_subscription, make_user
from tests.interfaces.cli.conftest import Type
from tests.interfaces.cli.site import Site
from tests.servers.postgres import free_port

from transom.apps.library.models import RefreshRun
from transom.apps.sources.models import SourceState
from transom.interfaces.cli import reading

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dark(transom: Type, settings: Any) -> list[str]:
    """Five sources followed, none of which can be reached."""
    hosts = [f"127.0.0.{number}:{free_port()}" for number in range(1, 6)]
    settings.OPTIONS = replace(settings.OPTIONS, allowed_private=tuple(hosts))
    transom("follow", "--as-is", *(f"http://{host}/feed" for host in hosts))
    return hosts


def test_refreshing_without_a_network_ends_and_says_so(transom: Type, dark: list[str]) -> None:
    answer = transom("refresh", "--all")
    assert answer.code == 1
    assert "5 sources could not be reached" in answer.err
    assert "connection" in answer.err
    assert RefreshRun.objects.get().network_down


def test_a_brief_without_a_network_comes_at_once_and_says_so(transom: Type, dark: list[str]) -> None:
    began = time.monotonic()
    answer = transom("brief")
    assert time.monotonic() - began < 30
    assert answer.code == 0
    assert "Nothing could be reached" in " ".join(answer.out.split())
    assert "a good brief" not in answer.out


def test_sources_without_a_network_are_not_called_new(transom: Type, dark: list[str]) -> None:
    transom("refresh", "--all")
    answer = transom("sources")
    assert "not been asked" not in answer.out
    assert answer.out.count("could not reach the network") == 5
    assert "This computer could not reach the network." in answer.err


def test_a_brief_is_waited_for_no_longer_than_promised(
    transom: Type, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    monkeypatch.setattr(reading, "PATIENCE", 2.0)
    with Site(silent=True) as site:
        settings.OPTIONS = replace(settings.OPTIONS, allowed_private=(site.host,))
        transom("follow", "--as-is", f"{site.url}/feed.xml")
        began = time.monotonic()
        answer = transom("brief")
        assert time.monotonic() - began < 10
    assert answer.code == 0
    assert "still being fetched" in answer.err
    assert SourceState.objects.get().last_fetched_at is None


def test_of_sources_that_are_well_only_the_last_line_speaks(transom: Type) -> None:
    user = make_user()
    for number in range(4):
        source = make_source(f"Shelf {number}")
        make_subscription(user, source)
        make_state(source)
    assert "all answer as they should" in transom("sources").err
    make_state(source, failures=3, last_status=404, last_error_kind="http-status")
    answer = transom("sources")
    assert "answers as it should" not in answer.out
    assert "need do nothing" not in answer.out
    assert answer.out.count("There is nothing at its address. Look on the site for a new address.") == 1
    assert "4 sources; 1 needs you." in answer.err
