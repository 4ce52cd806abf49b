"""A line of an attendance list to a name, and what stands beside it: organisation, handle, mail, links."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST, MOST_WORDS = 60, 6
NOTES = re.compile(
    r"\b(late|early|phone|remote(?:ly)?|brief(?:ly)?|partial(?:ly)?|part|left|joined|arrived|until|from|half|"
    r"(?:co-?|vice[ -]?)?chair(?:man|woman|person|s)?|scrib(?:e|ing)|notes?|note-?taker|minut(?:es|e-?taker)|host|"
    r"moderator|facilitator|convener|editor|secretary|guest|observers?|invited|expert|members?|voting|non-voting|emeritus|"
    r"tsc|steering|committee|student|gsoc|first|second|last|video|audio|online|virtual|zoom|in[ -]person|irc|chat|new|"
    r"he|she|they|him|her|them|regular|alternate|proxy|staff|contact|lead|tbc|tentative|presenter|speaker|"
    r"gast|protokoll|vorsitz|leitung|invitée?|présidente?|secrétaire)\b",
    re.I,
)
ROLES = re.compile(
    r"\b((?:co-?|vice[ -]?)?chair(?=man|woman|person|\b)|scribe|scribing|note-?taker|minute-?taker|moderator|"
    r"facilitator|convener|editor|secretary|observer|host|guest|protokoll|vorsitz|leitung)",
    re.I,
)
AWAY_NOTE = re.compile(
    r"\b(absent|regrets?|apolog(?:y|ies)|excused|not present|did not attend|away|no[- ]show|entschuldigt|excusée?)\b",
    re.I,
)
NOBODY = frozenset(
    "none n/a na nil tbd tba all others everyone everybody various unknown nobody quorum anonymous guest guests "
    "members member attendees participants present more someone keine aucun aucune personne niemand "
    "et-al etc see-above see-below same same-as-above agenda minutes notes".split()
)
# Small words of a sentence and of no name ("Will" and "Le" may be names); and what stands in no name at all.
OF_SENTENCES = frozenset(
    "the to if will be is are was were or for not with able from this that we they it on at by about as has have had "
    "should would could can please see via who what when die das ist sind für wird werden les est sont pour".split()
)
OF_AGENDAS = frozenset(
    "the tbd tba discussion approved approve meeting agenda minutes review recording action actions issue issues "
    "status update updates none".split()
)
_LINK = re.compile(r"\[([^\]]*)\]\(\s*<?([^)\s>]+)>?[^)]*\)")
_MAIL = re.compile(r"<?\b(?:mailto:)?([\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+)>?")
_HANDLE = re.compile(r"(?<![\w/@])@([A-Za-z0-9](?:[\w-]{0,37}[A-Za-z0-9])?)(?![\w@])")
_BRACKETS = re.compile(r"[(\[（]([^()\[\]（）]*)[)\]）]?")
_DASH = re.compile(r"\s+[-–—]+\s*|\s*[-–—]+\s+|\s*[–—]\s*|\s+[/|]\s+|\s*\|\s*|\s+@\s+|:\s+")
_FROM = re.compile(r"\s+(?:from|of|with|representing|von|de chez)\s+(?=[A-Z0-9])")
_STRUCK = re.compile(r"~~.*?~~")
_MARKUP = re.compile(r"[*_`~]+(?=\S)|(?<=\S)[*_`~]+")
_URL = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody who was there, as the minutes write it."""

    name: str
    handle: str = ""
    organisation: str = ""
    mails: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    role: str = ""


def attendee_of(line: str, *, organisation: str = "") -> Attendee | None:
    """Who a list's line names; None for nobody, for a sentence, and for somebody it calls absent."""
    text = _STRUCK.sub(" ", line)[:400]
    links = tuple(found[1] for found in _LINK.findall(text) if found[1].startswith(("http://", "https://")))
    text = _LINK.sub(lambda found: found[1], text)
    mails = tuple(dict.fromkeys(mail.casefold() for mail in _MAIL.findall(text)))
    text = _URL.sub(" ", _MAIL.sub(" ", text))
    handles = _HANDLE.findall(text)
    text = _HANDLE.sub(" ", text)
    beside = [one for found in _BRACKETS.findall(text) for one in re.split(r"[,;]", found)]
    before, _, behind = _BRACKETS.sub(" ; ", text).partition(";")
    name, *after = _DASH.split(_plain(before), maxsplit=1)
    # What follows the brackets may be an organisation too ("Ada (she/her), Example Ltd").
    beside += [*after, *behind.strip(" ;,-–—:").split(";")]
    if AWAY_NOTE.search(" ".join(beside)):
        return None
    name, told = _with_from(name.strip(" ,.:;?!*•·-–—"))
    name = name or (handles[0] if handles else "")
    if not is_name(name, has_handle=bool(handles)):
        return None
    works = next((one for part in [told, *beside] if (one := organisation_of(part, name))), organisation)
    role = next((said[1].casefold() for part in beside if (said := ROLES.search(part))), "")
    return Attendee(name, handles[0] if handles else "", works, mails, links, role)


