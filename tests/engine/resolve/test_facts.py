"""The lists are written as what is compared is written, or they would never match."""

from __future__ import annotations

import pytest

from transom.engine.core.addresses import registrable_domain
from transom.engine.resolve import facts
from transom.engine.resolve.names import fold, squeezed

FOLDED = {
    "placeholders": facts.PLACEHOLDER_NAMES,
    "roles": facts.ROLE_WORDS,
    "titles": facts.TITLES,
    "common": facts.COMMON,
    "nicknames": facts.NICKNAMES,
}
HOSTS = {"providers": facts.PROVIDERS, "everybody's": facts.EVERYBODYS_HOSTS, "noreply": facts.NOREPLY_HOSTS}


@pytest.mark.parametrize("words", FOLDED.values(), ids=FOLDED)
def test_names_are_listed_folded(words: frozenset[str]) -> None:
    assert [word for word in words if fold(word) != word or squeezed(word) != word] == []


@pytest.mark.parametrize("hosts", HOSTS.values(), ids=HOSTS)
def test_hosts_are_listed_lower_case_without_www(hosts: frozenset[str]) -> None:
    assert [
        host for host in hosts if host != host.lower() or host.startswith("www.") or "." not in host
    ] == []


def test_mail_providers_are_listed_as_their_domain_is_reckoned() -> None:
    odd = [
        host for host in facts.PROVIDERS if registrable_domain(host) not in facts.PROVIDERS | {"github.com"}
    ]
    assert odd == []


def test_common_names_are_common_but_nobody_is_everybody() -> None:
    assert all(2**-12 < share < 2**-5 for share in facts.COMMON.values())


def test_every_nickname_has_a_partner() -> None:
    groups = [group for numbers in facts.NICKNAMES.values() for group in numbers]
    assert all(groups.count(group) > 1 for group in set(groups))
    assert all(len(name) > 1 for name in facts.NICKNAMES)


def test_roles_and_names_do_not_mix() -> None:
    assert not facts.ROLE_WORDS & facts.COMMON.keys()
    # A pronoun alone, and a family name beside others.
    assert facts.PLACEHOLDER_NAMES & facts.COMMON.keys() <= {"he"}
    assert not facts.ROLE_MAILS & facts.COMMON.keys()
