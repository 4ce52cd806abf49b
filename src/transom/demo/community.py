"""Reads the story and places it in time."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import chain
from typing import Any

from transom.demo import chatter, newsletter, routine
from transom.demo.clock import Clock
from transom.demo.frontmatter import parse, words
from transom.demo.model import (
    Community,
    Item,
    Occasion,
    Organization,
    Person,
    Site,
    StarterSource,
    StoryError,
)

MASTODON = "keepers.example"
SAID = ("consultation", "event")  # kinds that the feeds say as a category


def load(now: datetime, epoch: datetime | None = None) -> Community:
    """The community as it stands at `now` (aware).

    Offsets count from `epoch`, the moment the demo was first started, so that a demo kept for days
    has the same past and a few new things each day; without it, from `now`. Pure and deterministic.
    Raises StoryError where the story's files contradict each other.
    """
    if now.tzinfo is None:
        raise ValueError("load() needs an aware datetime; add a time zone to now")
    clock = Clock((epoch or now).astimezone(UTC))
    frame = _table("community.toml")
    people = {row["slug"]: Person(**row) for row in frame["people"]}
    sites = {row["slug"]: Site(**_tuples(row)) for row in frame["sites"]}
    written = [item for source in _sources() for item in _item(source, sites, clock, now)]
    items = _everything(written, clock, now, people)
    _check(items, people, sites)
    shared = {key: _filled(item, items) for key, item in items.items()}
    return Community(
        now=now,
        title=frame["title"],
        job=frame["job"],
        minutes=frame["minutes"],
        interests=tuple(frame["interests"]),
        organizations={row["slug"]: Organization(**row) for row in frame["organizations"]},
        people=people,
        sites=sites,
        items=shared,
        starter=tuple(_starter(site) for site in sites.values() if site.why),
        by_site=_by_site(shared.values(), sites),
        profiles=_profiles(_table("social.toml")),
    )


def _everything(
    written: list[Item], clock: Clock, now: datetime, people: dict[str, Person]
) -> dict[str, Item]:
    """The written items with those that follow from them, as far as `now` has come."""
    visible = [item for item in written if item.published <= now]
    notices = [one for one in routine.notices(_table("routine.toml"), clock) if one.published <= now]
    extra = chain(
        newsletter.issues([*visible, *notices], _table("newsletter.toml"), clock),
        chatter.remarks(visible, _table("corridor.toml"), clock, people),
        notices,
    )
    items: dict[str, Item] = {}
    for item in chain(visible, (one for one in extra if one.published <= now)):
        if item.slug in items:
            raise StoryError(f"two items are called {item.slug}; rename one")
        items[item.slug] = item
    return items


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads(_story().joinpath(name).read_text("utf-8"))


def _story() -> Traversable:
    return files("transom.demo.story")


@cache
def _sources() -> tuple[tuple[str, str, str], ...]:
    """Site slug, item slug and text of every item file."""
    folders = sorted((folder for folder in _story().joinpath("items").iterdir()), key=lambda one: one.name)
    return tuple(
        (folder.name, file.name.removesuffix(".md"), file.read_text("utf-8"))
        for folder in folders
        for file in sorted(folder.iterdir(), key=lambda one: one.name)
        if file.name.endswith(".md")
    )


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _item(
    source: tuple[str, str, str], sites: dict[str, Site], clock: Clock, now: datetime
) -> Iterator[Item]:
    folder, slug, text = source
    name = f"{folder}/{slug}.md"
    if folder not in sites:
        raise StoryError(f"{name}: no site is called {folder}; add it to community.toml")
    head, body, earlier = parse(text, name)
    try:
        yield _built(slug, sites[folder], head, body, earlier, clock, now)
    except (KeyError, ValueError) as error:
        raise StoryError(f"{name}: {error!r} in its head; mend that line") from error


def _built(
    slug: str, site: Site, head: dict[str, str], body: str, earlier: str, clock: Clock, now: datetime
) -> Item:
    lang = head.get("lang", site.lang)
    published = updated = clock.moment(int(head["ago"]), head.get("at", "09:00"))
    if "edited" in head:
        edited = clock.moment(int(head["edited"]), "16:20")
        body, updated = (body, edited) if edited <= now else (earlier, published)
    return Item(
        slug=slug,
        site=site.slug,
        title=clock.spell(head["title"], lang),
        authors=words(head["by"]) if "by" in head else site.authors[:1],
        published=published,
        updated=updated,
        body=clock.spell(body, lang),
        summary=clock.spell(head.get("summary", ""), lang),
        lang=lang,
        kind=head.get("kind", "post"),
        tags=(*words(head.get("tags", "")), *(kind for kind in SAID if kind == head.get("kind"))),
        access=head.get("access", "open"),
        form=head.get("form", "page"),
        reply=words(head.get("reply", "")),
        canonical=head.get("canonical", ""),
        duration=_seconds(head.get("duration", "")),
        pdf="pdf" in head,
        occasion=_occasion(head, clock),
    )


def _seconds(value: str) -> int:
    total = 0
    for part in value.split(":") if value else ():
        total = total * 60 + int(part)
    return total


def _occasion(head: dict[str, str], clock: Clock) -> Occasion | None:
    def when(key: str) -> datetime | None:
        days, _, at = head.get(key, "").partition(" ")
        return clock.ahead(int(days), at or "00:00") if days else None

    if not {"starts", "closes"} & head.keys():
        return None
    return Occasion(when("starts"), when("ends"), when("closes"), head.get("place", ""))


def _filled(item: Item, items: dict[str, Item]) -> Item:
    """A cross-post takes the text of the item it copies, and a summary is the text's first lines."""
    body = item.body or (items[item.canonical].body if item.canonical else "")
    return replace(item, body=body, summary=item.summary or _opening(body))


def _opening(body: str) -> str:
    first = next((part for part in body.split("\n\n") if part and part[0] not in "#>-|"), body)
    plain = chatter.plain(first)
    return plain if len(plain) <= 300 else plain[:297].rsplit(" ", 1)[0] + " …"


def _by_site(items: Iterable[Item], sites: dict[str, Site]) -> dict[str, tuple[Item, ...]]:
    newest = sorted(items, key=lambda item: (item.published, item.slug), reverse=True)
    return {
        site.slug: tuple(item for item in newest if item.site == site.slug or _republished(item, site))
        for site in sites.values()
    }


def _republished(item: Item, site: Site) -> bool:
    return item.site in site.republishes and item.access == "open"


def _profiles(social: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """A site links back to the accounts that are proven, and to no other."""
    rows = [row for row in social["mastodon"] if row.get("proven")]
    return {row["site"]: (f"https://{MASTODON}/@{row['name']}",) for row in rows}


def _starter(site: Site) -> StarterSource:
    return StarterSource(
        site.slug,
        site.title,
        f"/{site.slug}/{site.feed}",
        site.vendor,
        site.why,
        site.channel,
        address=f"https://{site.host}/{site.feed}",
        is_page=not site.feed,
    )


def _check(items: dict[str, Item], people: dict[str, Person], sites: dict[str, Site]) -> None:
    for item in items.values():
        for author in item.authors:
            if author not in people:
                raise StoryError(f"{item.site}/{item.slug}: nobody is called {author}; see community.toml")
        if item.site not in sites:
            raise StoryError(f"{item.slug}: no site is called {item.site}")
        if item.canonical and item.canonical not in items:
            raise StoryError(f"{item.site}/{item.slug}: canonical names no item: {item.canonical}")
