"""Whom and what a user may want to follow: on which grounds, and never twice what they refused."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from tests.apps.people.community import account, all_of_them, blog_of, byline, person_of
from tests.apps.people.pointing import link, point, point_privately, post_of
from tests.factories import NOW, make_item, make_source, make_subscription, make_user
from tests.servers import Seen, in_thread, reply

from transom.apps.base.models import OutgoingContact
from transom.apps.library.models import (
    Attendance,
    Identity,
    Link,
    Meeting,
    OwnPage,
    PageOf,
    PagePlace,
)
from transom.apps.network.services import follow_person
from transom.apps.people.discovery.reading_lists import EVERY, lists_due, read_lists
from transom.apps.people.models import Facet, Listing, Suggestion
from transom.apps.people.selectors.suggestions import Suggested, refused, suggestions
from transom.apps.people.services.suggestions import refuse, take_refusal_back
from transom.apps.people.standing import make_standing
from transom.apps.sources.models import Subscription
from transom.interfaces.web.field_page import because_words

pytestmark = pytest.mark.django_db


def followed(user: Any, *names: str) -> list[Identity]:
    """People whose blogs the user follows."""
    found = [blog_of(name) for name in names]
    for one in found:
        make_subscription(user, one.source)
    return found


def suggested(user: Any) -> dict[str, Suggested]:
    """What is suggested now, by name."""
    make_standing(now=NOW)
    rows = suggestions(user)
    return {one.person.name if one.person else str(one.source or one.site): one for one in rows}


def said(one: Suggested) -> dict[str, tuple[int, set[str]]]:
    """Its reasons: how many, and who."""
    return {
        because.code: (because.n, {p.name for p in because.people} | {str(s) for s in because.sources})
        for because in one.reasons
    }


def test_somebody_linked_by_three_the_user_follows_comes_before_one_linked_by_one() -> None:
    user = make_user()
    tom, orla, bashir = followed(user, "Tom Baerwald", "Orla Quillfeather", "Bashir Tansley")
    ines, celeste = blog_of("Ines Okafor"), blog_of("Celeste Perrault")
    for one in (tom, orla, bashir):
        point(one, ines)
    point(tom, celeste)
    all_of_them()
    found = suggested(user)
    assert list(found)[:2] == ["Ines Okafor", "Celeste Perrault"]
    names = {"Tom Baerwald", "Orla Quillfeather", "Bashir Tansley"}
    assert said(found["Ines Okafor"])["linked"] == (3, names)
    assert not {"Tom Baerwald", "Orla Quillfeather"} & set(found)


def test_who_sits_on_a_group_with_somebody_followed_is_suggested() -> None:
    user = make_user()
    followed(user, "Tom Baerwald")
    group = make_source("Registers Working Group", channel="standards body")
    for name in ("Tom Baerwald", "Ines Okafor"):
        one = byline(name, group)
        Identity.objects.filter(pk=one.pk).update(roles=["member of registers"])
    all_of_them()
    facet, _ = Facet.objects.get_or_create(
        kind=Facet.GROUP, value="registers", defaults={"label": "Registers Working Group"}
    )
    tom = Identity.objects.filter(name="Tom Baerwald").exclude(source=group).get()
    ines = Identity.objects.get(name="Ines Okafor")
    facet.people.set({person_of(tom), person_of(ines)})
    reasons = suggested(user)["Ines Okafor"].reasons
    (because,) = [one for one in reasons if one.code == "group"]
    assert because.label == facet.label
    assert [one.name for one in because.people] == ["Tom Baerwald"]


def test_who_spoke_where_somebody_followed_spoke_is_suggested() -> None:
    user = make_user()
    (tom,) = followed(user, "Tom Baerwald")
    meeting = make_source("The Slow Decay Meeting", channel="conference")
    other = make_source("Another meeting", channel="conference")
    byline("Ines Okafor", meeting, kind="talk")
    byline("Orla Quillfeather", other, kind="talk")
    talk = make_item(source=meeting, author="", kind="talk")
    talk.author = tom
    talk.save()
    all_of_them()
    found = suggested(user)
    assert said(found["Ines Okafor"])["spoke"] == (1, {"Tom Baerwald", "The Slow Decay Meeting"})
    assert "Orla Quillfeather" not in found


def meeting_of(group: Any, number: int, *there: Identity) -> Meeting:
    """A meeting of a group's, a week before the one with the number below; with these people."""
    made = Meeting.objects.create(
        source=group,
        uid=str(number),
        title=f"No. {number}",
        group=str(group),
        at=NOW - timedelta(weeks=number),
    )
    for one in there:
        Attendance.objects.create(meeting=made, identity=one)
    return made


