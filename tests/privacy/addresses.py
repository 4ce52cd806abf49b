"""Every address of the running product, and how to call each with what belongs to somebody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from tests.privacy.people import Person

Addresses = Callable[[Person], list[str]]
FORGED = "f" * 43


@dataclass(frozen=True, slots=True)
class Place:
    """One pattern: addresses that ask for what is this person's, and whether all may come in."""

    addresses: Addresses
    open_to_all: bool = False
    private: bool = False


def plain(*addresses: str, open_to_all: bool = False) -> Place:
    return Place(lambda _person: list(addresses), open_to_all)


def of(*templates: str) -> Place:
    """Addresses that name something of the person's: nobody else may get there."""
    return Place(
        lambda person: [template.format_map(names_of(person)) for template in templates], private=True
    )


def names_of(person: Person) -> dict[str, Any]:
    rows = person.rows
    return {
        "letter": person.private_item.pk,
        "post": rows["own_item"].pk,
        "note": rows["note"].pk,
        "private_note": rows["private_note"].pk,
        "mark": rows["highlight"].pk,
        "private_mark": rows["private_highlight"].pk,
        "offer": rows["offer"].pk,
        "own_offer": rows["own_offer"].pk,
        "feed": person.feed.pk,
        "handed_in": person.private_item.home_id,
        "sighting": person.private_item.sightings.get().pk,
        "line": rows["line"].pk,
        "lesson": rows["lesson"].pk,
        "brief": rows["brief"].pk,
        "user": person.user.pk,
        "day": rows["brief"].day,
        "somebody": rows["somebody"].pk,
        "decision": rows["decision"].pk,
        "colleague": rows["colleague"].pk,
        "author": rows["shared"].author_id,
        "suggestion": rows["suggestion"].pk,
        "talk": rows["talk"].cluster,
        "event": rows["event"].pk,
        "listed": rows["listed"].pk,
    }


ITEMS = ("letter", "post")


def per_item(template: str) -> Place:
    return of(*(template.replace("ITEM", "{" + name + "}") for name in ITEMS))


