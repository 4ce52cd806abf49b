"""What the demo community is made of: plain values with absolute dates."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


class StoryError(ValueError):
    """The story's own files contradict each other; the message names the file and the line to mend."""


@dataclass(frozen=True, slots=True)
class Organization:
    """A place where somebody of the community works; `host` is an invented name under .example."""

    slug: str
    name: str
    host: str
    place: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A practitioner. `organization` and `site` are slugs, empty where there is none."""

    slug: str
    name: str
    role: str
    organization: str = ""
    site: str = ""
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class Site:
    """Something that publishes. `format` names a module of `render`; `feed` is the feed's file name."""

    slug: str
    title: str
    host: str
    about: str
    format: str
    feed: str
    lang: str = "en"
    authors: tuple[str, ...] = ()
    organization: str = ""
    form: str = "full"  # or "excerpt": the feed carries summaries only
    limit: int = 60
    vendor: bool = False
    channel: str = ""  # as in the starter packs: newsletter, journal, podcast, ...; empty: a blog
    delay: bool = False
    gone: bool = False
    damage: str = ""  # "malformed" or "charset": how the feed is broken on the wire
    moved_from: str = ""
    republishes: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Occasion:
    """A date on which one can take part: an event, or a closing date (`closes`)."""

    start: datetime | None = None
    end: datetime | None = None
    closes: datetime | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One published thing. `body` is Markdown in which `@slug` stands for another item's address."""

    slug: str
    site: str
    title: str
    authors: tuple[str, ...]
    published: datetime
    updated: datetime
    body: str
    summary: str
    lang: str = "en"
    kind: str = "post"
    tags: tuple[str, ...] = ()
    access: str = "open"
    form: str = "page"  # or "pdf": the feed links straight to the PDF
    reply: tuple[str, ...] = ()
    canonical: str = ""
    duration: int = 0  # seconds of audio
    pdf: bool = False
    occasion: Occasion | None = None


@dataclass(frozen=True, slots=True)
class StarterSource:
    """One source that the product offers as "the demo community".

    `path` is where the server keeps it, `address` its name on the net; `is_page`: it only announces its feed.
    """

    slug: str
    title: str
    path: str
    vendor: bool
    why: str
    channel: str = ""
    address: str = ""
    is_page: bool = False


@dataclass(frozen=True, slots=True)
class Community:
    """The whole invented world as it stands at `now`. Mappings are by slug."""

    now: datetime
    title: str
    job: str
    minutes: int
    interests: tuple[str, ...]
    organizations: dict[str, Organization]
    people: dict[str, Person]
    sites: dict[str, Site]
    items: dict[str, Item]
    starter: tuple[StarterSource, ...]
    by_site: dict[str, tuple[Item, ...]] = field(default_factory=dict)
    profiles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """By site, the accounts elsewhere that it links to as its author's own."""

    def items_of(self, site: str) -> tuple[Item, ...]:
        """Everything published at the site (for an aggregator: republished there), newest first."""
        return self.by_site.get(site, ())