def organisation_of(words: str, name: str) -> str:
    """The organisation in what stands beside a name; "" where that is a remark, initials, or the name once more."""
    whole = _BRACKETS.sub(" ", _plain(words))
    # "Guest - Dry Rooms": the part that is no remark.
    parts = [" ".join(one.split()).strip(" ,.;:?!-–—/|") for one in re.split(r"\s[-–—/]\s", whole)]
    found = next((one for one in parts if one and not _is_remark(one)), "")
    if not 2 <= len(found) <= 120 or len(found.split()) > 9 or not any(one.isalpha() for one in found):
        return ""
    if is_initials(found, name) or _is_transcript(found, name):
        return ""
    return found


def _is_remark(text: str) -> bool:
    """Whether it says how somebody was there, and names nothing: "late", "Observer", but not "New York University"."""
    if not NOTES.search(text):
        return False
    rest = NOTES.sub(" ", text).split()
    return text[0].islower() or not any(word[0].isupper() for word in rest)


def is_initials(short: str, name: str) -> bool:
    """Whether it abbreviates the name, as MM or MSL does Mark S. Miller; REA is no abbreviation of Dick Brooks."""
    if not (2 <= len(short) <= 4 and short.isalpha() and short.isupper()):
        return False
    letters = iter(_folded(name).replace(" ", ""))
    return _folded(name)[:1] == short[0].casefold() and all(one in letters for one in short.casefold())


def is_name(text: str, *, has_handle: bool = False) -> bool:
    """Whether this can be what somebody is called, in any script."""
    words = text.split()
    if not words or len(text) > LONGEST or len(words) > MOST_WORDS:
        return False
    if text.casefold().replace(" ", "-") in NOBODY or any(
        word in OF_SENTENCES or word.casefold() in OF_AGENDAS for word in words
    ):
        return False
    if not all(_of_name(one) for one in text) or not text[0].isalpha() or sum(map(str.isalpha, text)) < 2:
        return False
    # A word with a capital, or of a script that has none.
    return has_handle or any(word[0].isalpha() and not word[0].islower() for word in words)


def split_names(text: str) -> list[str]:
    """Names in a row: by semicolons where there are any, else by commas and "and"; none inside brackets."""
    sign = ";" if ";" in _BRACKETS.sub("", text) else ",，、"
    parts, depth, begun = [], 0, 0
    for place, one in enumerate(text):
        depth = max(0, depth + (one in "([（") - (one in ")]）"))
        if depth == 0 and one in sign:
            parts.append(text[begun:place])
            begun = place + 1
    parts.append(text[begun:])
    if sign == ";":
        return [part.strip() for part in parts if part.strip()]
    return [
        one.strip()
        for part in parts
        for one in re.split(r"\s+(?:and|&|und|et|y)\s+|^(?:and|und|et)\s+(?=\w)", part)
        if one.strip()
    ]


def _with_from(name: str) -> tuple[str, str]:
    first, *rest = _FROM.split(name, maxsplit=1)
    return (first.strip(), rest[0]) if rest else (name, "")


def _plain(text: str) -> str:
    return _MARKUP.sub("", unicodedata.normalize("NFC", text)).replace("\\", "")


def _of_name(one: str) -> bool:
    return one.isalpha() or one in " .'’‘`´ʼ-‐‑·" or unicodedata.category(one) in ("Mn", "Mc")


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(one for one in apart if one.isalpha() or one == " ").split())


def _is_transcript(text: str, name: str) -> bool:
    """A name in Latin letters beside one in another script is that name."""
    return not any("LATIN" in unicodedata.name(one, "") for one in name) and len(text.split()) in (2, 3)
