"""Who works elsewhere now: what one page or paper says is no complete list, and no move is told that was none."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from tests.apps.people.community import person_of
from tests.factories import NOW, make_source, make_user

from transom.apps.accounts.models import User
from transom.apps.library.models import Identity
from transom.apps.library.refresh.digest import fetch_state
from transom.apps.library.store import FetchedFeed, store_batch
from transom.apps.people import selectors
from transom.apps.people.models import Person
from transom.apps.people.resolving import absorb_identities, resolve_everything
from transom.apps.people.selectors import Move
from transom.apps.sources.connectors.records import Batch, Employment, IdentityRecord
from transom.apps.sources.models import Source

pytestmark = pytest.mark.django_db

ORCID = "0000-0002-1825-0097"
SINCE = NOW.date()
MUSEUM, ARCHIVE = Employment("Selwick Museum"), Employment("Tarnholt Archive")


@pytest.fixture
def ada() -> User:
    return make_user("ada")


@pytest.fixture
def source() -> Source:
    return make_source("Papers")


def read(
    source: Source,
    *employments: Employment,
    days: int = 0,
    service: str = "openalex",
    whole: bool = False,
    orcid: str = "",
) -> None:
    """The source says this of Maud some days on, and it is worked in."""
    now = NOW + timedelta(days=days)
    who = IdentityRecord(
        service, "1", "Maud Ellingham", employments=employments, whole_history=whole, orcid=orcid
    )
    feed = FetchedFeed(source, fetch_state(source.state), records=Batch(identities=(who,)), cursor="{}")
    store_batch([feed], now=now)
    work(now)


def work(now: datetime) -> None:
    if Person.objects.exists():
        absorb_identities(list(Identity.objects.values_list("pk", flat=True)), now=now)
    else:
        resolve_everything(now=now)


def stays(user: User) -> list[tuple[str, str, bool]]:
    person = person_of(Identity.objects.order_by("pk")[0])
    found = selectors.stays_of(user, selectors.identities_of(user, person), SINCE + timedelta(days=60))
    return [(stay.organization, stay.role, stay.current) for stay in found]


def told(user: User) -> list[tuple[str, str]]:
    """From where to where, as moves tell."""
    return [(one.before, one.organization) for one in selectors.moves(user, SINCE)]


def test_a_page_that_names_no_employer_ends_none(ada: User, source: Source) -> None:
    read(source, MUSEUM)
    read(source, days=30)
    assert stays(ada) == [("Selwick Museum", "", True)]
    assert str(person_of(Identity.objects.get()).organization) == "Selwick Museum"


def test_one_of_two_employers_named_again_does_not_end_the_other(ada: User, source: Source) -> None:
    read(source, MUSEUM, ARCHIVE)
    read(source, ARCHIVE, days=30)
    assert stays(ada) == [("Selwick Museum", "", True), ("Tarnholt Archive", "", True)]
    assert told(ada) == []


def test_another_employer_in_the_former_ones_stead_is_a_move(ada: User, source: Source) -> None:
    read(source, MUSEUM)
    assert told(ada) == []
    read(source, days=20)
    read(source, ARCHIVE, days=30)
    assert stays(ada) == [("Tarnholt Archive", "", True), ("Selwick Museum", "", False)]
    assert told(ada) == [("Selwick Museum", "Tarnholt Archive")]


def test_pages_of_one_round_tell_no_move(ada: User, source: Source) -> None:
    read(source, MUSEUM)
    now = NOW + timedelta(minutes=5)
    who = IdentityRecord("openalex", "1", "Maud Ellingham", employments=(ARCHIVE,))
    feed = FetchedFeed(source, fetch_state(source.state), records=Batch(identities=(who,)), cursor="{}")
    store_batch([feed], now=now)
    work(now)
    assert stays(ada)[0] == ("Tarnholt Archive", "", True)
    assert told(ada) == []


def test_a_second_employer_beside_the_first_is_no_move(ada: User, source: Source) -> None:
    read(source, MUSEUM)
    read(source, MUSEUM, ARCHIVE, days=30)
    assert told(ada) == []


@pytest.mark.parametrize("spelling", ["SELWICK MUSEUM", "The Selwick Museum, Tarnholt", "Selwick Museum Ltd"])
def test_another_spelling_is_neither_an_end_nor_a_move(ada: User, source: Source, spelling: str) -> None:
    read(source, MUSEUM)
    read(source, Employment(spelling), days=30)
    assert stays(ada) == [("Selwick Museum", "", True)]
    assert told(ada) == []


def test_what_a_newly_joined_account_says_is_no_move(ada: User, source: Source) -> None:
    read(source, MUSEUM, orcid=ORCID)
    other = make_source("Other papers")
    read(other, Employment("Museums of Selwick"), Employment("Tarnholt Archive"), days=30, orcid=ORCID)
    people = {person_of(one) for one in Identity.objects.all()}
    assert len(people) == 1
    assert told(ada) == []


def test_a_complete_history_ends_what_it_no_longer_names(ada: User, source: Source) -> None:
    read(source, MUSEUM, service="orcid", whole=True)
    read(source, days=30, service="orcid", whole=True)
    assert stays(ada) == [("Selwick Museum", "", False)]
    assert told(ada) == []


def history(role: str, since: date, until: date | None = None, where: str = "Selwick Museum") -> Employment:
    return Employment(where, since, until, role)


OLD, NEW = date(2015, 1, 1), date(2026, 12, 1)


def rises(user: User) -> list[tuple[str, str, str, str]]:
    return [_rise(one) for one in selectors.moves(user, SINCE) if one.stayed]


def _rise(move: Move) -> tuple[str, str, str, str]:
    return move.organization, move.was, move.role, move.before


def test_a_new_role_at_the_same_employer_is_told(ada: User, source: Source) -> None:
    read(source, history("Archivist", OLD), service="orcid", whole=True)
    assert selectors.moves(ada, SINCE) == []
    read(
        source,
        history("Archivist", OLD, date(2026, 11, 30)),
        history("Director", NEW),
        days=10,
        service="orcid",
        whole=True,
    )
    assert rises(ada) == [("Selwick Museum", "Archivist", "Director", "")]


def test_a_role_written_over_another_is_told(ada: User, source: Source) -> None:
    read(source, history("Archivist", OLD), service="orcid", whole=True)
    read(source, history("Director", OLD), days=10, service="orcid", whole=True)
    assert rises(ada) == [("Selwick Museum", "Archivist", "Director", "")]


def test_an_undated_role_in_anothers_stead_is_told_and_a_first_one_is_not(ada: User, source: Source) -> None:
    read(source, MUSEUM)
    read(source, Employment("Selwick Museum", role="Archivist"), days=10)
    assert selectors.moves(ada, SINCE) == []
    assert stays(ada) == [("Selwick Museum", "Archivist", True)]
    read(source, MUSEUM, days=15)
    assert selectors.moves(ada, SINCE) == []
    read(source, Employment("Selwick Museum", role="Director"), days=20)
    assert rises(ada) == [("Selwick Museum", "Archivist", "Director", "")]


def test_a_dated_post_beside_one_that_goes_on_has_no_before(ada: User, source: Source) -> None:
    past = history("Clerk", date(2010, 1, 1), date(2014, 12, 31), "Veldhaven Lab")
    now = history("Archivist", OLD)
    read(source, past, now, service="orcid", whole=True)
    read(
        source,
        past,
        now,
        history("Adviser", NEW, where="Tarnholt Archive"),
        days=10,
        whole=True,
        service="orcid",
    )
    assert told(ada) == [("", "Tarnholt Archive")]
