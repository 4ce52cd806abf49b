"""Whether two lists mean the same date: one conference stands in three of them under as many names.

Precision first: two entries that may be two events stay two.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from transom.engine.core import addresses

VERSION: Final = 1
DAYS_APART: Final = 1
SAME_TIME: Final = timedelta(minutes=15)
ALIKE: Final = 0.85
ALIKE_AT_ONE_ADDRESS: Final = 0.5
SAME_CITY: Final = 0.85
SAME_WORD: Final = 0.75
FEWEST_SHARED: Final = 2
MOSTLY: Final = 0.6
GATHERINGS = frozenset({"conference", "meeting", "webinar"})
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|['’]\d\d(?!\d)")
_NUMBER = re.compile(r"\d+|\b[ivx]{1,4}\b")
_ORDINAL = re.compile(r"\b\d+(?:st|nd|rd|th)\b")
# Words that tell nothing about which event it is.
GENERIC = frozenset(
    "a an and at by conf conference day days de der die edition eu event events for global in international la le "
    "live meet meeting meetup national of on online session summit symposium talk the und us usa virtual webinar "
    "week workshop world annual congress convention forum".split()
)
CALL: Final = "call"
# How lists word a call, whatever it is for.
OF_CALLS = frozenset(
    "abstract abstracts paper papers proposal proposals poster posters talks contribution contributions session "
    "sessions submission submissions submit due deadline closes closing close call calls cfp last date until now "
    "open".split()
)
LEAST_LETTERS: Final = 8


@dataclass(frozen=True, slots=True)
class EventFacts:
    """What is compared. `address` is canonical; `city` may be "" (unknown)."""

    kind: str
    title: str
    starts: datetime
    all_day: bool = True
    address: str = ""
    city: str = ""
    country: str = ""
    online: bool = False

    @property
    def day(self) -> date:
        return self.starts.date()


def same_event(one: EventFacts, other: EventFacts) -> str:
    """The rule that says they are the same ("address", "call", "title"); "" where they are not, or nobody can tell."""
    if family(one.kind) != family(other.kind) or abs((one.day - other.day).days) > DAYS_APART:
        return ""
    if not one.all_day and not other.all_day and abs(one.starts - other.starts) > SAME_TIME:
        return ""
    if _elsewhere(one, other) or _numbers(one) != _numbers(other):
        return ""
    if _same_call(one, other):
        return "call"
    if _differ_in_a_word(one, other):
        return ""
    alike = likeness(one, other)
    if one.address and one.address == other.address and alike >= ALIKE_AT_ONE_ADDRESS:
        return "address"
    together = _same_city(one, other) or (one.online and other.online)
    return "title" if together and alike >= ALIKE and _telling(one) and _telling(other) else ""


def _same_call(one: EventFacts, other: EventFacts) -> bool:
    """Whether both are the call of one event: lists word it as they like ("Abstracts due", "Call for papers").

    What is left without these words must be the same, on one closing day.
    """
    if one.kind != CALL or other.kind != CALL or one.day != other.day:
        return False
    first, second = (set(_bare(each.title, each.city).split()) - GENERIC - OF_CALLS for each in (one, other))
    return first == second and len(first) >= FEWEST_SHARED and sum(map(len, first)) >= LEAST_LETTERS


def tells_of(article: EventFacts, listed: EventFacts) -> str:
    """The rule that says that an article announces a date of a list ("article"), or "" where it may be another.

    Articles call a date otherwise than lists do, so that fewer words must agree: two telling ones at least, and
    most of those that the shorter title has; on the same day, and nothing else against it.
    """
    if rule := same_event(article, listed):
        return rule
    if family(article.kind) != family(listed.kind) or article.day != listed.day:
        return ""
    if not article.all_day and not listed.all_day and abs(article.starts - listed.starts) > SAME_TIME:
        return ""
    if _elsewhere(article, listed) or _numbers(article) != _numbers(listed):
        return ""
    first, second = (set(_bare(one.title, "").split()) - GENERIC for one in (article, listed))
    shared = len(first & second)
    return "article" if shared >= FEWEST_SHARED and shared >= MOSTLY * min(len(first), len(second)) else ""


def family(kind: str) -> str:
    """Kinds that may mean the same: lists disagree on what is a conference and what a meeting."""
    return "gathering" if kind in GATHERINGS else kind


def likeness(one: EventFacts, other: EventFacts) -> float:
    """Of the titles without year and city, from 0 to 1; spaces do not count."""
    first, second = _bare(one.title, one.city), _bare(other.title, other.city)
    spaced = fuzz.ratio(first, second)
    return max(spaced, fuzz.ratio(first.replace(" ", ""), second.replace(" ", ""))) / 100


def _differ_in_a_word(one: EventFacts, other: EventFacts) -> bool:
    """Whether each has a telling word where the other has quite another: Rust Day is not Wasm Day."""
    first, second = set(_bare(one.title, one.city).split()), set(_bare(other.title, other.city).split())
    only, others = (first - second) - GENERIC, (second - first) - GENERIC
    if not only or not others:
        return False
    return any(max(fuzz.ratio(word, each) for each in others) / 100 < SAME_WORD for word in only) and (
        fuzz.ratio("".join(sorted(only)), "".join(sorted(others))) / 100 < SAME_WORD
    )


def _elsewhere(one: EventFacts, other: EventFacts) -> bool:
    """Whether both name a place and the places differ."""
    if one.city and other.city:
        return not _same_city(one, other)
    # A date in a hall and one on the net are two, unless one of them has both.
    return (bool(one.city) and other.online and not one.online) or (
        bool(other.city) and one.online and not other.online
    )


def _same_city(one: EventFacts, other: EventFacts) -> bool:
    if not one.city or not other.city:
        return False
    first, second = _city(one.city), _city(other.city)
    near = first == second or fuzz.ratio(first, second) / 100 >= SAME_CITY
    return near and (not one.country or not other.country or _country(one.country) == _country(other.country))


def _telling(facts: EventFacts) -> bool:
    words = set(_bare(facts.title, facts.city).split()) - GENERIC
    return sum(map(len, words)) >= 3


@lru_cache(maxsize=4096)
def _bare(title: str, city: str) -> str:
    """Folded, without year; without the city where something is left then."""
    plain = " ".join(re.sub(r"[^\w]+", " ", _folded(_YEAR.sub(" ", title))).split())
    where = _city(city)
    without = " ".join(re.sub(rf"\b{re.escape(where)}\b", " ", plain).split()) if where else plain
    return without or plain


@lru_cache(maxsize=4096)
def _numbers_in(title: str) -> frozenset[str]:
    return frozenset(_NUMBER.findall(_ORDINAL.sub(" ", _folded(_YEAR.sub(" ", title)))))


def _numbers(facts: EventFacts) -> frozenset[str]:
    """Numbers in the title beside year and edition: day 1 is not day 2."""
    return _numbers_in(facts.title)


@lru_cache(maxsize=4096)
def _city(city: str) -> str:
    return " ".join(re.sub(r"[^\w]+", " ", _folded(city.partition(",")[0])).split())


@lru_cache(maxsize=512)
def _country(country: str) -> str:
    plain = re.sub(r"[^a-z]", "", _folded(country))
    return {"usa": "us", "unitedstates": "us", "unitedstatesofamerica": "us", "unitedkingdom": "uk"}.get(
        plain, plain
    )


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(one for one in apart if not unicodedata.combining(one)).casefold()


def event_address(given: str) -> str:
    """The canonical address as events are compared by; "" for the front page of a place that hosts many."""
    found = addresses.canonical(given) if given else ""
    host = addresses.registrable_domain(addresses.host_of(found))
    path = found.partition("://")[2].partition("/")[2].strip("/")
    return "" if host in PLATFORMS and not path else found


PLATFORMS = frozenset(
    {
        *(
            "eventbrite.com",
            "eventbrite.co.uk",
            "meetup.com",
            "google.com",
            "zoom.us",
            "facebook.com",
            "lu.ma",
        ),
        *("hopin.com", "hopin.to", "youtube.com", "linkedin.com", "microsoft.com", "ti.to", "twitter.com"),
        *("crowdcast.io", "airmeet.com", "sessionize.com", "papercall.io", "github.com", "webex.com"),
    }
)
