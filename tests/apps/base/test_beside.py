"""Two parts of long work: at once on PostgreSQL, one after the other on SQLite, and both done in the end."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from tests.factories import make_source

from transom.apps.base.beside import Shared, ahead, beside
from transom.apps.sources.models import Source

pytestmark = pytest.mark.django_db(transaction=True)
two_writers = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")


def sources(*sites: str) -> Iterator[str]:
    for site in sites:
        make_source(address=f"{site}/feed", site=site)
        yield site


def sites() -> set[str]:
    return set(Source.objects.values_list("site", flat=True))


def test_both_parts_are_done_on_leaving() -> None:
    with beside(sources("https://one.example", "https://two.example")):
        make_source(address="https://three.example/feed", site="https://three.example")
    assert sites() == {"https://one.example", "https://two.example", "https://three.example"}


def test_what_is_shared_is_taken_once() -> None:
    parts = Shared(range(500))
    taken: list[int] = []
    with beside(map(taken.append, parts)):
        for one in parts:
            taken.append(one)  # noqa: PERF402  one at a time, as the other side does
    assert sorted(taken) == list(range(500))


@two_writers
def test_on_postgresql_they_run_at_once() -> None:
    met = threading.Barrier(2, timeout=20)

    def waits() -> Iterator[None]:
        met.wait()
        yield

    with beside(waits()):
        met.wait()


@two_writers
def test_the_steps_end_where_the_block_fails() -> None:
    begun, go_on = threading.Event(), threading.Event()
    done = []

    def steps() -> Iterator[None]:
        for number in range(3):
            begun.set()
            go_on.wait(20)
            done.append(number)
            yield

    def fails() -> None:
        begun.wait(20)
        threading.Timer(0.2, go_on.set).start()
        raise RuntimeError("no room")

    with pytest.raises(RuntimeError, match="no room"), beside(steps()):
        fails()
    assert len(done) == 1


def test_an_error_among_the_steps_is_raised() -> None:
    def steps() -> Iterator[None]:
        yield
        raise RuntimeError("no room")

    with pytest.raises(RuntimeError, match="no room"), beside(steps()):
        pass


def test_within_a_transaction_they_belong_to_it() -> None:
    with transaction.atomic():
        with beside(sources("https://one.example")):
            assert sites() == {"https://one.example"}
        transaction.set_rollback(True)
    assert sites() == set()


def test_parts_come_in_their_order_also_where_the_next_is_made_ahead() -> None:
    assert list(ahead(sources("https://one.example", "https://two.example"))) == [
        "https://one.example",
        "https://two.example",
    ]
    assert len(sites()) == 2


def test_whoever_needs_no_more_parts_waits_for_none() -> None:
    made = []
    for part in ahead(map(str, range(100))):
        made.append(part)
        if part == "2":
            break
    assert made == ["0", "1", "2"]


def test_an_error_in_making_a_part_is_raised() -> None:
    def parts() -> Iterator[int]:
        yield 1
        raise RuntimeError("no room")

    taken: list[int] = []
    with pytest.raises(RuntimeError, match="no room"):
        taken.extend(ahead(parts()))
