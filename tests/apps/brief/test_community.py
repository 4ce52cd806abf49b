"""What the community says of candidates, as it reaches the ranker."""

from __future__ import annotations

import numpy as np
import pytest
from tests.apps.brief.world import NOW, Reader, make_reader
from tests.apps.people.community import account, all_of_them, person_of

from transom.apps.accounts.models import profile_of
from transom.apps.brief.candidates.store import CandidateStore
from transom.apps.conversations.models import Conversation, Membership
from transom.apps.library.models import Identity, Item
from transom.apps.network.services import follow_person, mark_known
from transom.apps.people.models import Person
from transom.engine.rank import Candidates

pytestmark = pytest.mark.django_db

ORCID = "0000-0002-1825-0097"


@pytest.fixture
def reader() -> Reader:
    return make_reader(3)


def seen(reader: Reader, store: CandidateStore | None = None) -> Candidates:
    store = store or CandidateStore(reader.user.pk)
    with store.held(profile_of(reader.user), NOW) as held, held.offered([], [], 1.0, NOW) as view:
        return view.take(np.arange(len(view)))


def of(candidates: Candidates, item: Item, name: str) -> float:
    (at,) = np.flatnonzero(candidates.ids == item.pk)
    return float(getattr(candidates, name)[at])


def test_without_anybody_known_all_is_neutral(reader: Reader) -> None:
    reader.item()
    candidates = seen(reader)
    assert not candidates.tie.any()
    assert not candidates.standing.any()
    assert not candidates.heat.any()


def test_what_somebody_close_wrote_is_close(reader: Reader) -> None:
    known, followed, other = reader.item(author="Ada"), reader.item(author="Ben"), reader.item(author="Cleo")
    all_of_them()
    assert known.author
    assert followed.author
    mark_known(reader.user, person_of(known.author), True, now=NOW)
    follow_person(reader.user, person_of(followed.author), now=NOW)
    candidates = seen(reader)
    assert of(candidates, known, "tie") > of(candidates, followed, "tie") > of(candidates, other, "tie") == 0


def test_whom_the_field_listens_to_stands_high(reader: Reader) -> None:
    one, other = reader.item(author="Ada"), reader.item(author="Ben")
    all_of_them()
    assert one.author
    Person.objects.filter(pk=person_of(one.author).pk).update(standing=0.5)
    candidates = seen(reader)
    assert of(candidates, one, "standing") == pytest.approx(0.5)
    assert of(candidates, other, "standing") == 0


def test_two_names_of_one_person_are_one_author_as_soon_as_that_is_known(reader: Reader) -> None:
    one = reader.item(reader.sources[0], author="Ada Berg")
    other = reader.item(reader.sources[1], author="A. B.")
    store = CandidateStore(reader.user.pk)
    before = seen(reader, store)
    assert of(before, one, "author") != of(before, other, "author")
    Identity.objects.filter(pk__in=[one.author_id, other.author_id]).update(orcid=ORCID)
    account("Ada Berg", orcid=ORCID)
    all_of_them()
    after = seen(reader, store)
    assert of(after, one, "author") == of(after, other, "author")


def test_what_is_discussed_is_warm(reader: Reader) -> None:
    one, other = reader.item(), reader.item()
    Membership.objects.create(item=one, cluster=one.pk, rule="founded", at=NOW)
    Conversation.objects.create(
        cluster=one.pk,
        headline="The flood",
        people=3,
        items=3,
        heat=0.4,
        first_at=NOW,
        latest_at=NOW,
        created_at=NOW,
        changed_at=NOW,
    )
    candidates = seen(reader)
    assert of(candidates, one, "heat") == pytest.approx(0.4)
    assert of(candidates, other, "heat") == 0