PLACES: dict[str, Place] = {
    "": plain("/"),
    "brief/": plain("/brief/"),
    "brief/progress/": plain("/brief/progress/"),
    "brief/week/": plain("/brief/week/"),
    "brief/<day:day>/": Place(lambda person: [f"/brief/{names_of(person)['day']}/"]),
    "welcome/": plain("/welcome/"),
    "welcome/suggestion/": plain("/welcome/suggestion/?job=records"),
    "welcome/demo/": plain("/welcome/demo/"),
    "read/<id:item_id>/": per_item("/read/ITEM/"),
    "read/<id:item_id>/time/": per_item("/read/ITEM/time/"),
    "read/<id:item_id>/say/": per_item("/read/ITEM/say/"),
    "read/<id:item_id>/finished/": per_item("/read/ITEM/finished/"),
    "read/<id:item_id>/tags/": per_item("/read/ITEM/tags/"),
    "read/<id:item_id>/notes/": per_item("/read/ITEM/notes/"),
    "read/<id:item_id>/passages/": per_item("/read/ITEM/passages/"),
    "read/<id:item_id>/file/": per_item("/read/ITEM/file/"),
    "read/<id:item_id>/take-back/": per_item("/read/ITEM/take-back/"),
    "note/<id:note_id>/": of("/note/{note}/", "/note/{private_note}/"),
    "passage/<id:highlight_id>/delete/": of("/passage/{mark}/delete/", "/passage/{private_mark}/delete/"),
    "seen/<id:sighting_id>/split/": of("/seen/{sighting}/split/"),
    "pass-on/<id:item_id>/": per_item("/pass-on/ITEM/"),
    "calendar/<id:opportunity_id>/": of("/calendar/{offer}/", "/calendar/{own_offer}/"),
    "calendar/<id:item_id>.ics": per_item("/calendar/ITEM.ics"),
    "not-this/<id:opportunity_id>/": of("/not-this/{offer}/", "/not-this/{own_offer}/"),
    "mail-feedback/<str:token>/": plain(
        f"/mail-feedback/{FORGED}/", "/mail-feedback/a:b:c/", open_to_all=True
    ),
    "people/": plain(
        "/people/", "/people/?name=colleague", "/people/?topic=letter", "/people/?topic=inside&known=on"
    ),
    "people/same/": of("/people/same/"),
    "people/same/<id:one>/<id:other>/": of(
        "/people/same/{author}/{colleague}/", "/people/same/{colleague}/{author}/"
    ),
    "people/answers/<id:decision_id>/take-back/": of("/people/answers/{decision}/take-back/"),
    "people/map/": plain("/people/map/"),
    "people/discover/": plain("/people/discover/"),
    "people/discover/<id:suggestion_id>/follow/": of("/people/discover/{suggestion}/follow/"),
    "people/discover/<id:suggestion_id>/refuse/": of("/people/discover/{suggestion}/refuse/"),
    "people/<id:person_id>/": of("/people/{somebody}/"),
    "people/<id:person_id>/follow/": of("/people/{somebody}/follow/"),
    "people/<id:person_id>/know/": of("/people/{somebody}/know/"),
    "people/<id:person_id>/note/": of("/people/{somebody}/note/"),
    "people/<id:person_id>/not/<id:identity_id>/": of("/people/{somebody}/not/{colleague}/"),
    "people/<id:person_id>/forget/": of("/people/{somebody}/forget/"),
    "search/": Place(
        lambda person: [
            "/search/?q=letter",
            "/search/?q=nobody+else+may+read",
            f"/search/?q=nobody&source={person.feed.pk}",
            f"/search/?q=letter&source={person.private_item.home_id}",
            "/search/?q=letter&saved=on",
            "/search/?q=inside&kind=post",
            "/search/?q=%22second+note%22",
        ]
    ),
    "conversations/": plain("/conversations/", "/conversations/?of=earlier"),
    "conversations/<id:cluster>/": of("/conversations/{talk}/"),
    "themes/": plain("/themes/"),
    "events/": plain(
        "/events/",
        "/events/?kind=meeting",
        "/events/?saved=on",
        "/events/?q=meeting",
        "/events/?where=online",
    ),
    "events/address/": plain("/events/address/"),
    "events/<id:event_id>/": of("/events/{event}/"),
    "events/<id:event_id>/save/": of("/events/{event}/save/"),
    "events/<id:event_id>.ics": of("/events/{event}.ics"),
    "events/listed/<id:sighting_id>/split/": of("/events/listed/{listed}/split/"),
    "feed/dates/<str:token>.ics": plain(f"/feed/dates/{FORGED}.ics", open_to_all=True),
    "saved/": plain("/saved/", "/saved/?tag=tag", "/saved/?after=0"),
    "sources/": plain("/sources/"),
    "sources/add/": plain("/sources/add/"),
    "sources/services/": plain("/sources/services/", "/sources/services/?words=letter"),
    "sources/services/<slug:name>/": plain("/sources/services/ical/", "/sources/services/none/"),
    "sources/import/": plain("/sources/import/"),
    "sources/export.opml": plain("/sources/export.opml"),
    "sources/<id:source_id>/": of("/sources/{feed}/", "/sources/{handed_in}/"),
    "sources/<id:source_id>/follow/": of("/sources/{feed}/follow/", "/sources/{handed_in}/follow/"),
    "sources/<id:source_id>/unfollow/": of("/sources/{feed}/unfollow/"),
    "sources/<id:source_id>/resume/": of("/sources/{feed}/resume/"),
    "sources/<id:source_id>/now/": of("/sources/{feed}/now/"),
    "packs/": plain("/packs/"),
    "packs/<slug:pack_id>/": plain("/packs/records/", "/packs/none/"),
    "leaving/": plain("/leaving/"),
    "settings/": plain("/settings/"),
    "settings/learned/": plain("/settings/learned/", "/settings/learned/?open=kind%3Apost"),
    "settings/learned/log/": Place(
        lambda person: [
            "/settings/learned/log/",
            "/settings/learned/log/?of=word&is=letter",
            f"/settings/learned/log/?of=source&is={person.feed.pk}",
        ]
    ),
    "settings/learned/<id:feedback_id>/undo/": of("/settings/learned/{lesson}/undo/"),
    "settings/theme/": plain("/settings/theme/", open_to_all=True),
    "settings/export/": plain("/settings/export/"),
    "settings/delete/": plain("/settings/delete/"),
    "keys/": plain("/keys/", open_to_all=True),
    "sign-in/<str:token>/": plain(f"/sign-in/{FORGED}/", open_to_all=True),
    "invitation/<str:token>/": plain(f"/invitation/{FORGED}/", open_to_all=True),
    "feed/brief/<str:token>.atom": plain(f"/feed/brief/{FORGED}.atom", open_to_all=True),
    "image/<str:token>/": plain(f"/image/{FORGED}/", open_to_all=True),
    "health": plain("/health", open_to_all=True),
    "robots.txt": plain("/robots.txt", open_to_all=True),
    "manifest.webmanifest": plain("/manifest.webmanifest", open_to_all=True),
    "accounts/login/": plain("/accounts/login/", open_to_all=True),
    "accounts/logout/": plain("/accounts/logout/", open_to_all=True),
    "accounts/signup/": plain("/accounts/signup/", open_to_all=True),
    "accounts/reauthenticate/": plain("/accounts/reauthenticate/"),
    "accounts/email/": plain("/accounts/email/"),
    "accounts/password/change/": plain("/accounts/password/change/"),
    "accounts/password/set/": plain("/accounts/password/set/"),
    "accounts/password/reset/": plain("/accounts/password/reset/", open_to_all=True),
    "accounts/password/reset/done/": plain("/accounts/password/reset/done/", open_to_all=True),
    "accounts/password/reset/key/done/": plain("/accounts/password/reset/key/done/", open_to_all=True),
    r"accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": Place(
        lambda person: [f"/accounts/password/reset/key/{person.user.pk}-{FORGED}/"], open_to_all=True
    ),
    "accounts/2fa/": plain("/accounts/2fa/"),
    "accounts/2fa/authenticate/": plain("/accounts/2fa/authenticate/", open_to_all=True),
    "accounts/2fa/reauthenticate/": plain("/accounts/2fa/reauthenticate/"),
    "accounts/2fa/recovery-codes/": plain("/accounts/2fa/recovery-codes/"),
    "accounts/2fa/recovery-codes/generate/": plain("/accounts/2fa/recovery-codes/generate/"),
    "accounts/2fa/recovery-codes/download/": plain("/accounts/2fa/recovery-codes/download/"),
    "accounts/2fa/webauthn/": plain("/accounts/2fa/webauthn/"),
    "accounts/2fa/webauthn/add/": plain("/accounts/2fa/webauthn/add/"),
    "accounts/2fa/webauthn/reauthenticate/": plain("/accounts/2fa/webauthn/reauthenticate/"),
    "accounts/2fa/webauthn/keys/<id:pk>/remove/": Place(
        lambda person: [f"/accounts/2fa/webauthn/keys/{person.rows['passkey'].pk}/remove/"]
    ),
    "accounts/2fa/webauthn/keys/<id:pk>/edit/": Place(
        lambda person: [f"/accounts/2fa/webauthn/keys/{person.rows['passkey'].pk}/edit/"]
    ),
    "accounts/2fa/webauthn/login/": plain("/accounts/2fa/webauthn/login/", open_to_all=True),
}


