"""What sort of thing an entry is, by what it brings, by what it says of itself, by where it was published."""

from __future__ import annotations

import re

from transom.apps.library.choices import Kind
from transom.engine.core import addresses
from transom.engine.parse.model import ParsedEntry

OF_CHANNEL = {
    "podcast": Kind.EPISODE,
    "newsletter": Kind.NEWSLETTER,
    "journal": Kind.PAPER,
    "standards body": Kind.STANDARD,
    "forum": Kind.DISCUSSION,
    "mailing list": Kind.DISCUSSION,
}
OF_MEDIA = {"audio": Kind.EPISODE, "video": Kind.VIDEO}
# A category in the singular names what the entry is; in the plural it may be what it is about.
OF_TAG = {
    "book": Kind.BOOK,
    "call for comments": Kind.CONSULTATION,
    "conference paper": Kind.PAPER,
    "consultation": Kind.CONSULTATION,
    "discussion": Kind.DISCUSSION,
    "draft standard": Kind.STANDARD,
    "episode": Kind.EPISODE,
    "event": Kind.EVENT,
    "journal article": Kind.PAPER,
    "newsletter": Kind.NEWSLETTER,
    "paper": Kind.PAPER,
    "podcast": Kind.EPISODE,
    "podcast episode": Kind.EPISODE,
    "preprint": Kind.PAPER,
    "public consultation": Kind.CONSULTATION,
    "research article": Kind.PAPER,
    "standard": Kind.STANDARD,
    "talk": Kind.TALK,
    "video": Kind.VIDEO,
    "webinar": Kind.EVENT,
}
OF_SITE = {
    "arxiv.org": Kind.PAPER,
    "biorxiv.org": Kind.PAPER,
    "doi.org": Kind.PAPER,
    "medrxiv.org": Kind.PAPER,
    "vimeo.com": Kind.VIDEO,
    "youtu.be": Kind.VIDEO,
    "youtube.com": Kind.VIDEO,
}
_DOI_PATH = re.compile(r"/doi/(?:[a-z]+/)?10\.\d{4,9}/")
SHORT_NOTE = 60  # words


def kind_of(entry: ParsedEntry, channel: str, words: int) -> Kind:
    """Its kind; a recording is one wherever it was published, and an event has a date of its own."""
    for enclosure in entry.enclosures:
        if kind := OF_MEDIA.get(enclosure.media_type.partition("/")[0]):
            return kind
    if entry.event_start is not None:
        return Kind.EVENT
    return _by_its_words(entry) or OF_CHANNEL.get(channel) or _by_its_look(entry, words)


def _by_its_words(entry: ParsedEntry) -> Kind | None:
    for tag in entry.tags:
        if kind := OF_TAG.get(" ".join(tag.casefold().split())):
            return kind
    site = addresses.registrable_domain(addresses.host_of(entry.link))
    return OF_SITE.get(site) or (Kind.PAPER if _DOI_PATH.search(entry.link) else None)


def _by_its_look(entry: ParsedEntry, words: int) -> Kind:
    """A few words without a title are a remark."""
    return Kind.STATUS if not entry.title and 0 < words <= SHORT_NOTE else Kind.POST
