"""Every address: who may open it, and who may not."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import URLPattern
from tests import factories
from tests.interfaces.web.world import World, make_world, screens

from transom.apps.brief.mail_links import link_token
from transom.apps.people.models import Decision, Suggestion
from transom.interfaces.web import urls
from transom.interfaces.web.images import picture_address

pytestmark = pytest.mark.django_db

OPEN_TO_ALL = {
    "sign-in",
    "invitation",
    "mail-feedback",
    "feed",
    "calendar-feed",
    "health",
    "manifest",
    "robots",
    "theme",
}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def reader(world: World) -> Client:
    client = Client()
    client.force_login(world.user)
    return client


def own_posts(world: World) -> dict[str, str]:
    """Addresses that change something of this user's, and of nobody else's."""
    return {
        "say": f"/read/{world.private.pk}/say/",
        "beat": f"/read/{world.private.pk}/time/",
        "finish": f"/read/{world.private.pk}/finished/",
        "tags": f"/read/{world.private.pk}/tags/",
        "add-note": f"/read/{world.private.pk}/notes/",
        "add-highlight": f"/read/{world.private.pk}/passages/",
        "change-note": f"/note/{world.note.pk}/",
        "delete-highlight": f"/passage/{world.highlight.pk}/delete/",
        "take-back": f"/read/{world.private.pk}/take-back/",
        "split": f"/seen/{world.private.sightings.get().pk}/split/",
        "decline": f"/not-this/{world.to_note_down.pk}/",
        "calendar": f"/calendar/{world.to_note_down.pk}/",
        "pass-on": f"/pass-on/{world.private.pk}/",
        "follow": f"/sources/{world.private.home_id}/follow/",
        "unfollow": f"/sources/{world.private.home_id}/unfollow/",
        "resume": f"/sources/{world.private.home_id}/resume/",
        "refresh-now": f"/sources/{world.private.home_id}/now/",
        "save-event": f"/events/{world.own_event.pk}/save/",
        "split-event": f"/events/listed/{world.own_event.sightings.first().pk}/split/",
        "follow-suggestion": f"/people/discover/{_suggested(world)}/follow/",
        "refuse-suggestion": f"/people/discover/{_suggested(world)}/refuse/",
        "unlearn": f"/settings/learned/{world.lesson.pk}/undo/",
        "take-back-answer": f"/people/answers/{Decision.objects.filter(user=world.user)[0].pk}/take-back/",
    }


def _suggested(world: World) -> int:
    return Suggestion.objects.filter(user=world.user).latest("pk").pk


def test_every_screen_opens_for_its_reader(world: World, reader: Client) -> None:
    answers = {name: reader.get(address).status_code for name, address in screens(world).items()}
    assert answers == dict.fromkeys(answers, 200)


def test_every_screen_asks_strangers_to_sign_in(world: World) -> None:
    for name, address in screens(world).items():
        answer = Client().get(address)
        assert answer.status_code == 302, name
        assert answer["Location"].startswith("/accounts/"), name


def test_nothing_can_be_changed_without_signing_in(world: World) -> None:
    for name, address in own_posts(world).items():
        assert Client().post(address)["Location"].startswith("/accounts/login/"), name


def test_what_is_anothers_is_not_there(world: World) -> None:
    other = Client()
    other.force_login(factories.make_user("wim"))
    token = link_token(world.user.pk, world.item.pk, "save")
    looks = {
        "reader": f"/read/{world.private.pk}/",
        "pass on": f"/pass-on/{world.private.pk}/",
        "calendar": f"/calendar/{world.to_note_down.pk}/",
        "calendar file": f"/calendar/{world.private.pk}.ics",
        "source": f"/sources/{world.private.home_id}/",
        "date": f"/events/{world.own_event.pk}/",
        "date file": f"/events/{world.own_event.pk}.ics",
        "conversation": f"/conversations/{world.private.pk}/",
        "mail feedback": f"/mail-feedback/{token}/",
    }
    for name, address in looks.items():
        assert other.get(address).status_code == 404, name
    for name, address in own_posts(world).items():
        assert other.post(address, {"text": "mine now", "names": "mine", "quote": "a"}).status_code == 404, (
            name
        )


def test_anothers_private_things_stand_on_no_screen(world: World) -> None:
    other = make_world("wim")
    client = Client()
    client.force_login(other.user)
    for name, address in screens(other).items():
        text = client.get(address).content.decode()
        assert "Ask Tom, 0." not in text or name in {"reader"}, name
    found = client.get("/search/?q=auditor").content.decode()
    assert f"/read/{other.private.pk}/" in found
    assert f"/read/{world.private.pk}/" not in found


def test_every_route_is_covered_here() -> None:
    names = {route.name for route in urls.urlpatterns if isinstance(route, URLPattern) and route.name}
    tested = {
        *(
            "brief",
            "brief-progress",
            "brief-week",
            "brief-day",
            "welcome",
            "suggestion",
            "demo",
            "read",
            "search",
        ),
        *("saved", "sources", "add", "import", "export-opml", "source", "packs", "pack", "leaving"),
        *("services", "service"),
        *("learned", "learned-log", "unlearn"),
        *("conversations", "conversation", "themes"),
        *("events", "event", "event-file", "save-event", "split-event", "calendar-address"),
        *("people", "person", "follow-person", "know-person", "note-person", "not-this-person"),
        *("forget-person", "same-person", "question", "take-back-answer"),
        *("field-map", "discover", "follow-suggestion", "refuse-suggestion"),
        *("settings", "export", "delete-account", "keys", "ics-item", "image"),
        *("say", "beat", "finish", "tags", "add-note", "add-highlight", "change-note", "delete-highlight"),
        *(
            "split",
            "original",
            "take-back",
            "decline",
            "calendar",
            "pass-on",
            "follow",
            "unfollow",
            "resume",
            "refresh-now",
        ),
    }
    assert names == tested | OPEN_TO_ALL


def test_pictures_are_for_readers_only() -> None:
    address = picture_address("https://pictures.example.org/door.png")
    assert Client().get(address)["Location"].startswith("/accounts/login/")


def test_looking_never_changes_anything(world: World, reader: Client) -> None:
    for name, address in own_posts(world).items():
        if name in {"pass-on", "calendar"}:
            continue
        assert reader.get(address).status_code == 405, name
