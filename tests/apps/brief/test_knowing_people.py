"""Lines to know about people: who moved, what those one is close to published, what several discuss, who is who."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.brief.world import NOW
from tests.apps.people.community import (
    account,
    all_of_them,
    byline,
    person_of,
    service_source,
    tomorrow,
    wrote,
)
from tests.factories import (
    make_brief,
    make_item,
    make_source,
    make_state,
    make_state_of_reading,
    make_subscription,
    make_user,
)

from transom.apps.accounts.models import User
from transom.apps.brief.knowing import MOST, TOLD_FOR, know_lines
from transom.apps.brief.models import Brief, BriefLine
from transom.apps.conversations.models import Conversation, Membership
from transom.apps.library.models import Identity
from transom.apps.network.services import follow_person, mark_known
from transom.apps.people.describing import describe
from transom.apps.people.models import Doubt, Person
from transom.apps.sources.models import SourceStatus
from transom.engine.core.ids import EPOCH, MICROSECOND

pytestmark = pytest.mark.django_db

WEEK = timedelta(days=7)


@pytest.fixture
def nora() -> User:
    return make_user("nora")


@pytest.fixture
def brief(nora: User) -> Brief:
    return make_brief(nora, day=NOW.date(), started_at=NOW)


def lines(user: User, brief: Brief) -> list[BriefLine]:
    return know_lines(user, brief, [], NOW)


def doubts(*names: tuple[str, str]) -> list[tuple[Identity, Identity]]:
    """Pairs whom nobody knows to be one, in the order of their keys; the first is worth most to know."""
    pairs = [
        (byline(one, make_source(f"Shelf of {one}")), account(other, "mastodon")) for one, other in names
    ]
    all_of_them()
    Doubt.objects.all().delete()
    found = []
    for worth, two in enumerate(pairs):
        a, b = sorted(two, key=lambda identity: identity.pk)
        Doubt.objects.create(a=a, b=b, probability=0.5, settles=1, worth=9 - worth)
        found.append((a, b))
    return found


def asks(two: tuple[Identity, Identity]) -> str:
    return f"question:{two[0].pk}:{two[1].pk}"


def a_talk(user: User, headline: str, heat: float = 0.4) -> Conversation:
    """Three voices, one of whom the user follows, about one thing."""
    voices = [make_source(f"Voice {n}", host=f"voice{n}.{headline[-1]}.example.org") for n in range(3)]
    make_subscription(user, voices[0])
    said = [
        make_item(
            f"{headline}, part {n}", source=voice, author=f"Writer {n}", published=NOW - timedelta(hours=n)
        )
        for n, voice in enumerate(voices)
    ]
    for item in said:
        Membership.objects.create(item=item, cluster=said[0].pk, rule="joined", at=NOW)
    return Conversation.objects.create(
        cluster=said[0].pk,
        headline=headline,
        original=said[0],
        people=3,
        items=3,
        heat=heat,
        first_at=NOW - timedelta(hours=2),
        latest_at=NOW,
        created_at=NOW,
        changed_at=NOW,
    )


def mover(name: str = "Ines Okafor") -> Identity:
    """Somebody who works elsewhere since last week."""
    new = {"organisation": "Harbour Museum", "since": str((NOW - WEEK).date()), "role": "Head of collections"}
    old = {"organisation": "Tarnholt Archive", "since": "2019-05-01", "until": str((NOW - WEEK).date())}
    return account(name, employments=[{"until": "", **new}, {"role": "", **old}])


def test_somebody_the_user_follows_works_elsewhere_now(nora: User, brief: Brief) -> None:
    moved, unknown = mover(), mover("Somebody Unheard")
    all_of_them()
    person = person_of(moved)
    assert lines(nora, brief) == []
    follow_person(nora, person, now=NOW)
    (line,) = lines(nora, brief)
    assert line.text == (
        "Ines Okafor is now at Harbour Museum as Head of collections; before, at Tarnholt Archive."
    )
    assert line.leads_to == f"person:{person.pk}"
    assert person_of(unknown).name not in line.text


def test_somebody_the_field_listens_to_works_elsewhere_now(nora: User, brief: Brief) -> None:
    person = person_of(_resolved(mover()))
    Person.objects.filter(pk=person.pk).update(standing=0.5)
    assert [line.leads_to for line in lines(nora, brief)] == [f"person:{person.pk}"]


def _resolved(identity: Identity) -> Identity:
    all_of_them()
    return identity


@pytest.mark.parametrize(
    ("was", "said"),
    [
        ("Archivist", "Ines Okafor is now Director at Harbour Museum; before, Archivist there."),
        ("", "Ines Okafor is now Director at Harbour Museum."),
    ],
)
def test_somebody_is_something_else_at_the_same_employer(
    nora: User, brief: Brief, was: str, said: str
) -> None:
    there, day = {"organisation": "Harbour Museum"}, str((NOW - WEEK).date())
    new = {**there, "since": day, "until": "", "role": "Director"}
    risen = account(
        "Ines Okafor", employments=[new, {**there, "since": "2019-05-01", "until": day, "role": was}]
    )
    all_of_them()
    follow_person(nora, person_of(risen), now=NOW)
    assert [line.text for line in lines(nora, brief)] == [said]


def test_a_paper_of_somebody_the_user_knows_under_another_name(nora: User, brief: Brief) -> None:
    """They are known from their blog; the paper stands under what a service calls them."""
    orcid = "0000-0002-1825-0097"
    blog = byline("Ines Okafor", make_source("Shelf", host="shelf.example.org"))
    Identity.objects.filter(pk=blog.pk).update(orcid=orcid)
    author = account("I. Okafor", "openalex", orcid=orcid)
    paper = make_item(
        "Freezing wet paper",
        id=(NOW - timedelta(hours=4) - EPOCH) // MICROSECOND,
        source=author.source,
        kind="paper",
        published=NOW - timedelta(hours=5),
        seen_at=NOW - timedelta(hours=4),
    )
    wrote(paper, author)
    all_of_them()
    assert lines(nora, brief) == []
    mark_known(nora, person_of(blog), True, now=NOW)
    (line,) = lines(nora, brief)
    assert line.item_id == paper.pk
    assert "published a paper: “Freezing wet paper”" in line.text


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (9, ["Ines Okafor speaks at Shelf Days: “Damp and its measure”."]),
        (-9, ["Ines Okafor spoke at Shelf Days: “Damp and its measure”."]),
        (-300, []),
        (None, []),
    ],
)
def test_a_talk_is_told_by_its_day_and_with_its_conference(
    nora: User, brief: Brief, days: int | None, said: list[str]
) -> None:
    speaker = account("Ines Okafor", "pretalx", roles=["speaker at Shelf Days"])
    talk = make_item(
        "Damp and its measure",
        id=(NOW - timedelta(hours=4) - EPOCH) // MICROSECOND,
        source=speaker.source,
        kind="talk",
        published=NOW - timedelta(hours=5),
        event_start=None if days is None else NOW + timedelta(days=days),
    )
    wrote(talk, speaker)
    all_of_them()
    mark_known(nora, person_of(speaker), True, now=NOW)
    assert [line.text for line in lines(nora, brief) if line.item_id == talk.pk] == said


def test_one_question_about_who_is_who(nora: User, brief: Brief) -> None:
    (two,) = doubts(("Osric Thane", "O. Thane"))
    (line,) = lines(nora, brief)
    assert line.leads_to == asks(two)
    assert line.text == "Are Osric Thane (Shelf of Osric Thane) and O. Thane (Of mastodon) the same person?"


def test_what_several_discuss_is_told_once(nora: User, brief: Brief) -> None:
    talk = a_talk(nora, "The flood")
    found = lines(nora, brief)
    assert [line.leads_to for line in found] == [f"conversation:{talk.cluster}"]
    assert found[0].text.startswith("Several discuss “The flood”: Writer ")
    for line in found:
        line.brief = brief
        line.save()
    talk.people = 7
    talk.save()
    assert lines(nora, brief) == []


def test_what_is_anothers_own_is_not_told(nora: User, brief: Brief) -> None:
    wim = make_user("wim")
    own = service_source("imap", owner=wim)
    moved = account(
        "Ines Okafor",
        source=own,
        employments=[
            {"organisation": "Secret Museum", "since": str((NOW - WEEK).date()), "until": "", "role": "Chair"}
        ],
    )
    all_of_them()
    Person.objects.all().update(standing=0.9)
    assert moved.owner == wim
    assert lines(nora, brief) == []


def test_somebody_joins_a_group(nora: User, brief: Brief) -> None:
    member = account("Ines Okafor", "datatracker", roles=["member of records"])
    all_of_them()
    person = person_of(member)
    mark_known(nora, person, True, now=NOW)
    assert lines(nora, brief) == []
    Identity.objects.filter(pk=member.pk).update(roles=["member of records", "chair of flooding"])
    tomorrow(member)
    describe([person.pk], now=NOW)
    (line,) = lines(nora, brief)
    assert line.text == "Ines Okafor is now chair of flooding."
    Identity.objects.filter(pk=member.pk).update(roles=["member of records"])
    describe([person.pk], now=NOW)
    assert lines(nora, brief) == []


def test_the_question_has_a_place_on_the_busiest_day(nora: User, brief: Brief) -> None:
    (two,) = doubts(("Osric Thane", "O. Thane"))
    for number in range(3):
        item = make_item(f"Date {number}", event_start=NOW + timedelta(days=number + 1))
        make_state_of_reading(nora, item, saved_at=NOW)
        changed = make_item(f"Changed {number}", updated_at=NOW - timedelta(hours=2))
        make_state_of_reading(nora, changed, saved_at=NOW - timedelta(days=5))
        gone = make_source(f"Gone {number}", state=False)
        make_state(gone, status=SourceStatus.GONE, last_changed_at=NOW)
        make_subscription(nora, gone)
    brief.covers_from = NOW - timedelta(days=1)
    found = lines(nora, brief)
    assert len(found) == MOST
    assert [line.leads_to for line in found] == [""] * 4 + [asks(two)]


def test_a_question_that_was_not_answered_makes_way_for_the_next(nora: User, brief: Brief) -> None:
    names = [("Osric Thane", "O. Thane"), ("Maud Ellingham", "Mellingham"), ("Peregrine Vole", "vole")]
    pairs = doubts(*names)
    for pair in pairs:
        (line,) = lines(nora, brief)
        assert line.leads_to == asks(pair)
        line.brief, line.position = brief, brief.lines.count()
        line.save()
    assert lines(nora, brief) == [], "each is asked once in two months"
    brief.started_at = NOW - TOLD_FOR - timedelta(days=1)
    brief.save()
    assert [line.leads_to for line in lines(nora, brief)] == [asks(pairs[0])]


def test_a_question_is_the_same_however_a_name_is_written_by_now(nora: User, brief: Brief) -> None:
    ((one, _other),) = doubts(("Osric Thane", "O. Thane"))
    (line,) = lines(nora, brief)
    line.brief = brief
    line.save()
    Identity.objects.filter(pk=one.pk).update(name="Osric B. Thane")
    assert lines(nora, brief) == []


def test_others_left_over_of_the_week_fill_the_room_there_is(nora: User, brief: Brief) -> None:
    talks = [a_talk(nora, f"Flood {n}", heat=0.9 - n / 10) for n in range(4)]
    found = [line.leads_to for line in lines(nora, brief)]
    assert found == [f"conversation:{talk.cluster}" for talk in talks[:3]]
