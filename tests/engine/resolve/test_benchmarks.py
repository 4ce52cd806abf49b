"""How the benchmarks count: a scorer that is wrong would hide a resolver that is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarks import across_channels, identities, resolve_scale
from tests.engine.resolve.made import who

from transom.engine.resolve import Identity


def test_pairs_are_counted_and_rows_of_nobody_must_stand_alone() -> None:
    truth = {1: 7, 2: 7, 3: 7, 4: 8, 5: -1}
    right = resolve_scale.measured({1: 1, 2: 1, 3: 1, 4: 4, 5: 5}, truth)
    assert right == {"precision": 1.0, "recall": 1.0}
    wrong = resolve_scale.measured({1: 1, 2: 1, 3: 3, 4: 3, 5: 5}, truth)
    assert wrong == {"precision": 0.5, "recall": pytest.approx(1 / 3)}
    assert resolve_scale.measured({1: 1, 2: 1, 3: 1, 4: 4, 5: 1}, truth)["precision"] == 0.5


def test_a_line_of_the_examination_is_an_identity() -> None:
    row = {"id": 3, "name": "Ann Lee", "email": "a@b.com", "first": "2020-01-02", "last": None, "commits": 4}
    found = identities.identity(row)
    assert (found.id, found.names, found.mails[0].address) == (3, ("Ann Lee",), "a@b.com")
    assert str(found.first) == "2020-01-02"
    assert found.last is None


@pytest.fixture
def community() -> across_channels.Community:
    """Two people of a project, and four bylines."""
    people = [
        Identity(0, ("Wilhelmina Featherstonehaugh",), handles=("wfeather",)),
        Identity(1, ("Imre Szabados",), handles=("kestrel77",)),
    ]
    bylines = [
        ("blog", "Wilhelmina Featherstonehaugh", ""),
        ("blog", "kestrel77", ""),
        ("blog", "Zoe Quist", ""),
    ]
    rows = [who(2 + at, name) for at, (_, name, _) in enumerate(bylines)]
    numbers = {byline: 2 + at for at, byline in enumerate(bylines)}
    return across_channels.Community(people + rows, {0: "wfeather", 1: "kestrel77"}, numbers)


def labelled(*handles: str | None) -> list[dict[str, str | None]]:
    names = ("Wilhelmina Featherstonehaugh", "kestrel77", "Zoe Quist")
    return [
        {"channel": "blog", "name": name, "url": "", "github": handle}
        for name, handle in zip(names, handles, strict=True)
    ]


def test_links_are_made_right_and_wanted(community: across_channels.Community) -> None:
    found = across_channels.score(labelled("wfeather", "kestrel77", None), community)
    assert (found.precision, found.recall) == (1.0, 1.0)
    assert found.wanted == 2


def test_a_link_to_somebody_else_is_wrong_and_one_not_made_is_missed(
    community: across_channels.Community,
) -> None:
    found = across_channels.score(labelled("kestrel77", "kestrel77", "wfeather"), community)
    assert (found.made, found.right, found.wanted) == (2, 1, 3)


def test_the_alternative_goes_by_equal_names(community: across_channels.Community) -> None:
    found = across_channels.by_name(labelled("wfeather", "kestrel77", None), community)
    assert (found.made, found.right) == (2, 2)


def test_without_labels_nothing_is_measured(tmp_path: Path) -> None:
    (one,) = across_channels.figures(tmp_path / "absent.jsonl")
    assert one.holds is None


def test_without_a_terminal_the_examination_is_answered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [{"id": n, "name": "Imre Szabados", "email": f"imre{n}@x{n}.com"} for n in range(2)]
    monkeypatch.setattr("sys.stdin", [json.dumps(line) for line in lines])
    identities.serve()
    answers = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["id"] for one in answers] == [0, 1]
    assert answers[0]["person"] == answers[1]["person"]
