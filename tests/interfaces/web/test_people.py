"""The pages about people, as somebody uses them: without scripts, and as another user."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml.html import fromstring
from tests import factories
from tests.interfaces.web.world import World, make_world

from transom.apps.accounts.models import User
from transom.apps.conversations.models import Conversation
from transom.apps.conversations.models import Membership as Talking
from transom.apps.library.models import Identity, Item
from transom.apps.network.models import Tie
from transom.apps.people.models import Decision, Doubt, Person
from transom.apps.people.resolving import resolve_everything
from transom.apps.sources.models import Subscription

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def nina(world: World) -> Client:
    return signed_in(world.user)


def text_of(html: bytes) -> str:
    return " ".join(fromstring(html.decode()).text_content().split())


def page_of(world: World) -> str:
    return reverse("web:person", args=[world.person.pk])


def test_the_page_of_a_person_says_who_they_are(nina: Client, world: World) -> None:
    text = text_of(nina.get(page_of(world)).content)
    for said in (
        "Ines Okafor",
        "Head of records, Tarnholt Archive",
        "Head of records, Tarnholt Archive, since March 2024",
        "Museum 0, until February 2024",
        "Chair of records",
        "Together 0",
        "Osric Thane",
        "things together",
        "Met in Selwick.",
        "The same ORCID.",
        "You said so.",
    ):
        assert said in text, said


def talks_with(world: World, headlines: list[str]) -> list[Conversation]:
    """Conversations in which the person of this world takes part, under the one name and as one of several authors."""
    rows = Item.objects.filter(Q(author=world.item.author) | Q(authorships__identity=world.item.author))
    now, found = timezone.now(), []
    for number, (item, headline) in enumerate(zip(rows.distinct().order_by("-pk"), headlines, strict=False)):
        at = now - timedelta(minutes=number)
        times = {"first_at": at, "latest_at": at, "created_at": now, "changed_at": now}
        talk = Conversation.objects.create(cluster=item.pk, headline=headline, people=2, items=2, **times)
        Talking.objects.update_or_create(
            item=item, defaults={"cluster": item.pk, "rule": "founded", "at": now}
        )
        found.append(talk)
    assert len(found) == len(headlines)
    return found


def test_a_person_takes_part_in_conversations_the_latest_first(nina: Client, world: World) -> None:
    first, second = talks_with(world, ["Doors", "Floods"])
    found = fromstring(nina.get(page_of(world)).content.decode()).xpath(
        "//section[@aria-labelledby='talks']//a"
    )
    assert [(one.text, one.get("href")) for one in found] == [
        ("Doors", f"/conversations/{first.cluster}/"),
        ("Floods", f"/conversations/{second.cluster}/"),
    ]


def test_anothers_own_conversation_is_not_among_them(world: World, nina: Client) -> None:
    wim = factories.make_user("wim")
    (talk,) = talks_with(world, ["Doors"])
    Conversation.objects.filter(pk=talk.pk).update(owner=wim)
    Talking.objects.filter(cluster=talk.cluster).update(owner=wim)
    assert "Takes part in" not in nina.get(page_of(world)).content.decode()
    assert "Takes part in" in signed_in(wim).get(page_of(world)).content.decode()


def test_a_person_meets_in_groups_with_others(nina: Client, world: World) -> None:
    text = text_of(nina.get(page_of(world)).content)
    assert "Registers Group 0one meeting, on" in text
    assert "met once" in text
    text = text_of(nina.get(reverse("web:event", args=[world.event.pk])).content)
    assert "Ines Okafor · Tarnholt Archive, chair" in text


def test_a_name_in_a_byline_leads_to_the_person(nina: Client, world: World) -> None:
    for address in ("/", f"/read/{world.item.pk}/", f"/sources/{world.source.pk}/"):
        assert f'href="{page_of(world)}"' in nina.get(address).content.decode(), address


def test_a_byline_of_several_names_each(nina: Client, world: World) -> None:
    item = world.person.founder.items.model.objects.get(title="Together 0")  # type: ignore[union-attr]
    html = nina.get(f"/read/{item.pk}/").content.decode()
    assert f'<a href="{page_of(world)}"><bdi>Ines Okafor</bdi></a>, <a href="' in html


def test_following_somebody_says_what_comes_with_them(nina: Client, world: World) -> None:
    answer = nina.post(reverse("web:follow-person", args=[world.person.pk]), follow=True)
    text = text_of(answer.content)
    assert "You follow Ines Okafor now." in text
    assert "has other authors too, so it was left as it is" in text or "have other authors too" in text
    assert Tie.objects.get(user=world.user, followed=True).person == world.person
    before = Subscription.objects.count()
    answer = nina.post(reverse("web:follow-person", args=[world.person.pk]), {"stop": "yes"}, follow=True)
    assert "You no longer follow Ines Okafor." in text_of(answer.content)
    assert Subscription.objects.count() == before


def test_those_one_knows_can_be_listed(nina: Client, world: World) -> None:
    nina.post(reverse("web:know-person", args=[world.person.pk]))
    rows = fromstring(nina.get("/people/?known=on").content.decode()).xpath(
        "//ul[contains(@class, 'people')]//a/text()"
    )
    assert rows == ["Ines Okafor"]
    nina.post(reverse("web:know-person", args=[world.person.pk]), {"stop": "yes"})
    assert "Nobody was found." in text_of(nina.get("/people/?known=on").content)


def test_a_question_is_answered_and_gone(nina: Client, world: World) -> None:
    page = nina.get("/people/").content.decode()
    assert "Are these two the same person?" in page
    doubt = Doubt.objects.get()
    form = {"a": doubt.a_id, "b": doubt.b_id, "say": "different"}
    answer = nina.post("/people/same/", form, headers={"HX-Request": "true"})
    assert "Noted: two people." in answer.content.decode()
    assert Decision.objects.filter(user=world.user, a=doubt.a_id, same=False).exists()
    assert "Are these two the same person?" not in nina.get("/people/").content.decode()


FOR_EVERYBODY = "For everybody here"


@pytest.fixture
def boss(world: World) -> Client:
    """Somebody who looks after what several use, and follows nothing."""
    return signed_in(factories.make_user("boss", is_superuser=True))


def test_whoever_looks_after_it_may_answer_for_everybody(nina: Client, boss: Client) -> None:
    asked = boss.get("/people/").content.decode()
    assert FOR_EVERYBODY in asked
    assert "everybody who uses this Transom sees it as you say" in asked
    assert FOR_EVERYBODY not in nina.get("/people/").content.decode()
    doubt = Doubt.objects.get()
    form = {"a": doubt.a_id, "b": doubt.b_id, "say": "same", "everybody": "yes"}
    answer = boss.post("/people/same/", form, headers={"HX-Request": "true"}).content.decode()
    assert "Noted, for everybody here." in answer
    assert Decision.objects.get(a=doubt.a_id, b=doubt.b_id).everybody
    assert "Are these two the same person?" not in nina.get("/people/").content.decode()


def test_without_the_tick_an_answer_is_ones_own(nina: Client, boss: Client) -> None:
    doubt = Doubt.objects.get()
    form = {"a": doubt.a_id, "b": doubt.b_id, "say": "same"}
    answer = boss.post("/people/same/", form, headers={"HX-Request": "true"}).content.decode()
    assert "for everybody" not in answer
    assert not Decision.objects.get(a=doubt.a_id, b=doubt.b_id, user__username="boss").everybody
    assert "Are these two the same person?" in nina.get("/people/").content.decode()


def test_who_does_not_look_after_it_cannot_tick_by_hand(nina: Client, boss: Client, world: World) -> None:
    doubt, before = Doubt.objects.get(), Decision.objects.count()
    form = {"a": doubt.a_id, "b": doubt.b_id, "say": "same", "everybody": "yes"}
    assert nina.post("/people/same/", form).status_code == 404
    account = Identity.objects.get(service="service1")
    address = reverse("web:not-this-person", args=[world.person.pk, account.pk])
    assert nina.post(address, {"everybody": "yes"}).status_code == 404
    assert Decision.objects.count() == before


def test_a_name_is_somebody_elses_for_everybody(boss: Client, nina: Client, world: World) -> None:
    assert FOR_EVERYBODY in boss.get(page_of(world)).content.decode()
    assert FOR_EVERYBODY not in nina.get(page_of(world)).content.decode()
    account = Identity.objects.get(service="service1")
    boss.post(reverse("web:not-this-person", args=[world.person.pk, account.pk]), {"everybody": "yes"})
    assert "service1" not in str(_accounts(world.person))
    assert ", for everybody here" in text_of(boss.get(page_of(world)).content)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"say": "perhaps"}, 400),
        ({"say": "same"}, 404),
        ({"say": "same", "a": "x", "b": "1"}, 404),
        ({"say": "same", "a": "1" * 30, "b": "1"}, 404),
        ({"say": "same", "a": "987654321", "b": "987654322"}, 404),
    ],
)
def test_a_form_that_makes_no_sense_changes_nothing(nina: Client, form: dict[str, str], code: int) -> None:
    before = Decision.objects.count()
    assert nina.post("/people/same/", form).status_code == code
    assert Decision.objects.count() == before


def test_saying_no_parts_a_name_and_can_be_taken_back(nina: Client, world: World) -> None:
    account = Identity.objects.get(service="service1")
    nina.post(reverse("web:not-this-person", args=[world.person.pk, account.pk]))
    assert "service1" not in str(_accounts(world.person))
    html = nina.get(page_of(world)).content.decode()
    assert "What you said" in html
    for decision in Decision.objects.filter(user=world.user, same=False):
        nina.post(reverse("web:take-back-answer", args=[decision.pk]))
    assert "service1" in str(_accounts(world.person))


def _accounts(person: Person) -> list[str]:
    return [row.identity.service for row in person.memberships.select_related("identity")]


def test_forgetting_asks_first(nina: Client, world: World) -> None:
    address = reverse("web:forget-person", args=[world.person.pk])
    assert "cannot be undone" in text_of(nina.get(address).content)
    assert Person.objects.filter(pk=world.person.pk).exists()
    answer = nina.post(address, follow=True)
    assert "Ines Okafor is forgotten, and stays so." in text_of(answer.content)
    assert nina.get(page_of(world)).status_code == 404
    assert not Tie.objects.exists()


def test_among_several_only_who_looks_after_the_instance_may_forget(nina: Client, world: World) -> None:
    factories.make_user("ben")
    address = reverse("web:forget-person", args=[world.person.pk])
    assert "Only whoever looks after it" in text_of(nina.get(address).content)
    assert nina.post(address).status_code == 404
    assert Person.objects.filter(pk=world.person.pk).exists()


def test_who_is_another_by_now_leads_there(nina: Client, world: World) -> None:
    founder = Identity.objects.get(service="service1")
    Identity.objects.filter(pk=founder.pk).update(orcid="")
    other = Person.objects.create(
        name="Ines",
        founder=founder,
        merged_into=world.person,
        seen_at=factories.NOW,
        created_at=factories.NOW,
    )
    assert nina.get(reverse("web:person", args=[other.pk])).headers["Location"] == page_of(world)


def test_a_new_library_says_how_people_come_in() -> None:
    text = text_of(signed_in(factories.make_user("wim")).get("/people/").content)
    assert "Nobody yet." in text
    assert "Choose a starter pack" in text


def test_what_others_noted_is_seen_by_nobody_else(world: World) -> None:
    ben = signed_in(factories.make_user("ben"))
    html = ben.get(page_of(world)).content.decode()
    assert "Met in Selwick." not in html
    assert "You said so." not in html
    assert "Somebody here said so, for everybody." in html


def asked(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_the_number_of_questions_does_not_grow_with_what_is_shown() -> None:
    counts = []
    for lines in (1, 3):
        world = make_world(f"reader{lines}", lines=lines)
        talks_with(world, [f"Talk {number}" for number in range(lines)])
        client = signed_in(world.user)
        addresses = ["/", "/people/", page_of(world), f"/people/{world.person.pk}/?part=published"]
        for address in addresses:
            client.get(address)
        counts.append([asked(client, address) for address in addresses])
        factories.Identity.objects.all().delete()
        Person.objects.all().delete()
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("job", "said"),
    [
        ("", "Say what your job is"),
        ("Head of department", "Your job, “Head of department”, names no field yet."),
        ("Head of IT", ""),
    ],
)
def test_where_a_job_tells_nothing_the_page_says_what_to_do(job: str, said: str) -> None:
    user = factories.make_user("zoe", job=job)
    factories.make_item("Anything", source=factories.make_source("Shelf"), author="Maud Ellingham")
    resolve_everything(now=timezone.now())
    html = fromstring(signed_in(user).get("/people/").content.decode())
    hints = html.xpath("//p[@class='hint'][a[@href='/settings/#profile']]")
    assert len(hints) == (1 if said else 0)
    assert all(said in " ".join(hint.text_content().split()) for hint in hints)
