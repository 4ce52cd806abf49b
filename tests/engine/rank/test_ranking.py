"""What the ranking promises: limits kept, budgets kept, the same answer again, reasons that add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transom.engine.rank import (
    DO,
    READ,
    Candidate,
    Candidates,
    FeedbackRow,
    Model,
    Shape,
    Signal,
    choose,
    extend,
    learn,
    rank,
)
from transom.engine.rank.explain import DEEP, LEARNED, LEAST, TOLD
from transom.engine.rank.features import NAMES
from transom.engine.rank.signals import NO_TERMS, NO_WEIGHTS
from transom.engine.rank.terms import Frequencies, pack, unpack, weigh
from transom.engine.text.manner import FLAGS, manner
from transom.engine.text.tokens import terms

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


def candidate(key: int, **changes: object) -> Candidate:
    found = weigh(terms(f"archive word{key}"), terms("retention"), Frequencies())
    plain: dict[str, object] = {
        "id": key,
        "cost_minutes": 3.0,
        "published": (NOW - timedelta(days=key % 9)).timestamp(),
        "source": key % 7,
        "author": key % 5,
        "kind": key % 3,
        "channel": key % 2,
        "terms": found.ids,
        "term_weights": found.weights,
    }
    return Candidate(**(plain | changes))  # type: ignore[arg-type]


def said(one: Candidate, signal: Signal, days_ago: float, feature: str = "") -> FeedbackRow:
    return FeedbackRow(
        item=one.id,
        signal=signal,
        at=(NOW - timedelta(days=days_ago)).timestamp(),
        source=one.source,
        author=one.author,
        kind=one.kind,
        manner=one.manner,
        terms=one.terms,
        term_weights=one.term_weights,
        features={"novelty": 0.9, "rarity": 0.4, "freshness": 0.1 * (one.id % 9)},
        feature=feature,
    )


LOG = [
    said(candidate(key), signal, 60 - key)
    for key, signal in enumerate([Signal.FINISHED, Signal.PASSED_OVER, Signal.SAVED, Signal.LESS] * 10)
]

rows = st.builds(
    lambda cost, section, source, author, vendor, due: candidate(
        0, cost_minutes=cost, section=section, source=source, author=author, vendor=vendor, deadline=due
    ),
    st.floats(0, 40),
    st.sampled_from([READ, READ, READ, DO]),
    st.integers(-1, 4),
    st.integers(-1, 4),
    st.booleans(),
    st.sampled_from([float("nan"), NOW.timestamp() - 5, NOW.timestamp() + 86_400]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(rows, max_size=25), st.floats(0, 40), st.integers(0, 3))
def test_a_choice_never_breaks_a_limit(given_rows: list[Candidate], minutes: float, each: int) -> None:
    candidates = Candidates.of(given_rows)
    shape = Shape(per_source=each, per_author=each, most_read=5, most_do=2)
    value = np.linspace(0.01, 0.9, len(candidates)).astype(np.float32)
    choice = choose(candidates, value, shape, minutes, now=NOW)
    picked = [*choice.read, *choice.do]
    assert len(set(picked)) == len(picked)
    assert choice.read_minutes + choice.do_minutes <= minutes + 1e-4
    assert not choice.do or choice.read_minutes <= shape.read_share * minutes + 1e-4
    assert len(choice.read) <= shape.most_read
    assert len(choice.do) <= shape.most_do
    assert sum(bool(candidates.vendor[at]) for at in picked) <= shape.vendors
    for codes in (candidates.source, candidates.author):
        counted = Counter(int(codes[at]) for at in picked if codes[at] >= 0)
        assert max(counted.values(), default=0) <= each
    assert all(value[at] >= shape.floor for at in picked)
    assert all(not candidates.deadline[at] < NOW.timestamp() for at in picked)


def test_the_same_day_gives_the_same_brief() -> None:
    candidates = Candidates.of([candidate(key) for key in range(300)])
    first, second = (rank(candidates, learn(LOG, now=NOW), Shape(), 15.0, now=NOW) for _ in range(2))
    assert first.choice == second.choice
    assert first.choice.read


def test_contributions_add_up_to_the_value() -> None:
    candidates = Candidates.of([candidate(key) for key in range(40)])
    ranking = rank(candidates, learn(LOG, now=NOW), Shape(), 15.0, now=NOW)
    for at in range(len(candidates)):
        odds = ranking.ordinary + ranking.contributions(at).sum()
        assert ranking.value[at] == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-5)


def test_reasons_are_the_largest_contributions_that_are_true_of_the_candidate() -> None:
    candidates = Candidates.of([candidate(key) for key in range(40)])
    ranking = rank(candidates, learn(LOG, now=NOW), Shape(), 15.0, now=NOW)
    for at in range(len(candidates)):
        found, features = ranking.contributions(at), ranking.features_of(at)
        true = {
            name: float(found[number])
            for number, name in enumerate(NAMES)
            if (name not in LEARNED or features[name] * found[number] > 0)
            and (name != "depth" or features[name] >= DEEP)
        }
        speaking = [one for one in true.items() if one[1] >= LEAST and one[0] not in TOLD]
        best = sorted(speaking, key=lambda one: -one[1])[:2]
        reasons = ranking.reasons(at)
        named = [(one.feature, one.contribution) for one in reasons if one.contribution > 0]
        assert [name for name, _ in named] == [name for name, _ in best]
        assert len([one for one in reasons if one.contribution < 0]) <= 1


def test_nothing_is_claimed_of_a_source_that_the_reader_never_judged() -> None:
    disliked = [candidate(key, source=1) for key in range(30)]
    unknown = candidate(99, source=2, author=77, kind=8, terms=NO_TERMS, term_weights=NO_WEIGHTS)
    log = [said(one, Signal.LESS, 1.0) for one in disliked]
    ranking = rank(Candidates.of([*disliked, unknown]), learn(log, now=NOW), Shape(), 15.0, now=NOW)
    assert ranking.contributions(30)[NAMES.index("source")] > LEAST
    assert "source" not in {one.feature for one in ranking.reasons(30)}


@pytest.mark.parametrize("cut", [0, 1, 17, len(LOG)])
def test_extending_gives_what_learning_afresh_gives(cut: int) -> None:
    whole = learn(LOG, now=NOW)
    pieces = extend(learn(LOG[:cut], now=NOW), LOG[cut:], now=NOW)
    assert whole.tastes.mean == pytest.approx(pieces.tastes.mean, abs=2e-3)
    assert whole.weights.of_features == pytest.approx(pieces.weights.of_features, abs=1e-4)


def test_extending_leaves_the_earlier_model_as_it_was() -> None:
    model = learn(LOG[:5], now=NOW)
    before = model.tastes.mean.copy()
    extend(model, LOG[5:], now=NOW)
    assert np.array_equal(model.tastes.mean, before)


def test_a_wrong_reason_changes_only_the_named_feature() -> None:
    before = learn(LOG, now=NOW).weights.of_features
    wrong = said(candidate(1), Signal.WRONG_REASON, 0.0, feature="novelty")
    after = extend(learn(LOG, now=NOW), [wrong], now=NOW).weights.of_features
    changed = [name for name, x, y in zip(NAMES, before, after, strict=True) if abs(x - y) > 1e-6]
    assert changed == ["novelty"]
    assert abs(after[NAMES.index("novelty")]) < abs(before[NAMES.index("novelty")])


def _value(model: Model, one: Candidate) -> float:
    return float(rank(Candidates.of([one]), model, Shape(), 15.0, now=NOW).value[0])


def test_finishing_raises_and_dismissing_lowers_what_its_source_publishes() -> None:
    one = candidate(3, terms=np.zeros(0, np.uint32), term_weights=np.zeros(0, np.float32))
    plain, more, less = (
        learn([said(one, signal, 1.0)] * count, now=NOW)
        for signal, count in ((Signal.SAVED, 0), (Signal.SAVED, 3), (Signal.DISMISSED, 3))
    )
    assert _tastes_of(less, one) < _tastes_of(plain, one) < _tastes_of(more, one)


def _tastes_of(model: Model, one: Candidate) -> float:
    return float(model.view(NOW).of_codes("source", np.array([one.source], dtype=np.int32))[0])


def test_evidence_fades_with_its_half_life() -> None:
    one = candidate(3)
    model = learn([said(one, Signal.SAVED, 0.0)], now=NOW)
    later = extend(model, [], now=NOW + timedelta(days=900))
    assert 0 <= _tastes_of(later, one) < 0.05 < _tastes_of(model, one)


def test_fresher_things_and_closer_authors_are_worth_more_from_the_start() -> None:
    model = learn([], now=NOW)
    old = candidate(1, published=(NOW - timedelta(days=20)).timestamp())
    assert _value(model, candidate(1)) > _value(model, old)
    assert _value(model, candidate(1, tie=1.0)) > _value(model, candidate(1))
    assert _value(model, candidate(1, vendor=True)) < _value(model, candidate(1))


def test_a_word_of_the_profile_counts_and_is_named() -> None:
    candidates = Candidates.of(
        [
            candidate(1),
            *(
                candidate(k, terms=np.zeros(0, np.uint32), term_weights=np.zeros(0, np.float32))
                for k in range(2, 9)
            ),
        ]
    )
    ranking = rank(candidates, learn([], now=NOW, interests=["archive"]), Shape(), 15.0, now=NOW)
    named = [one for one in ranking.reasons(0) if one.feature == "interest"]
    assert [one.term for one in named] == ["archive"]


def test_the_way_a_title_speaks_is_learned_apart_from_its_subject() -> None:
    asking, stating = manner("Why do we keep box 14?"), manner("Box fourteen")
    log = [
        said(candidate(key, manner=asking if key % 2 else stating), signal, 2.0)
        for key, signal in enumerate([Signal.DISMISSED, Signal.SAVED] * 15)
    ]
    view = learn(log, now=NOW).view(NOW)
    liked, other = view.of_manner(np.array([asking, stating], dtype=np.uint32))
    assert liked > 0.5 > 0 > other


@pytest.mark.parametrize("bits", [0, 1, (1 << len(FLAGS)) - 1])
def test_a_manner_survives_packing(bits: int) -> None:
    found = replace(weigh(["one"], ["two"] * 3, Frequencies()), manner=bits)
    assert unpack(pack(found)).manner == bits
    assert np.array_equal(unpack(pack(found)).ids, found.ids)


def test_terms_survive_packing_and_damage_reads_as_none() -> None:
    found = weigh(["one", "two"], ["three"] * 4, Frequencies())
    assert np.array_equal(unpack(pack(found)).ids, found.ids)
    assert unpack(pack(found)).weights == pytest.approx(found.weights, abs=1e-3)
    assert not len(unpack(pack(found)[:-1]).ids)


def test_no_candidates_give_an_empty_brief() -> None:
    ranking = rank(Candidates.of([]), learn([], now=NOW), Shape(), 15.0, now=NOW)
    assert (ranking.choice.read, ranking.choice.do, ranking.choice.left_out_count) == ((), (), 0)