def everything_posted(person: Person) -> dict[str, Any]:
    """One form for all: whatever any view may ask for, pointing at what is this person's."""
    names = names_of(person)
    return {
        "next": "/",
        "text": "planted",
        "quote": "Nobody else",
        "start": "0",
        "end": "11",
        "note": names["note"],
        "line": names["line"],
        "brief": names["brief"],
        "user": names["user"],
        "owner": names["user"],
        "item": names["letter"],
        "source": names["feed"],
        "signal": "more",
        "say": "more",
        "a": names["colleague"],
        "b": names["colleague"],
        "what": "save",
        "feature": "topic",
        "tags": "planted",
        "names": "planted",
        "seconds": "30",
        "progress": "1",
        "delete": "yes",
        "folder": "planted",
        "title": "planted",
        "name": "planted",
        "part": "feed",
        "revoke": "yes",
        "undo": names["line"],
        "how": "own mail",
        "recipients": "planted@example.org",
        "login": person.user.username,
        "theme": "dark",
    }


def all_patterns() -> Iterator[str]:
    """Every pattern of the resolver but the administrator's pages, as one string each."""
    yield from _below(get_resolver().url_patterns, "")


def _below(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if route != "admin/":
                yield from _below(pattern.url_patterns, route)
        else:
            yield route
