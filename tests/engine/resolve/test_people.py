"""Whole runs: who is merged, who is not, and what is asked. Wrong merges are worse than missed ones."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.resolve.made import ORCID, OTHER_ORCID, ROW, apart, crowd, day, together, who

from transom.engine.resolve import Account, Decision, Identity, Mail, Thresholds, resolve


def test_nobody_gives_nobody() -> None:
    assert resolve([]).clusters == ()


def test_one_orcid_is_one_person() -> None:
    found = resolve([who(1, "A. Lee", orcid=ORCID), who(2, "王伟", orcid=f"https://orcid.org/{ORCID}")])
    assert together(found, 1, 2)


def test_two_orcids_are_two_people_whatever_else_they_share() -> None:
    pair = [
        Identity(
            n, ("Ann Lee",), (Mail("ann@leelee.net", verified=True),), orcid=code, home="https://leelee.net"
        )
        for n, code in ((1, ORCID), (2, OTHER_ORCID))
    ]
    assert apart(resolve(pair), 1, 2)


def test_a_third_row_does_not_bring_two_orcids_together() -> None:
    rows = [
        Identity(1, ("Ann Lee",), (Mail("ann@leelee.net", verified=True),), orcid=ORCID),
        Identity(2, ("Ann Lee",), (Mail("ann@leelee.net", verified=True),)),
        Identity(3, ("Ann Lee",), (Mail("ann@leelee.net", verified=True),), orcid=OTHER_ORCID),
    ]
    assert apart(resolve(rows), 1, 3)


def test_a_verified_mailbox_is_one_person_and_a_claimed_one_is_weighed() -> None:
    verified = [Identity(n, (f"name{n}",), (Mail("x.y@firm.com", verified=True),)) for n in (1, 2)]
    assert together(resolve(verified), 1, 2)
    claimed = [who(1, "Ann Lee", "x.y@firm.com"), who(2, "Zoe Quist", "x.y@firm.com")]
    assert not together(resolve([*claimed, *crowd(200)]), 1, 2)


def test_links_to_each_other_count_in_both_directions_only() -> None:
    here, there = "https://ann.net/", "https://social.example.org/@ann"
    both = [who(1, "Ann", home=here, me=(there,)), who(2, "Lee", home=there, me=(here,))]
    assert together(resolve(both), 1, 2)
    one = [who(1, "Ann Lee", home=here, me=(there,)), who(2, "Zoe Quist", home=there)]
    assert apart(resolve([*one, *crowd(200)]), 1, 2)


def test_one_account_is_one_person() -> None:
    rows = [who(n, f"Name{n}", accounts=(Account("forge", "77"),)) for n in (1, 2)]
    assert together(resolve(rows), 1, 2)


def test_one_person_with_forty_accounts_is_one_person() -> None:
    name = "Wilhelmina Featherstonehaugh"
    rows = [who(n, name, f"wfeather{n}@host{n}.com", first=day(n), last=day(n + 9)) for n in range(1, 41)]
    found = resolve([*rows, *crowd(400)])
    assert together(found, *range(1, 41))


def test_forty_people_with_one_common_name_stay_forty() -> None:
    rows = [who(n, "Wei Wang", f"account{n * 7919}@host{n}.com") for n in range(1, 41)]
    assert apart(resolve([*rows, *crowd(400)]), *range(1, 41))


def test_a_common_name_is_no_evidence_in_a_small_library_either() -> None:
    rows = [who(1, "John Smith", "js1@firm.com"), who(2, "John Smith", "smitty@other.org")]
    assert apart(resolve(rows), 1, 2)


@pytest.mark.parametrize(
    ("name", "mail"),
    [
        ("unknown", "devnull@localhost"),
        ("root", "root@box.local"),
        ("Anonymous", "none@none"),
        ("admin", "admin@firm.com"),
        ("The Rust Core Team", "core@firm.com"),
        ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.example.com"),
        ("", ""),
        ("=", "="),
    ],
)
def test_placeholders_and_roles_never_merge_people(name: str, mail: str) -> None:
    rows = [who(n, name, mail) for n in range(1, 6)]
    people = [who(10, "Ann Ottersbach", mail), who(11, "Zoe Quisling", mail)]
    assert apart(resolve([*rows, *people]), *range(1, 6), 10, 11)


def test_a_mailbox_that_writes_as_everybody_merges_nobody() -> None:
    names = ["Ann Ottersbach", "Zoe Quisling", "Piotr Wlodarczyk", "Imre Szabados", "Noor Achterberg"]
    rows = [
        Identity(n, (name,), (Mail("frontdesk@firm.com", verified=True),), (Account("forge", "9"),))
        for n, name in enumerate(names)
    ]
    assert apart(resolve(rows), *range(5))


def test_a_chain_of_weak_links_does_not_fuse_two_people() -> None:
    rows = [
        who(1, "Annika Ottersbach", "kestrel77@gmail.com"),
        who(2, "kestrel77", "marlowe.xq@firm.com"),
        who(3, "Zoltan Quisling", "marlowe.xq@gmail.com"),
    ]
    assert not together(resolve([*rows, *crowd(300)]), 1, 3)


def test_two_names_on_one_handle_are_not_merged_unasked() -> None:
    rows = [
        who(1, "Annika Ottersbach", handles=("kestrel77",)),
        who(2, "Zoltan Quisling", handles=("kestrel77",)),
    ]
    assert apart(resolve([*rows, *crowd(300)]), 1, 2)


@pytest.mark.parametrize(
    "name",
    [
        "Gagandeep Ahluwalia-Xh",
        "Θεοδωροπούλου Ευσταθία",
        "Вознесенская Евфросиния",
        "محمدعلي البغدادي",
        "अनिरुद्ध चट्टोपाध्याय",
        "ณัฐพงศ์ สุวรรณศรีทอง",
        "יהונתן אבוטבול",
        "გიორგი კვარაცხელია",
        "龘靐齾",
    ],
)
def test_a_rare_name_of_any_script_is_evidence(name: str) -> None:
    rows = [who(1, name, first=day(0), last=day(9)), who(2, name, first=day(3), last=day(20))]
    found = resolve([*rows, *crowd(300)])
    assert together(found, 1, 2) or any({one.a, one.b} == {1, 2} for one in found.questions)


def test_names_in_two_scripts_are_not_held_against_each_other() -> None:
    rows = [who(1, "Сангюб Ли", "sylee957@gmail.com"), who(2, "Sangyub Lee", "sylee957@gmail.com")]
    assert together(resolve([*rows, *crowd(100)]), 1, 2)


def test_a_users_answers_win_over_everything() -> None:
    same = [who(1, "Ann Lee", orcid=ORCID), who(2, "Ann Lee", orcid=ORCID)]
    assert apart(resolve(same, decisions=[Decision(1, 2, same=False)]), 1, 2)
    other = [who(1, "Ann Lee", orcid=ORCID), who(2, "Zoe Quist", orcid=OTHER_ORCID)]
    assert together(resolve(other, decisions=[Decision(2, 1, same=True)]), 1, 2)


def test_the_later_answer_counts() -> None:
    rows = [who(1, "Ann Lee"), who(2, "Zoe Quist")]
    answers = [Decision(1, 2, same=True), Decision(2, 1, same=False)]
    assert apart(resolve(rows, decisions=answers), 1, 2)
    assert together(resolve(rows, decisions=answers[::-1]), 1, 2)


def test_an_answer_taken_back_undoes_the_merge() -> None:
    rows = [who(1, "Ann Lee"), who(2, "Zoe Quist"), *crowd(20)]
    before = resolve(rows)
    assert together(resolve(rows, decisions=[Decision(1, 2, same=True)]), 1, 2)
    assert resolve(rows) == before


def test_an_answer_about_somebody_forgotten_is_let_be() -> None:
    rows = [who(1, "Ann Lee")]
    assert resolve(rows, decisions=[Decision(1, 99, same=True), Decision(98, 99, same=False)]).clusters == (
        (1,),
    )


def test_between_the_thresholds_it_asks() -> None:
    rows = [
        who(1, "Brian Ottersbach", "bo@firm.com"),
        who(2, "Brian Ottersbach", "xyzzy@other.org"),
    ]
    unsure = resolve([*rows, *crowd(2500)], thresholds=Thresholds(merge=0.9999999, ask=0.2))
    assert [(one.a, one.b) for one in unsure.questions] == [(1, 2)]


def test_what_groups_know_together_decides() -> None:
    """A byline by name alone joins a person whose times and employer fit, each known from another row."""
    rows = [
        who(1, "Nikolaus Cameron", "nrc@ncameron.org", organization="The Project"),
        who(2, "Nikolaus Cameron", home="https://ncameron.org/blog", first=day(0), last=day(90)),
        who(3, "Nikolaus Cameron", organization="The Project", first=day(60), last=day(120)),
    ]
    assert together(resolve([*rows, *crowd(1500)]), 1, 2, 3)


@given(st.randoms(use_true_random=False))
@settings(max_examples=15)
def test_the_order_of_identities_makes_no_difference(order: random.Random) -> None:
    rows = [
        *(who(n, "Wei Wang", f"w{n % 4}@firm.com") for n in range(12)),
        *(who(20 + n, "Annika Ottersbach", f"annika{n}@gmail.com", orcid=ORCID * (n == 2)) for n in range(4)),
        *(who(30 + n, f"kestrel{n % 2}77", handles=("kestrel77",)) for n in range(4)),
    ]
    before = resolve(rows)
    order.shuffle(rows)
    assert resolve(rows) == before


@given(
    rows=st.lists(ROW, max_size=12),
    answers=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11), st.booleans()), max_size=6),
)
@settings(max_examples=60)
def test_different_is_always_respected_and_each_is_one_person(
    rows: list[tuple[str, str, str, str]], answers: list[tuple[int, int, bool]]
) -> None:
    identities = [
        who(n, name, mail, handles=(handle,) if handle else (), orcid=code)
        for n, (name, mail, handle, code) in enumerate(rows)
    ]
    decisions = [Decision(a, b, same) for a, b, same in answers if a != b]
    found = resolve(identities, decisions=decisions)
    assert sorted(one for members in found.clusters for one in members) == list(range(len(rows)))
    last = {frozenset((one.a, one.b)): one.same for one in decisions}
    for pair, same in last.items():
        if not same and max(pair) < len(rows):
            assert apart(found, *pair)
    asked = {frozenset((one.a, one.b)) for one in found.questions}
    assert not any(pair in last and not last[pair] for pair in asked)


@given(st.lists(ROW, max_size=12))
@settings(max_examples=40)
def test_two_orcids_never_share_a_person_unless_a_user_says_so(rows: list[tuple[str, str, str, str]]) -> None:
    identities = [who(n, name, mail, orcid=code) for n, (name, mail, _, code) in enumerate(rows)]
    for members in resolve(identities).clusters:
        assert len({rows[one][3] for one in members} - {""}) <= 1
