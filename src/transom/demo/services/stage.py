"""What every service is made from: the community, its dates, and the tables of the story."""

from __future__ import annotations

import tomllib
import zlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from transom.demo.clock import Clock
from transom.demo.model import Community, StoryError
from transom.demo.render.entry import address, resolver, to_html

Row = dict[str, Any]


@cache
def table(name: str) -> Row:
    """A table of the story, by its file's name without ending."""
    return tomllib.loads(files("transom.demo.story").joinpath(f"{name}.toml").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Stage:
    """The community at one moment, as its services know it. `base` is where its sites are served."""

    community: Community
    clock: Clock
    base: str

    def has_come(self, moment: datetime) -> bool:
        return moment <= self.community.now

    def name(self, slug: str) -> str:
        """A person's name. Raises StoryError."""
        if slug not in self.community.people:
            raise StoryError(f"nobody is called {slug}; see community.toml")
        return self.community.people[slug].name

    def employer(self, slug: str) -> str:
        """Where somebody works; "" where they work for themselves."""
        found = self.community.organizations.get(self.community.people[slug].organization)
        return found.name if found else ""

    def mail(self, slug: str) -> str:
        """Somebody's address at work, as on their page."""
        found = self.community.organizations.get(self.community.people[slug].organization)
        return f"{slug}@{found.host if found else 'keepers.example'}"

    def site(self, slug: str) -> str:
        """The address of one of the community's sites."""
        return f"{self.base}/{slug}/"

    def article(self, slug: str) -> str:
        """Where an item stands."""
        return address(self.community, self.community.items[slug], self.base)

    def html(self, text: str) -> str:
        """A text of the story as HTML, its links made absolute."""
        return to_html(self.clock.spell(text, "en"), resolver(self.community, self.base)).strip()


def number_of(moment: datetime, key: str) -> int:
    """A number that grows with time and stays the same on every run, as services give them."""
    return int(moment.timestamp()) * 1000 + zlib.crc32(key.encode()) % 1000
