"""The words of resolution: identities as seen, what is known of pairs of them, and the people made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from math import log2


@dataclass(frozen=True, slots=True)
class Mail:
    """An address; `verified` when its holder proved it (a signed-in account, a confirmed subscription)."""

    address: str
    verified: bool = False


@dataclass(frozen=True, slots=True)
class Account:
    """An account: `service` is a host or a short name of ours, `id` what the service never gives out twice."""

    service: str
    id: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A byline, handle, address or profile as seen at one source; empty where the source does not say.

    `home` is the identity's own page, `me` the addresses that page links with rel=me, `links` other
    addresses given as its own. `own` are pages known to be its own (an account's profile, the page of its site that
    was read), `proven` those, and others that were seen to link back to one of them with rel=me; what an
    identity merely claims belongs in neither. `handles` are names used at services, `domains` the registrable
    domains it writes on, `coauthors` keys of those it writes with (people already known, or folded names).
    """

    id: int
    names: tuple[str, ...] = ()
    mails: tuple[Mail, ...] = ()
    accounts: tuple[Account, ...] = ()
    handles: tuple[str, ...] = ()
    orcid: str = ""
    home: str = ""
    me: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    proven: tuple[str, ...] = ()
    organization: str = ""
    domains: tuple[str, ...] = ()
    coauthors: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One finding about a pair. `bits` is log2 of how much likelier it is for one person than for two.

    `code` names the finding, `params` fills its sentence, `strong` merges (or parts, where bits are
    negative) by itself.
    """

    code: str
    bits: float
    params: Mapping[str, str] = field(default_factory=dict)
    strong: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """Two identities (a < b), what speaks for one person in bits, and whether one finding decides alone.

    `who` sums what names and addresses say; `activity`, `organization` and `company` what times of activity,
    employers and co-authors do: of these a group of identities has the union, so they are kept apart.
    """

    a: int
    b: int
    who: float
    activity: float = 0.0
    organization: float = 0.0
    company: float = 0.0
    joined: bool = False
    parted: bool = False

    @property
    def bits(self) -> float:
        """All findings together."""
        return self.who + self.activity + self.organization + self.company


@dataclass(frozen=True, slots=True)
class Decision:
    """A user's answer about two identities; it wins over all evidence."""

    a: int
    b: int
    same: bool


@dataclass(frozen=True, slots=True)
class Question:
    """Are these two one person? `a` and `b` are the identities to show, `settles` how many pairs the answer
    settles, `probability` what the evidence says so far, `worth` the expected gain in bits: ask the largest.
    """

    a: int
    b: int
    probability: float
    settles: int
    worth: float


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities from which two identities merge unasked, and from which a user is asked.

    A wrong merge is taken to be as bad as 24 missed ones; with that cost merging pays from 24/25 on.
    """

    merge: float = 0.96
    ask: float = 0.3

    @property
    def merge_bits(self) -> float:
        """The merging threshold as log2 odds."""
        return log2(self.merge / (1 - self.merge))

    @property
    def ask_bits(self) -> float:
        """The asking threshold as log2 odds."""
        return log2(self.ask / (1 - self.ask))


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who is who. `clusters` hold identity ids, each sorted, in the order of their smallest.

    `pairs` is all that was compared and may matter again; `questions` are sorted, the most useful first.
    """

    clusters: tuple[tuple[int, ...], ...]
    pairs: tuple[Pair, ...] = ()
    questions: tuple[Question, ...] = ()

    def people(self) -> dict[int, int]:
        """The person of each identity; a person goes by the smallest id of theirs."""
        return {one: members[0] for members in self.clusters for one in members}
