"""In bulk as alone: the same people, pairs and questions."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engine.resolve.made import ROW, crowd, together, who

from transom.engine.resolve import Account, Decision, resolve

pytest.importorskip("duckdb", reason="DuckDB is not installed: it comes with the extra `bulk`")

from transom.engine.resolve.bulk import Bulk  # noqa: E402  needs the extra


@given(st.lists(ROW, max_size=14))
@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
def test_bulk_is_the_plain_run(rows: list[tuple[str, str, str, str]]) -> None:
    people = [
        who(n, name, mail, handles=(handle,) if handle else (), orcid=code)
        for n, (name, mail, handle, code) in enumerate(rows)
    ]
    assert Bulk(people).resolve() == resolve(people)


def test_answers_count_in_bulk_too() -> None:
    people = [who(n, "Wilhelmina Featherstonehaugh") for n in range(3)] + crowd(50)
    answers = [Decision(0, 1, same=False)]
    assert Bulk(people).resolve(decisions=answers) == resolve(people, decisions=answers)


def test_blocks_too_large_and_chains_are_as_alone() -> None:
    people = [who(n, "Wei Wang", accounts=(Account("forge", str(n // 100)),)) for n in range(300)]
    found = Bulk(people).resolve()
    assert found == resolve(people)
    assert together(found, *range(100))


def test_ids_need_not_be_small() -> None:
    people = [who(2**62 + n, "Wilhelmina Featherstonehaugh") for n in range(2)] + crowd(50)
    assert Bulk(people).resolve() == resolve(people)


def test_nobody_gives_nobody() -> None:
    assert Bulk([]).resolve() == resolve([])