def test_who_sits_in_the_same_meetings_as_somebody_followed_is_suggested() -> None:
    user = make_user()
    followed(user, "Tom Baerwald")
    group = make_source("Registers Group", channel="standards body")
    tom, ines, celeste = (byline(name, group) for name in ("Tom Baerwald", "Ines Okafor", "Celeste Perrault"))
    Identity.objects.filter(pk__in=[tom.pk, ines.pk]).update(roles=["took part in Registers Group"])
    for number in range(6):
        meeting_of(group, number, tom, ines)
    meeting_of(group, 6, ines, celeste)
    all_of_them()
    found = suggested(user)
    assert said(found["Ines Okafor"])["met"] == (6, {"Tom Baerwald"})
    assert "group" not in said(found["Ines Okafor"])
    assert because_words(found["Ines Okafor"].reasons[0]) == (
        "Was at 6 meetings of Registers Group with Tom Baerwald."
    )
    assert "Celeste Perrault" not in found


def test_who_was_at_several_meetings_that_one_follows_is_suggested() -> None:
    user = make_user()
    group = make_source("Registers Group", channel="standards body")
    make_subscription(user, group)
    ines, celeste = byline("Ines Okafor", group), byline("Celeste Perrault", group)
    # A third writes there, so that the group is nobody's own site.
    byline("Orla Quillfeather", group)
    for number in range(6):
        meeting_of(group, number, ines, *([celeste] if number < 2 else []))
    all_of_them()
    (because,) = [one for one in suggested(user)["Ines Okafor"].reasons if one.code == "meets"]
    assert because_words(because) == "Was at 6 meetings of Registers Group, which you follow."
    assert "Celeste Perrault" not in suggested(user)


def test_a_gathering_of_hundreds_makes_nobody_known_to_anybody() -> None:
    user = make_user()
    followed(user, "Tom Baerwald")
    group = make_source("The Great Hall", channel="standards body")
    tom, ines = byline("Tom Baerwald", group), byline("Ines Okafor", group)
    made = meeting_of(group, 1, tom, ines)
    others = [Identity(source=group, name=f"Visitor {number}", address=f"v:{number}") for number in range(90)]
    Identity.objects.bulk_create(others)
    all_of_them()
    assert set(suggested(user)) == {"Ines Okafor"}
    there = Identity.objects.filter(name__startswith="Visitor")
    Attendance.objects.bulk_create([Attendance(meeting=made, identity=one) for one in there])
    all_of_them()
    assert suggested(user) == {}


def test_a_site_the_library_does_not_know_needs_two_who_point_there() -> None:
    user = make_user()
    tom, orla = followed(user, "Tom Baerwald", "Orla Quillfeather")
    for one in (tom, orla):
        link(post_of(one), f"https://twice.example.net/{one.pk}")
        link(post_of(one), f"https://github.com/{one.pk}")
    link(post_of(tom), "https://once.example.net/a")
    all_of_them()
    found = suggested(user)
    assert set(found) == {"https://twice.example.net/"}
    assert said(found["https://twice.example.net/"]) == {"linked": (2, {str(tom.source), str(orla.source)})}


def test_what_was_refused_never_comes_again_whatever_speaks_for_it_later() -> None:
    user = make_user()
    tom, orla = followed(user, "Tom Baerwald", "Orla Quillfeather")
    ines = blog_of("Ines Okafor")
    point(tom, ines)
    link(post_of(tom), "https://twice.example.net/a")
    link(post_of(orla), "https://twice.example.net/b")
    all_of_them()
    for one in suggested(user).values():
        refuse(user, one.row, now=NOW)
    point(orla, ines, 5)
    make_source("Twice", host="twice.example.net")
    assert suggested(user) == {}
    assert {one.person.name if one.person else one.site for one in refused(user)} == {
        "Ines Okafor",
        "https://twice.example.net/",
    }
    take_refusal_back(user, Suggestion.objects.get(user=user, person=person_of(ines)))
    assert set(suggested(user)) == {"Ines Okafor"}


def test_a_refusal_stays_though_the_name_it_was_about_is_gone() -> None:
    user = make_user()
    ines, inez = account("Ines Okafor"), account("Inez O.", "openalex")
    all_of_them()
    row, only_suggested = (
        Suggestion.objects.create(user=one, person=person_of(inez), made_at=NOW)
        for one in (user, make_user("other"))
    )
    refuse(user, row, now=NOW)
    Identity.objects.update(orcid="0000-0002-1825-0097")
    all_of_them()
    assert person_of(inez) == person_of(ines)
    inez.delete()
    all_of_them()
    assert [one.person for one in refused(user)] == [person_of(ines)]
    # Whom nobody said anything about goes as before.
    Suggestion.objects.filter(user=user).delete()
    all_of_them()
    assert not Suggestion.objects.filter(pk=only_suggested.pk).exists()


