"""Every finding: its code, its sign, and that it is the same from both sides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.resolve.made import crowd, day, who

from transom.engine.resolve import Account, Census, Evidence, Identity, Mail, Weights, take, traits_of
from transom.engine.resolve.block import keys_of
from transom.engine.resolve.weigh import pair_of, prior_bits, weigh

CENSUS = take(map(traits_of, crowd(1500)))
WEIGHTS = Weights()


def found(a: Identity, b: Identity, census: Census = CENSUS) -> dict[str, Evidence]:
    return {one.code: one for one in weigh(traits_of(a), traits_of(b), census, WEIGHTS)}


@pytest.mark.parametrize(
    ("a", "b", "code", "sign"),
    [
        (who(1, "Annika Ottersbach"), who(2, "Ottersbach, Annika"), "name-equal", 1),
        (who(1, "Annika Ottersbach"), who(2, "Annika M. Ottersbach"), "name-compatible", 1),
        (who(1, "Annika Ottersbach"), who(2, "Annika Otersbach"), "name-near", 1),
        (who(1, "Annika Ottersbach"), who(2, "A. Ottersbach"), "name-initials", 1),
        (who(1, "Annika Ottersbach"), who(2, "Ottersbach"), "name-one-word", 1),
        (who(1, "Annika Ottersbach"), who(2, "Zoe Ottersbach"), "name-part", -1),
        (who(1, "Annika Ottersbach"), who(2, "Zoe Quisling"), "name-different", -1),
        (who(1, "Annika Ottersbach"), who(2, "kestrel"), "name-unknown", -1),
        (who(1, "Annika Ottersbach"), who(2, "", "annikaottersbach@gmail.com"), "name-spelled", 1),
        (who(1, "Annika Ottersbach"), who(2, "", "aottersbach7@gmail.com"), "name-spelled-short", 1),
        (who(1, "Annika Ottersbach"), who(2, "Annika", "xottersbach7@gmail.com"), "name-spelled", 1),
        (who(1, "Annika Ottersbach"), who(2, "", "annika.m.ottersbach@gmail.com"), "name-spelled", 1),
        (who(1, handles=("kestrel77",)), who(2, handles=("Kestrel_77",)), "handle-equal", 1),
        (who(1, handles=("kestrel77",)), who(2, handles=("kestrel78",)), "handle-near", 1),
        (who(1, handles=("kestrel77",)), who(2, handles=("magpie12",)), "handle-different", -1),
        (who(1, "", "x.y@firm.com"), who(2, "", "x.y@firm.com"), "mail-equal", 1),
        (who(1, domains=("lee.net",)), who(2, "", "xx@lee.net"), "domain-equal", 1),
        (who(1, home="https://lee.net/a"), who(2, links=("http://lee.net/a/",)), "link-equal", 1),
        (who(1, organization="Lee Inc"), who(2, organization="lee inc"), "organization-equal", 1),
        (who(1, organization="Lee"), who(2, organization="Ott"), "organization-different", -1),
        (who(1, coauthors=("p7",)), who(2, coauthors=("p7", "p8")), "coauthor-shared", 1),
        (
            who(1, accounts=(Account("forge", "1"),)),
            who(2, accounts=(Account("forge", "2"),)),
            "account-other",
            -1,
        ),
        (who(1, first=day(0), last=day(9)), who(2, first=day(5), last=day(20)), "active-together", 1),
        (who(1, first=day(0), last=day(9)), who(2, first=day(600), last=day(700)), "active-close", -1),
        (who(1, first=day(0), last=day(9)), who(2, first=day(3000), last=day(3001)), "active-apart", -1),
    ],
)
def test_each_finding_speaks_its_way(a: Identity, b: Identity, code: str, sign: int) -> None:
    one = found(a, b)[code]
    assert one.bits * sign > 0
    assert not one.strong
    assert found(b, a)[code].bits == one.bits


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (who(1), who(2)),
        (who(1, "unknown", "devnull@localhost"), who(2, "unknown", "devnull@localhost")),
        (who(1, "The Core Team"), who(2, "The Core Team")),
        (who(1, "Ann Lee and Bo Ek"), who(2, "Ann Lee and Bo Ek")),
        (who(1, "王伟"), who(2, "Wang Wei")),
        (who(1, domains=("github.com",)), who(2, domains=("github.com",))),
        (who(1, "", "info@firm.com"), who(2, "", "info@firm.com")),
    ],
)
def test_what_is_no_evidence_weighs_nothing_for_one_person(a: Identity, b: Identity) -> None:
    pair = pair_of(traits_of(a), traits_of(b), CENSUS, WEIGHTS)
    if "firm.com" not in str(a):
        assert pair.bits == pytest.approx(0.0)
    assert pair.bits + prior_bits(CENSUS) < 0
    assert not pair.joined


def test_the_rarer_the_name_the_more_it_says() -> None:
    common = found(who(1, "John Smith"), who(2, "John Smith"))["name-equal"].bits
    rare = found(who(1, "Wilhelmina Featherstonehaugh"), who(2, "Wilhelmina Featherstonehaugh"))[
        "name-equal"
    ].bits
    assert rare > common + 5
    assert common + prior_bits(CENSUS) < 4


def test_a_handle_made_of_a_shared_name_is_not_counted_twice() -> None:
    a, b = (who(n, "Annika Ottersbach", f"annikaottersbach@host{n}.com") for n in (1, 2))
    assert "handle-equal" not in found(a, b)
    c, d = (who(n, "Annika Ottersbach", f"kestrel77@host{n}.com") for n in (1, 2))
    assert "handle-equal" in found(c, d)


def test_a_shared_mailbox_is_not_counted_again_as_handle_and_domain() -> None:
    a, b = (who(n, "Annika Ottersbach", "kestrel77@lee.net") for n in (1, 2))
    assert set(found(a, b)) == {"name-equal", "mail-equal"}


def test_a_given_name_as_a_handle_says_little() -> None:
    given_name = found(who(1, "David", handles=("david",)), who(2, "david"))["handle-equal"].bits
    coined = found(who(1, "kestrel77"), who(2, handles=("kestrel77",)))["handle-equal"].bits
    assert coined > given_name + 5


def test_a_word_that_is_none_of_ones_name_was_chosen() -> None:
    plain = found(who(1, "cocolat"), who(2, "cocolat"))["handle-equal"].bits
    chosen = found(who(1, "cocolat"), who(2, "Hai Zhu", handles=("cocolat",)))["handle-equal"].bits
    assert chosen > plain


def test_numbers_behind_a_common_word_say_nothing() -> None:
    many = [who(n, handles=(f"account{n}",)) for n in range(40)]
    census = take(map(traits_of, [*many, *crowd(400)]))
    assert found(many[0], many[1], census)["handle-near"].bits < 0


def test_a_mailbox_of_a_crowd_says_nothing() -> None:
    rows = [
        who(n, name, "frontdesk@firm.com") for n, name in enumerate(["Ann Lee", "Zoe Quist", "Imre Nagy"])
    ]
    census = take(map(traits_of, rows))
    assert found(rows[0], rows[1], census)["mail-crowd"].bits == 0


def test_strong_findings_are_marked_and_kept_out_of_the_sum() -> None:
    a, b = (Identity(n, ("Ann Lee",), (Mail("q.z@firm.com", verified=True),)) for n in (1, 2))
    assert found(a, b)["mail-verified"].strong
    pair = pair_of(traits_of(a), traits_of(b), CENSUS, WEIGHTS)
    assert pair.joined
    assert pair.bits < 100


def test_findings_name_what_they_rest_on() -> None:
    one = found(who(1, handles=("kestrel77",)), who(2, handles=("kestrel77",)))["handle-equal"]
    assert one.params == {"handle": "kestrel77"}


NAMES = st.sampled_from(["", "Ann Lee", "A. Lee", "ann", "annlee", "王伟", "Lee Ann", "Anne Leee", "Bo Ek"])
MAILS = st.sampled_from(["", "ann@lee.net", "ann.lee@gmail.com", "annlee7@gmail.com", "devnull@localhost"])


@given(NAMES, MAILS, NAMES, MAILS)
def test_weighing_is_symmetric(one: str, mail: str, other: str, second: str) -> None:
    a, b = traits_of(who(1, one, mail)), traits_of(who(2, other, second))
    assert pair_of(a, b, CENSUS, WEIGHTS) == pair_of(b, a, CENSUS, WEIGHTS)
    mirrored = {one.code: round(one.bits, 6) for one in weigh(b, a, CENSUS, WEIGHTS)}
    assert {one.code: round(one.bits, 6) for one in weigh(a, b, CENSUS, WEIGHTS)} == mirrored


def test_the_prior_is_one_in_the_number_of_identities() -> None:
    assert prior_bits(Census(2**20)) == -20
    assert prior_bits(Census(3)) == prior_bits(Census(1000))


HOME, PROFILE = "https://ann.lee.net/", "https://social.example.org/@ann"


def test_a_page_that_was_seen_to_name_an_account_and_be_named_by_it_decides() -> None:
    page = who(1, "Ann Lee", own=(HOME,), proven=(HOME, PROFILE), links=(HOME, PROFILE))
    account = who(2, "paperhands", own=(PROFILE,), links=(HOME,))
    assert found(page, account)["me-mutual"].strong
    assert set(keys_of(traits_of(page))) & {
        key for key in keys_of(traits_of(account)) if key.startswith("!me:")
    }


def test_two_names_at_one_read_page_decide() -> None:
    a, b = (
        who(n, name, own=(HOME,), proven=(HOME,), links=(HOME,)) for n, name in ((1, "Ann Lee"), (2, "al7"))
    )
    assert found(a, b)["page-own"].strong
    assert set(keys_of(traits_of(a))) & {key for key in keys_of(traits_of(b)) if key.startswith("!me:")}


@pytest.mark.parametrize(
    "claim",
    [
        {"links": (HOME, PROFILE)},
        {"home": HOME, "links": (PROFILE,)},
        {"home": HOME, "me": (PROFILE,)},
        {"own": ("https://other.example.org/@bo",), "links": (HOME, PROFILE)},
    ],
)
def test_what_somebody_claims_of_anothers_page_decides_nothing(claim: dict[str, tuple[str, ...]]) -> None:
    page = who(1, "Ann Lee", own=(HOME,), proven=(HOME, PROFILE), links=(HOME, PROFILE))
    account = who(2, "paperhands", own=(PROFILE,), links=(HOME,))
    liar = who(3, "Bo Ek", **claim)
    for one in (page, account):
        assert not [code for code, finding in found(one, liar).items() if finding.strong]
