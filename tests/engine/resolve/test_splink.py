"""Splink is the oracle: on the same comparisons it learns the same weights and gives the same pairs the same bits.

Splink (Linacre and others, International Journal of Population Data Science 7, 2022) is the reference
implementation of the Fellegi–Sunter model. It is a development dependency; nothing of it runs in the product.
"""

from __future__ import annotations

import itertools
import json
import logging
import random
from math import log2
from pathlib import Path
from typing import Any

import pytest

from transom.engine.resolve.learn import learn
from transom.engine.resolve.model import Evidence
from transom.engine.resolve.weights import Level, Weights

splink = pytest.importorskip(
    "splink", reason="Splink is not installed: pip install the dev group to compare with it"
)

# Splink's own dependencies warn while they load; the test is about its numbers.
pytestmark = pytest.mark.filterwarnings("ignore")

FIELDS = {
    "name": ("name-equal", "name-different", 0.004),
    "handle": ("handle-equal", "handle-different", 0.002),
    "season": ("active-together", "active-apart", 0.25),
}
"""Column, level where equal, level where not, and u of equality."""
PEOPLE = 220
MATCHES = 1 / (2 * PEOPLE - 1)
"""Each row matches one of all others."""


def rows(people: int = PEOPLE, seed: int = 3) -> list[dict[str, Any]]:
    """Two rows a person, whose columns agree with known probabilities."""
    draw = random.Random(seed)
    made = []
    for person in range(people):
        truth = {"name": draw.randrange(250), "handle": draw.randrange(500), "season": draw.randrange(4)}
        for copy in range(2):
            row: dict[str, Any] = {"unique_id": 2 * person + copy}
            for column, keeps in (("name", 0.9), ("handle", 0.6), ("season", 0.8)):
                fresh = draw.randrange({"name": 250, "handle": 500, "season": 4}[column])
                row[column] = str(truth[column] if draw.random() < keeps else fresh)
            made.append(row)
    return made


def weights() -> Weights:
    """Weights to start from, the same for both."""
    levels = {}
    for equal, different, u in FIELDS.values():
        levels |= {equal: Level(0.7, u), different: Level(0.3, 1 - u)}
    return Weights().with_levels(levels)


def evidence(one: dict[str, Any], other: dict[str, Any], given: Weights) -> list[Evidence]:
    codes = [FIELDS[column][one[column] != other[column]] for column in FIELDS]
    return [Evidence(str(code), given.bits(str(code))) for code in codes]


@pytest.fixture(scope="module")
def linker(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Splink on the rows, with u and the prior held as ours holds them."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    file = Path(tmp_path_factory.mktemp("splink")) / "rows.json"
    file.write_text("\n".join(json.dumps(row) for row in rows()))
    base = splink.DuckDBAPI()
    base.duckdb_con.execute(f"create table rows as select * from read_json('{file}')")
    import splink.comparison_library as compare

    settings = splink.SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            compare.ExactMatch(column).configure(m_probabilities=[0.7, 0.3], u_probabilities=[u, 1 - u])
            for column, (_, _, u) in FIELDS.items()
        ],
        blocking_rules_to_generate_predictions=["1=1"],
        probability_two_random_records_match=MATCHES,
        em_convergence=1e-7,
        max_iterations=200,
        retain_intermediate_calculation_columns=True,
    )
    return splink.Linker(base.register("rows"), settings, log_level=logging.ERROR)


def predicted(linker: Any) -> dict[tuple[int, int], float]:
    """Splink's match weight for each pair, prior included."""
    name = linker.inference.predict().physical_name
    query = f"select unique_id_l, unique_id_r, match_weight from {name}"
    base = linker._db_api.duckdb_con
    return {(min(a, b), max(a, b)): weight for a, b, weight in base.execute(query).fetchall()}


def test_a_pair_weighs_what_splink_says(linker: Any) -> None:
    given, prior = weights(), log2(MATCHES / (1 - MATCHES))
    by_id = {row["unique_id"]: row for row in rows()}
    theirs = predicted(linker)
    assert len(theirs) == len(by_id) * (len(by_id) - 1) // 2
    for (a, b), weight in itertools.islice(sorted(theirs.items()), 0, None, 97):
        ours = prior + sum(one.bits for one in evidence(by_id[a], by_id[b], given))
        assert ours == pytest.approx(weight, abs=1e-6)


def test_expectation_maximisation_finds_what_splink_finds(linker: Any) -> None:
    linker.training.estimate_parameters_using_expectation_maximisation(
        "1=1", fix_u_probabilities=True, fix_probability_two_random_records_match=True
    )
    given = weights()
    found = [evidence(one, other, given) for one, other in itertools.combinations(rows(), 2)]
    ours = learn(found, given, log2(MATCHES / (1 - MATCHES))).weights
    for comparison in linker.misc.save_model_to_json()["comparisons"]:
        equal = FIELDS[comparison["output_column_name"]][0]
        theirs = next(
            level["m_probability"]
            for level in comparison["comparison_levels"]
            if level.get("label_for_charts", "").startswith("Exact match")
        )
        assert ours.levels[equal].m == pytest.approx(theirs, abs=0.02)


def test_what_is_learnt_is_near_what_the_rows_were_made_with() -> None:
    given = weights()
    found = [evidence(one, other, given) for one, other in itertools.combinations(rows(400), 2)]
    ours = learn(found, given, log2(1 / 799))
    # Both rows must have kept the truth: 0.9 and 0.6, squared.
    assert ours.weights.levels["name-equal"].m == pytest.approx(0.81, abs=0.08)
    assert ours.weights.levels["handle-equal"].m == pytest.approx(0.36, abs=0.08)
    assert ours.matches == pytest.approx(400, rel=0.2)