def test_who_was_followed_since_is_no_longer_suggested() -> None:
    user = make_user()
    (tom,) = followed(user, "Tom Baerwald")
    ines = blog_of("Ines Okafor")
    point(tom, ines)
    all_of_them()
    assert set(suggested(user)) == {"Ines Okafor"}
    follow_person(user, person_of(ines), now=NOW)
    assert suggested(user) == {}


def test_a_private_source_suggests_to_its_owner_alone() -> None:
    mine, yours = make_user("mine"), make_user("yours")
    followed(yours, "Tom Baerwald")
    letters = make_source("Letters", owner=mine)
    make_subscription(mine, letters)
    ines = blog_of("Ines Okafor")
    point_privately(mine, letters, ines, 3)
    all_of_them()
    assert "Ines Okafor" in suggested(mine)
    assert suggested(yours) == {}


def test_the_reading_list_of_a_blog_is_read_once_a_month_and_suggests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    listed = blog_of("Ines Okafor")
    opml = (
        '<opml version="2.0"><body>'
        f'<outline type="rss" text="Ines" xmlUrl="{listed.source.address}"/>'
        '<outline type="rss" text="New" xmlUrl="https://new.example.net/feed"/></body></opml>'
    ).encode()
    page = b'<!doctype html><link rel="blogroll" type="text/xml" href="/reads.opml"><p>Hello</p>'
    bodies = {"/": page, "/reads.opml": opml}

    async def site(seen: Seen, writer: asyncio.StreamWriter) -> None:
        body = bodies.get(seen.path)
        writer.write(reply(404, body=b"no") if body is None else reply(200, body=body))

    with in_thread(site) as server:
        options = replace(
            settings.OPTIONS, allowed_private=(f"127.0.0.1:{server.port}",), unspaced_hosts=("127.0.0.1",)
        )
        monkeypatch.setattr(settings, "OPTIONS", options)
        user = make_user()
        tom = blog_of("Tom Baerwald", site=server.url())
        make_subscription(user, tom.source)
        private = make_source("Mine", owner=user, site=server.url("/private"))
        make_subscription(user, private)
        assert lists_due(NOW)
        read_lists(now=NOW)
        assert sorted(seen.path for seen in server.seen) == ["/", "/reads.opml"]
        assert not lists_due(NOW + timedelta(days=20))
        assert lists_due(NOW + EVERY + timedelta(days=1))
        bodies.clear()
        read_lists(now=NOW + EVERY + timedelta(days=1))
    assert Listing.objects.filter(by=tom.source).count() == 2
    assert OutgoingContact.objects.get(purpose="reading-list", day=NOW.date(), owner=None).requests == 2
    all_of_them()
    found = suggested(user)
    assert said(found["Ines Okafor"])["listed"] == (1, {str(tom.source)})
    assert "https://new.example.net/feed" in found


def test_a_front_page_that_was_read_already_is_not_asked_for_its_reading_list(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opml = (
        b'<opml version="2.0"><body><outline type="rss" xmlUrl="https://new.example.net/feed"/></body></opml>'
    )

    async def site(seen: Seen, writer: asyncio.StreamWriter) -> None:
        writer.write(reply(200, body=opml))

    with in_thread(site) as server:
        options = replace(settings.OPTIONS, allowed_private=(f"127.0.0.1:{server.port}",))
        monkeypatch.setattr(settings, "OPTIONS", options)
        user = make_user()
        told = {server.url("/a/"): server.url("/a/reads.opml"), server.url("/b/"): ""}
        for address, listed in told.items():
            source = make_source(site=address)
            make_subscription(user, source)
            said_there = {"url": address, "list": listed} if listed else {"url": address}
            page = OwnPage.objects.create(address=address, told=said_there, read_at=NOW, next_due_at=NOW)
            PageOf.objects.create(page=page, source=source, place=PagePlace.HOME)
        read_lists(now=NOW)
        assert [seen.path for seen in server.seen] == ["/a/reads.opml"]
    assert Listing.objects.get().address == "https://new.example.net/feed"


def test_the_page_takes_as_many_queries_for_one_as_for_three(django_assert_max_num_queries: Any) -> None:
    user = make_user()
    (tom,) = followed(user, "Tom Baerwald")
    for name in ("Ines Okafor", "Celeste Perrault", "Bashir Tansley"):
        point(tom, blog_of(name))
    all_of_them()
    make_standing(now=NOW)
    with django_assert_max_num_queries(7):
        assert len(suggestions(user)) == 3
    with django_assert_max_num_queries(7):
        assert len(suggestions(user, limit=1)) == 1
    assert Subscription.objects.filter(user=user).count() == 1
    assert Link.objects.count() == 3
