"""Which connectors there are: our own, and whatever an installed package registers under `transom.connectors`."""

from __future__ import annotations

import logging
import threading
import time
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from urllib.parse import urlsplit

from transom.apps.sources.connectors.interface import Connector, Meant
from transom.apps.sources.errors import SourceError

log = logging.getLogger(__name__)
_loading = threading.Lock()

PAUSE = 0.3  # seconds
GROUP = "transom.connectors"
# Known without the package's metadata, so that a checkout works before it is installed; a test compares the two.
OWN = {
    "ical": "transom.apps.sources.connectors.ical.client:Calendars",
    "eventpages": "transom.apps.sources.connectors.eventpages.client:EventPages",
    "crossref": "transom.apps.sources.connectors.crossref.client:Works",
    "arxiv": "transom.apps.sources.connectors.arxiv.client:Preprints",
    "listserv": "transom.apps.sources.connectors.listserv.client:Lists",
    "groupsio": "transom.apps.sources.connectors.groupsio.client:Groups",
    "openlibrary": "transom.apps.sources.connectors.openlibrary.client:Books",
    "confstech": "transom.apps.sources.connectors.confstech.client:Conferences",
    "datatracker": "transom.apps.sources.connectors.datatracker.client:WorkingGroups",
    "fedreg": "transom.apps.sources.connectors.fedreg.client:Consultations",
    "mastodon": "transom.apps.sources.connectors.mastodon.client:Mastodon",
    "pubmed": "transom.apps.sources.connectors.pubmed.client:Papers",
    "pretalx": "transom.apps.sources.connectors.pretalx.client:Programmes",
    "github": "transom.apps.sources.connectors.github.client:GitHub",
    "discourse": "transom.apps.sources.connectors.discourse.client:Forums",
    "bluesky": "transom.apps.sources.connectors.bluesky.client:Bluesky",
    "orcid": "transom.apps.sources.connectors.orcid.client:Records",
    "openalex": "transom.apps.sources.connectors.openalex.client:Papers",
    "minutes": "transom.apps.sources.connectors.minutes.client:MeetingMinutes",
    "sigs": "transom.apps.sources.connectors.sigs.client:Groups",
    "iso": "transom.apps.sources.connectors.iso.client:Standards",
    "w3c": "transom.apps.sources.connectors.w3c.client:Groups",
    "frab": "transom.apps.sources.connectors.frab.client:Schedules",
    "indico": "transom.apps.sources.connectors.indico.client:Events",
    "sessionize": "transom.apps.sources.connectors.sessionize.client:Programmes",
    "callingallpapers": "transom.apps.sources.connectors.callingallpapers.client:Calls",
}
_AS_FEEDS = "Follow the {} by its address: it is read as a feed, and {}. There is nothing to check apart."
WITHOUT = {
    "newsletters": _AS_FEEDS.format("newsletter", "every link in an issue counts as its editor's pick"),
    "youtube": _AS_FEEDS.format("channel", "its videos' descriptions and lengths are understood"),
    "podcasts": _AS_FEEDS.format("podcast", "who is heard in an episode is who it is by"),
}
"""What people may look for under a name, and which needs no connector, with what to do instead."""


def connectors() -> list[Connector]:
    """All that can be loaded, by title. One that cannot is logged and left out."""
    return sorted(_all().values(), key=lambda one: one.title.casefold())


def connector(name: str) -> Connector:
    """The connector of this name. Raises SourceError."""
    found = _all().get(name)
    if found is None and name in WITHOUT:
        raise SourceError(WITHOUT[name], permanent=True)
    if found is None:
        known = ", ".join(sorted(_all()))
        raise SourceError(f"There is no connector called {name!r}. There are: {known}.", permanent=True)
    return found


def meant_by(text: str) -> list[tuple[Connector, Meant]]:
    """Every connector to which a pasted text means something, those that are sure first."""
    given = text.strip()
    try:
        urlsplit(given)
    except ValueError:
        return []
    found = [(one, meant) for one in connectors() if (meant := one.recognise(given))]
    return sorted(found, key=lambda pair: not pair[1].sure)


def _all() -> dict[str, Connector]:
    # One thread loads them, and the others wait: two that import the same at once may see half of it.
    with _loading:
        return _loaded()


@cache
def _loaded() -> dict[str, Connector]:
    places = {entry.name: entry.value for entry in entry_points(group=GROUP)}
    found = {}
    # Our own come last: nobody may stand in for them.
    for name, place in {**places, **OWN}.items():
        try:
            made = _load(place)
        except Exception:
            log.exception("The connector %s (%s) cannot be loaded and is left out.", name, place)
            continue
        found[name] = made
    return found


def _load(place: str) -> Connector:
    module, _, attribute = place.partition(":")
    try:
        found = import_module(module)
    except ImportError:
        # Some other thread may be in the middle of importing what this one needs, and then has done so.
        time.sleep(PAUSE)
        found = import_module(module)
    made = getattr(found, attribute)()
    if not isinstance(made, Connector):
        raise TypeError(f"{place} is no Connector")
    return made
