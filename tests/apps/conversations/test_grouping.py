"""Conversations are kept current as items come, change and go, and private things stay private."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.conversations.talking import NOW, a_conversation, place_waiting, wrote
from tests.apps.people.community import all_of_them
from tests.factories import make_source, make_user

from transom.apps.base.outbox import dispatch
from transom.apps.conversations.grouping import warm
from transom.apps.conversations.grouping.placing import place, place_own
from transom.apps.conversations.grouping.upkeep import look_again, refresh
from transom.apps.conversations.models import Conversation, Grouping, Membership
from transom.apps.library.models import Endorsement, EndorsementKind, Item, Link
from transom.apps.library.store.batch import tell
from transom.apps.people.models import Membership as InPeople
from transom.apps.people.models import Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cold() -> None:
    warm.forget_public()


def test_people_who_point_at_one_thing_are_in_one_conversation() -> None:
    items = a_conversation()
    wrote("Dora Finch", "Shelving for glass plates", body="<p>Drawers, runners, padding and felt.</p>")
    assert place_waiting(NOW) == 4
    talk = Conversation.objects.get()
    assert (talk.cluster, talk.people, talk.items) == (items[0].pk, 3, 3)
    assert (talk.headline, talk.original) == (items[0].title, items[0])
    assert talk.targets[0] == {"address": items[0].address, "pointing": 2}
    assert talk.heat > 0
    assert talk.owner is None
    assert Membership.objects.count() == 4


def test_what_comes_one_by_one_and_after_a_restart_joins_the_same() -> None:
    items = a_conversation()
    for item in items:
        warm.forget_public()
        place([item.pk], NOW)
    assert {row.cluster for row in Membership.objects.all()} == {items[0].pk}
    assert Conversation.objects.get().items == 3


def test_a_batch_is_placed_once_however_often_it_is_told() -> None:
    items = a_conversation()
    ids = [item.pk for item in items]
    assert place(ids, NOW) == 3
    assert place(ids, NOW) == 0
    assert Grouping.objects.get().version == 1


def test_a_worker_that_was_overtaken_looks_again() -> None:
    first, second, third = a_conversation()
    place([first.pk], NOW)
    held = warm.public_grower(NOW)
    place([second.pk], NOW)
    # What another process would still hold: one batch behind.
    warm._Held.public = warm.Warm(held.grower, 1, NOW)
    Grouping.objects.update(version=2)
    place([third.pk], NOW)
    assert Conversation.objects.get().items == 3


def replied(item: Item, to: Item, kind: EndorsementKind = EndorsementKind.REPLY) -> Item:
    """The item answers another one, as its service says."""
    assert item.author is not None
    assert item.home is not None
    Endorsement.objects.create(
        by=item.author,
        kind=kind,
        target=to.address,
        item=to,
        at=item.published_at,
        source=item.home,
        within=item,
    )
    return item


def test_answers_within_one_place_are_a_conversation_once_it_is_known_who_speaks() -> None:
    forum = make_source(host="forum.example", channel="forum")
    words = "Who measures the drift of felt shelves in damp basements"
    asked = wrote("Hester Quill", words, source=forum, days_ago=3)
    answer = replied(wrote("Kofi Adjei", f"Re: {words}", source=forum, days_ago=2), asked)
    replied(wrote("Mette Brandt", f"Re: {words}", source=forum, days_ago=1), answer)
    wrote("Ada Okafor", "A list of caterers for the annual dinner", source=forum, days_ago=1)
    all_of_them()
    place_waiting(NOW)
    (talk,) = Conversation.objects.all()
    assert (talk.items, talk.people) == (3, 3)


def test_what_a_paper_cites_makes_no_roundup_of_it() -> None:
    first = wrote("Ada Lumley", "The flood in our basement archive", days_ago=3)
    paper = wrote("Ben Okoro", "What the basement flood teaches", to=[first], days_ago=2)
    for number in range(12):
        cited = wrote("Cleo Marsh", f"Work number {number} on bees", days_ago=400)
        replied(paper, cited, EndorsementKind.CITATION)
    place_waiting(NOW)
    assert Membership.objects.get(item=paper).cluster == Membership.objects.get(item=first).cluster


def test_one_persons_series_is_no_conversation() -> None:
    home = make_source(host="ada.example")
    first = wrote("Ada Lumley", "The flood in our basement archive", source=home)
    wrote("Ada Lumley", "The flood in our basement archive, part two", source=home, to=[first])
    place_waiting(NOW)
    assert not Conversation.objects.exists()


def test_a_roundup_points_and_never_joins() -> None:
    first, *_ = a_conversation()
    many = [f"https://place{number}.example/story-{number}" for number in range(9)]
    roundup = wrote("Eva Stone", "Links of the week", to=[first, *many])
    issue = wrote(
        "Odile Fen",
        "The Accession, no. 12",
        source=make_source(channel="newsletter"),
        to=[first, *many[:3]],
    )
    place_waiting(NOW)
    assert Membership.objects.get(item=roundup).rule == "roundup"
    assert Membership.objects.get(item=issue).rule == "roundup"
    talk = Conversation.objects.get()
    assert (talk.items, talk.targets[0]["pointing"]) == (3, 4)


def test_an_essay_in_a_newsletter_takes_part() -> None:
    first, *_ = a_conversation()
    letter = make_source(channel="newsletter")
    essay = wrote("Odile Fen", "Our basement flood, and an archive", source=letter, to=[first])
    place_waiting(NOW)
    assert Membership.objects.get(item=essay).cluster == first.pk


def test_two_conversations_that_turn_out_to_be_one_keep_the_older_id() -> None:
    first = wrote("Ada Lumley", "The flood in our basement archive", days_ago=4)
    other = wrote(
        "Ben Okoro", "Drying boxes quickly", days_ago=3, body="<p>Boxes, fans, blotters, basement.</p>"
    )
    place([first.pk, other.pk], NOW)
    assert Membership.objects.get(item=other).cluster == other.pk
    bridge = wrote(
        "Cleo Marsh",
        "The basement flood archive and drying boxes",
        to=[first, other],
        days_ago=1,
        body="<p>Flood, basement, archive, boxes, fans, blotters, drying.</p>",
    )
    place([bridge.pk], NOW)
    assert {row.cluster for row in Membership.objects.all()} == {first.pk}
    assert Membership.objects.get(item=other).rule == "merged"
    assert Conversation.objects.get().cluster == first.pk


def test_own_items_make_an_overlay_that_is_their_owners_alone() -> None:
    first, second, third = a_conversation()
    ada = make_user("ada")
    private = make_source(owner=ada)
    letter = wrote("Rosa Lind", "Our own basement flood and archive", source=private, owner=ada, to=[first])
    place_waiting(NOW)
    public = Conversation.objects.get(owner=None)
    overlay = Conversation.objects.get(owner=ada)
    assert (public.items, public.people) == (3, 3)
    assert (overlay.cluster, overlay.items, overlay.people) == (public.cluster, 4, 4)
    assert Membership.objects.get(item=letter).owner == ada
    late = wrote("Dora Finch", "The archive flood in a basement, again", to=[second], days_ago=0.5)
    place([late.pk], NOW)
    assert Conversation.objects.get(owner=ada).items == 5
    assert Conversation.objects.get(owner=None).items == 4
    assert third.membership.cluster == first.pk


def test_private_evidence_joins_no_public_things() -> None:
    first = wrote("Ada Lumley", "The flood in our basement archive", days_ago=3)
    other = wrote("Ben Okoro", "Drying boxes quickly", days_ago=3, body="<p>Boxes, fans, blotters.</p>")
    eve = make_user("eve")
    wrote(
        "Rosa Lind",
        "Flood in the basement archive: drying boxes",
        source=make_source(owner=eve),
        owner=eve,
        to=[first, other],
        body="<p>Flood, basement, archive, boxes, fans, blotters.</p>",
    )
    place_waiting(NOW)
    clusters = dict(Membership.objects.filter(owner=None).values_list("item_id", "cluster"))
    assert clusters == {first.pk: first.pk, other.pk: other.pk}
    assert not Conversation.objects.filter(owner=None).exists()
    assert Conversation.objects.get().owner == eve


def test_it_cools_and_ends() -> None:
    a_conversation()
    place_waiting(NOW)
    warmth = Conversation.objects.get().heat
    refresh(NOW + timedelta(days=3))
    assert Conversation.objects.get().heat == pytest.approx(warmth / 2, rel=0.2)
    refresh(NOW + timedelta(days=11))
    talk = Conversation.objects.get()
    assert talk.closed_at == NOW + timedelta(days=11)


def test_what_is_left_by_all_but_one_person_goes() -> None:
    items = a_conversation()
    place_waiting(NOW)
    Item.objects.filter(pk__in=[item.pk for item in items[1:]]).delete()
    refresh(NOW)
    assert not Conversation.objects.exists()


def test_an_edit_is_told_and_one_that_became_a_roundup_leaves() -> None:
    first, second, _ = a_conversation()
    place_waiting(NOW)
    Item.objects.filter(pk=first.pk).update(title="The basement flood, corrected")
    look_again([first.pk], NOW)
    assert Conversation.objects.get().headline == "The basement flood, corrected"
    for number in range(9):
        Link.objects.create(item=second, target=f"https://p{number}.example/x", host=f"p{number}.example")
    look_again([second.pk], NOW)
    assert Membership.objects.get(item=second).rule == "roundup"
    assert Conversation.objects.get().items == 2


def test_sites_that_share_a_nameless_host_are_places_of_their_own() -> None:
    one = wrote("Ada Lumley", "The flood in our basement archive", address="http://127.0.0.1:8765/ada/flood")
    wrote("Ben Okoro", "The basement archive flood", to=[one], address="http://127.0.0.1:8765/ben/again")
    place_waiting(NOW)
    talk = Conversation.objects.get()
    assert talk.people == 2
    assert talk.targets == [{"address": "http://127.0.0.1:8765/ada/flood", "pointing": 1}]


def test_what_is_old_is_not_looked_at() -> None:
    a_conversation(now=NOW - timedelta(days=200))
    assert place_waiting(NOW) == 0


def test_new_items_are_placed_by_a_job_that_the_outbox_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.utils import timezone

    from transom.interfaces.jobs import queue

    now = timezone.now()
    items = a_conversation(now=now)
    user = make_user()
    own = wrote(
        "Rosa Lind",
        "Our own basement flood, archived",
        source=make_source(owner=user),
        owner=user,
        to=[items[0]],
        now=now,
    )
    tell([*(item.pk for item in items), own.pk], [])
    dispatch(now)
    while queue.run_next("test"):
        pass
    assert Conversation.objects.get().items == 3
    # A little later, for its owner alone.
    assert place_own(user.pk, now) == 1
    assert Conversation.objects.get(owner=user).items == 4


def test_an_export_taken_in_brings_no_address_that_runs_something() -> None:
    from transom.apps.conversations.exporting import counts, targets

    told = [
        {"address": "javascript:alert(1)", "pointing": 1},
        {"address": "https://a.example/x", "pointing": 2},
    ]
    assert targets([*told, 3, {"address": "https://a.example/y"}]) == told[1:]
    assert targets("x") == counts({}) == []
    assert counts([3, "4", -1, True]) == [3, 0]


def test_two_names_of_one_person_count_once() -> None:
    items = a_conversation()
    assert place_waiting(NOW) == 3
    assert Conversation.objects.get().people == 3
    identities = [item.author for item in items if item.author]
    one = Person.objects.create(
        name="One Person", founder=identities[0], seen_at=NOW, created_at=NOW, described_at=NOW
    )
    for identity in identities[:2]:
        InPeople.objects.create(identity=identity, person=one)
    warm.forget_public()
    Membership.objects.all().delete()
    Conversation.objects.all().delete()
    assert place_waiting(NOW) == 3
    assert Conversation.objects.get().people == 2
