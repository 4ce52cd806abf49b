"""What of an identity counts as evidence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine.resolve.made import who

from transom.engine.resolve.model import Account, Identity, Mail
from transom.engine.resolve.traits import (
    MOST,
    handle,
    handle_of_page,
    mailbox,
    orcid,
    page,
    traits_of,
    usable,
)

TEXT = st.text(max_size=40)


@given(
    names=st.lists(TEXT, max_size=3),
    mail=TEXT,
    handles=st.lists(TEXT, max_size=3),
    home=TEXT,
    code=TEXT,
    service=TEXT,
)
def test_no_identity_makes_it_fail(
    names: list[str], mail: str, handles: list[str], home: str, code: str, service: str
) -> None:
    found = traits_of(
        Identity(
            1,
            names=tuple(names),
            mails=(Mail(mail), Mail(mail + "@" + mail)),
            accounts=(Account(service, code),),
            handles=tuple(handles),
            orcid=code,
            home=home,
            me=(home,),
            links=(home, "https://" + home),
            organization=home,
            domains=(home,),
        )
    )
    assert found.id == 1
    assert "" not in found.handles | found.mails | found.links | found.domains


@pytest.mark.parametrize(
    "address",
    [
        "devnull@localhost",
        "none@none",
        "noreply@github.com",
        "no-reply@firm.example.org",
        "info@firm.com",
        "admin@firm.com",
        "root@box.local",
        "fabian@debian.(none)",
        "me@192.168.1.4",
        "you@example",
        "bot@firm.com",
        "@firm.com",
        "ann",
        "",
        "x" * 300 + "@firm.com",
    ],
)
def test_placeholders_and_offices_have_no_mailbox_of_their_own(address: str) -> None:
    assert not usable(address)
    assert traits_of(who(1, "Ann Lee", address)).mails == frozenset()


@pytest.mark.parametrize("address", ["ann.lee@firm.com", "a@b.co", "李@例子.xn--fiqs8s", "ann+tag@gmail.com"])
def test_an_ordinary_address_is_somebodys(address: str) -> None:
    assert usable(address)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann.Lee@Gmail.com", "annlee@gmail.com"),
        ("annlee+lists@gmail.com", "annlee@googlemail.com"),
        ("ann+x@firm.com", "ANN@firm.com"),
        (" <ann@firm.com> ", "ann@firm.com"),
    ],
)
def test_two_spellings_of_one_mailbox(one: str, other: str) -> None:
    assert mailbox(one) == mailbox(other)


def test_dots_matter_where_they_matter() -> None:
    assert mailbox("ann.lee@firm.com") != mailbox("annlee@firm.com")


def test_a_local_part_is_a_handle_even_where_the_host_is_nobodys() -> None:
    assert "advaitpote" in traits_of(who(1, "", "advaitpote@192.168.1.4")).handles
    assert not traits_of(who(1, "", "root@box.local")).handles


def test_an_address_made_of_an_account_gives_its_number_and_handle() -> None:
    found = traits_of(who(1, "", "12345+AnnLee@users.noreply.github.com"))
    assert found.accounts == {("github-id", "12345")}
    assert found.handles == {"annlee"}


@pytest.mark.parametrize("text", ["ab", "admin", "info", "12", "123456", "@", "u/"])
def test_everybodys_handles_are_none(text: str) -> None:
    assert handle(text) == ""


@pytest.mark.parametrize(
    ("text", "same"),
    [("@Ann_Lee", "annlee"), ("u/ann-lee", "annlee"), ("ANN.LEE", "annlee"), ("11350613",) * 2],
)
def test_handles_are_compared_by_letters_and_digits(text: str, same: str) -> None:
    assert handle(text) == same


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("https://orcid.org/0000-0002-1825-0097", "0000000218250097"),
        ("0000-0001-5109-3700", "0000000151093700"),
        ("0000-0002-1694-233x", "000000021694233X"),
        ("0000-0002-1825-0098", ""),
        ("0000-0000-0000-0000", ""),
        ("nonsense", ""),
        ("", ""),
    ],
)
def test_an_orcid_counts_with_its_check_digit(text: str, held: str) -> None:
    assert orcid(text) == held


def test_pages_are_compared_without_trimmings() -> None:
    assert page("https://www.ann.net/?utm_source=x") == page("http://ann.net") == "ann.net"
    assert page("not an address") == ""


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("github.com/XAMPPRocky", "XAMPPRocky"),
        ("reddit.com/user/pitdicker", "pitdicker"),
        ("medium.com/@ly.lee", "@ly.lee"),
        ("mastodon.example.org/@ann", "@ann"),
        ("forum.example.org/u/spacekookie", "spacekookie"),
        ("matklad.github.io", "matklad"),
        ("github.com/ann/project/issues", ""),
        ("ann.net/blog", ""),
        ("", ""),
        ("bsky.app/profile/ann.example.net", "ann.example.net"),
    ],
)
def test_the_address_of_an_account_gives_a_handle(address: str, found: str) -> None:
    assert handle_of_page(address) == found


def test_domains_that_are_everybodys_are_left_out() -> None:
    found = traits_of(
        who(1, "", "ann@gmail.com", home="https://github.com/ann", domains=("medium.com", "ann.net"))
    )
    assert found.domains == {"ann.net"}


def test_roles_keep_exact_identifiers_only() -> None:
    found = traits_of(who(1, "The Core Team", "core.people@firm.com", domains=("firm.com",)))
    assert found.role
    assert found.mails
    assert not found.full
    assert not found.handles
    assert not found.domains


def test_a_joint_byline_is_nobody() -> None:
    found = traits_of(who(1, "Ann Lee and Bo Ek", "ann@lee.net", handles=("annlee",)))
    assert found == type(found)(1)


@pytest.mark.parametrize(
    ("name", "mail", "words"),
    [
        ("JT", "jonathan.d.turner@firm.com", ("jonathan", "d", "turner")),
        ("", "first_last@firm.com", ("first", "last")),
        ("AdvaitPote", "", ("advait", "pote")),
        ("fredrik.johansson", "", ("fredrik", "johansson")),
    ],
)
def test_an_address_may_imply_a_name(name: str, mail: str, words: tuple[str, ...]) -> None:
    assert words in [one.words for one in traits_of(who(1, name, mail)).implied]


def test_a_name_shown_is_not_second_guessed() -> None:
    assert traits_of(who(1, "Ann Lee", "john.smith@firm.com")).implied == ()


def test_a_profile_with_thousands_of_everything_stays_small() -> None:
    many = tuple(f"name{number} of{number}" for number in range(5000))
    found = traits_of(
        Identity(1, names=many, handles=many, links=tuple(f"https://a{n}.net" for n in range(5000)), me=many)
    )
    assert len(found.full) <= MOST
    assert len(found.handles) <= 2 * MOST
    assert len(found.links) <= MOST + 1
