"""Who is listened to, the map, and suggestions, as their pages show them and do what is pressed."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml.html import fromstring
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer
from tests.apps.library.documents import entry, feed
from tests.apps.people.community import all_of_them, blog_of, crowd
from tests.apps.people.pointing import pick, point
from tests.browser import sign_in
from tests.factories import NOW, make_source, make_subscription, make_user
from tests.interfaces.web.world import make_world
from tests.servers import Seen, in_thread, reply

from transom.apps.network.selectors import all_ties
from transom.apps.people.models import Suggestion
from transom.apps.people.selectors.field_map import field_map
from transom.apps.people.standing import make_standing
from transom.apps.sources.models import Source, Subscription
from transom.interfaces.web.map_drawing import HEIGHT, WIDTH, Drawing, draw, width_of

pytestmark = pytest.mark.django_db


def text_of(content: bytes) -> str:
    return re.sub(r"\s+", " ", fromstring(content.decode()).find(".//main").text_content())


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def reader() -> Any:
    """Follows Tom and The Weekly Shelf, who point at Ines; Ines points back, and at Celeste."""
    user = make_user()
    tom, ines, celeste = blog_of("Tom Baerwald"), blog_of("Ines Okafor"), blog_of("Celeste Perrault")
    shelf = make_source("The Weekly Shelf", channel="newsletter")
    make_subscription(user, tom.source)
    make_subscription(user, shelf)
    point(tom, ines, 3)
    pick(shelf, ines)
    point(ines, celeste)
    point(ines, tom)
    all_of_them()
    make_standing(now=NOW)
    return user


def test_the_most_listened_to_stand_with_who_points_at_them(reader: Any) -> None:
    text = text_of(signed_in(reader).get("/people/").content)
    assert "Whom the people and sources you follow point to most." in text
    told = re.findall(r"Ines Okafor Pointed to by (.*?) Where", text)
    assert [set(one.strip().split(", ")) for one in told] == [
        {"The Weekly Shelf", "Tom Baerwald (3 times)"}
    ], text


def test_the_map_names_everybody_in_the_list_and_draws_them_apart(reader: Any) -> None:
    page = fromstring(signed_in(reader).get("/people/map/").content.decode())
    listed = {one.text_content() for one in page.xpath("//ul//p[@class='person-name']/a")}
    assert listed == {"Tom Baerwald", "Ines Okafor", "Celeste Perrault"}
    drawn = page.xpath("//svg[@aria-hidden='true' and contains(@class, 'field-map')]//a")
    assert {one.xpath("string(title)") for one in drawn} == listed
    assert all(one.get("tabindex") == "-1" for one in drawn)


def _drawn(user: Any) -> Drawing:
    found = field_map(user)
    assert found is not None
    return draw(found, ())


def test_names_on_the_map_lie_on_the_sheet_and_not_on_one_another() -> None:
    user = make_user()
    people = crowd(40)
    for number, one in enumerate(people):
        make_subscription(user, one.source)
        for step in (1, 3, 7):
            point(one, people[(number + step) % 40])
    all_of_them()
    make_standing(now=NOW)
    drawing = _drawn(user)
    boxes = []
    for dot in (one for one in drawing.dots if one.label):
        wide = width_of(dot.label, 14)
        left = {"start": 0.0, "middle": wide / 2, "end": wide}[dot.anchor]
        boxes.append((dot.label_x - left, dot.label_y - 10, dot.label_x - left + wide, dot.label_y + 3))
    assert len(boxes) > 20
    assert all(a >= 0 and c <= WIDTH and b >= 0 and d <= HEIGHT for a, b, c, d in boxes)
    for number, one in enumerate(boxes):
        for other in boxes[:number]:
            assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]


def test_people_stay_where_they_stood_when_somebody_joins(reader: Any) -> None:
    before = {one.person.name: (one.x, one.y) for one in field_map(reader).people}  # type: ignore[union-attr]
    tom = Source.objects.get(title="The pages of Tom Baerwald").identities.get()
    point(tom, blog_of("Orla Quillfeather"))
    all_of_them()
    make_standing(now=NOW)
    after = {one.person.name: (one.x, one.y) for one in field_map(reader).people}  # type: ignore[union-attr]
    assert "Orla Quillfeather" in after
    for name, (x, y) in before.items():
        assert abs(after[name][0] - x) + abs(after[name][1] - y) < 0.2


def test_empty_pages_say_what_to_do_next() -> None:
    client = signed_in(make_user())
    for address in ("/people/map/", "/people/discover/"):
        assert "Choose a starter pack" in text_of(client.get(address).content)


def _suggestion(user: Any, **of: Any) -> Suggestion:
    return Suggestion.objects.get(user=user, **of)


def test_one_press_follows_a_person_with_what_they_write(reader: Any) -> None:
    client = signed_in(reader)
    row = _suggestion(reader, person__name="Ines Okafor")
    text = text_of(client.get("/people/discover/").content)
    assert "Linked by Tom Baerwald and The Weekly Shelf." in text
    answer = client.post(f"/people/discover/{row.pk}/follow/", follow=True)
    assert "You follow Ines Okafor now." in text_of(answer.content)
    assert {pk for pk, one in all_ties(reader).items() if one.followed} == {row.person_id}
    assert Subscription.objects.filter(user=reader, source__title="The pages of Ines Okafor").exists()
    assert not Suggestion.objects.filter(pk=row.pk).exists()


def test_one_press_refuses_and_one_takes_it_back(reader: Any) -> None:
    client = signed_in(reader)
    row = _suggestion(reader, person__name="Ines Okafor")
    client.post(f"/people/discover/{row.pk}/refuse/")
    text = text_of(client.get("/people/discover/").content)
    assert "Linked by" not in text
    assert "One you did not want" in text
    make_standing(now=NOW)
    assert "Linked by" not in text_of(client.get("/people/discover/").content)
    client.post(f"/people/discover/{row.pk}/refuse/", {"undo": "yes"})
    assert "Linked by" in text_of(client.get("/people/discover/").content)


def test_a_site_is_followed_by_the_feed_its_page_names(reader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    page = b'<!doctype html><link rel="alternate" type="application/rss+xml" href="/posts.xml"><p>Hello</p>'
    bodies = {"/": page, "/posts.xml": feed([entry(title="Why the basement flooded twice")], title="Posts")}

    async def site(seen: Seen, writer: asyncio.StreamWriter) -> None:
        body = bodies.get(seen.path)
        writer.write(reply(404, body=b"no") if body is None else reply(200, body=body))

    with in_thread(site) as server:
        pair = f"127.0.0.1:{server.port}"
        options = replace(settings.OPTIONS, allowed_private=(pair,), unspaced_hosts=("127.0.0.1",))
        monkeypatch.setattr(settings, "OPTIONS", options)
        row = Suggestion.objects.create(user=reader, site=server.url(), made_at=NOW)
        signed_in(reader).post(f"/people/discover/{row.pk}/follow/")
        assert Subscription.objects.filter(user=reader, source__address=server.url("/posts.xml")).exists()
        bodies.clear()
        gone = Suggestion.objects.create(user=reader, site=server.url("/gone"), made_at=NOW)
        answer = signed_in(reader).post(f"/people/discover/{gone.pk}/follow/")
    assert answer.headers["Location"].startswith("/sources/add/?address=")
    assert Suggestion.objects.filter(pk=gone.pk).exists()


def test_anothers_suggestion_cannot_be_answered(reader: Any) -> None:
    row = _suggestion(reader, person__name="Ines Okafor")
    other = signed_in(make_user("other"))
    for what in ("follow", "refuse"):
        assert other.post(f"/people/discover/{row.pk}/{what}/").status_code == 404
    assert Suggestion.objects.get(pk=row.pk).refused_at is None


def test_the_number_of_questions_does_not_grow_with_what_is_shown() -> None:
    counts = []
    for lines in (1, 3):
        world = make_world(f"reader{lines}", lines=lines)
        client = signed_in(world.user)
        some = []
        for address in ("/people/map/", "/people/discover/"):
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            some.append(len(queries))
        counts.append(some)
    assert counts[0] == counts[1]


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_on_a_phone_the_list_stands_for_the_drawing(live_server: LiveServer, browser: Browser) -> None:
    world = make_world()
    context = browser.new_context(viewport={"width": 360, "height": 720})
    sign_in(context, world.user, live_server.url)
    page = context.new_page()
    page.goto(live_server.url + "/people/map/")
    assert not page.locator("svg.field-map").is_visible()
    assert page.locator("ul.people .person-name").count() >= 2
    page.set_viewport_size({"width": 1280, "height": 800})
    assert page.locator("svg.field-map").is_visible()
    page.locator("svg.field-map a").first.click()
    page.wait_for_url(re.compile(r"/people/\d+/$"))
    context.close()
