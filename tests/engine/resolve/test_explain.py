"""Why do we think so: codes, params and bits that add up."""

from __future__ import annotations

import pytest
from tests.engine.resolve.made import crowd, day, who

from transom.engine.resolve import Decision, Pair, explain, links_between, take, traits_of

NAME = "Wilhelmina Featherstonehaugh"
CENSUS = take(map(traits_of, crowd(500)))
ORCID, OTHER = "0000-0002-1825-0097", "0000-0001-5109-3700"


def test_the_bits_add_up_and_the_weightiest_comes_first() -> None:
    told = explain(who(1, NAME, first=day(0)), who(2, NAME, first=day(900)), CENSUS)
    assert told.bits == pytest.approx(told.prior + sum(one.bits for one in told.evidence))
    assert [one.code for one in told.evidence] == ["name-equal", "active-close"]
    assert told.evidence[1].params == {"days": "900"}
    assert told.verdict == "merge"


def test_it_is_the_same_from_both_sides() -> None:
    a, b = who(1, NAME, "wf@lee.net"), who(2, "Wilhelmina", handles=("wfeather",))
    assert explain(a, b, CENSUS) == explain(b, a, CENSUS)


@pytest.mark.parametrize(
    ("fields", "other", "verdict"),
    [
        ({"orcid": ORCID}, {"orcid": ORCID}, "joined"),
        ({"orcid": ORCID}, {"orcid": OTHER}, "parted"),
        ({}, {}, "merge"),
    ],
)
def test_the_verdict_names_what_decided(fields: dict[str, str], other: dict[str, str], verdict: str) -> None:
    told = explain(who(1, NAME, **fields), who(2, NAME, **other), CENSUS)
    assert told.verdict == verdict


def test_strangers_are_apart_and_the_unsure_are_asked() -> None:
    assert explain(who(1, "Ann Lee"), who(2, "Zoe Quist"), CENSUS).verdict == "apart"
    unsure = explain(who(1, "Nick Ottersbach"), who(2, "Nick"), CENSUS)
    assert unsure.verdict in {"ask", "apart"}
    assert 0 < unsure.probability < 0.96


def test_a_users_answer_is_the_reason() -> None:
    a, b = who(1, NAME), who(2, NAME)
    said = [Decision(1, 2, same=True), Decision(2, 1, same=False)]
    assert explain(a, b, CENSUS, decisions=said).verdict == "decided-different"
    assert explain(a, b, CENSUS, decisions=said[:1]).verdict == "decided-same"


def test_what_weighs_nothing_is_not_told() -> None:
    told = explain(who(1, "unknown", "devnull@localhost"), who(2, "unknown", "devnull@localhost"), CENSUS)
    assert told.evidence == ()
    assert told.bits == told.prior


def test_two_of_one_person_hang_together_by_their_strongest_links() -> None:
    pairs = [Pair(1, 2, 12.0), Pair(2, 3, 20.0), Pair(1, 4, 15.0), Pair(3, 4, 15.0)]
    assert [(one.a, one.b) for one in links_between(1, 3, pairs)] == [(1, 4), (3, 4)]


def test_what_joins_alone_is_the_strongest_link() -> None:
    pairs = [Pair(1, 2, 5.0, joined=True), Pair(2, 3, 5.0, joined=True), Pair(1, 3, 30.0)]
    assert len(links_between(1, 3, pairs)) == 2


def test_where_nothing_leads_there_are_no_links() -> None:
    assert links_between(1, 9, [Pair(1, 2, 12.0)]) == ()
    assert links_between(1, 1, []) == ()
