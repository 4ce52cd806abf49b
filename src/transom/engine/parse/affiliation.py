"""Affiliations as papers print them, cut to the institution: no department, town or mail address.

``Department of Nursing, University of Selwick, Tarnholt. Electronic address: m@selwick.example`` is
``University of Selwick``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from transom.engine.text.tokens import fold

MOST: Final = 10
LONGEST: Final = 5000
LONGEST_NAME: Final = 300

_MAIL: Final = r"[^\s<>()\[\],;:]+@[^\s<>()\[\],;]+"
_LABEL: Final = (
    r"electronic\s+address(?:es)?|e-?mails?(?:\s+address(?:es)?)?|correo\s+electr[oó]nico|courriel|"
    r"adresse\s+[ée]lectronique|posta\s+elettronica|endere[cç]o\s+eletr[oô]nico"
)
_LABELLED: Final = re.compile(
    rf"[(\[]?\s*\b(?:(?:{_LABEL})\s*[:=]\s*|(?:{_LABEL})\s+(?=\S+@)|electronic\s+address(?:es)?\b\s*)",
    re.IGNORECASE,
)
_MAILS: Final = re.compile(rf"[<(\[]?\s*(?:mailto:)?{_MAIL}\s*[>)\]]?", re.IGNORECASE)
_FORM: Final = (
    r"(?:inc|incorporated|ltd|limited|llc|llp|plc|corp|gmbh|ag|kg|s\.?a|s\.?r\.?l|s\.?p\.?a|b\.?v|n\.?v|co)"
)
_BEFORE_FORM: Final = re.compile(rf",\s+(?={_FORM}\b\.?\s*(?:,|;|$))", re.IGNORECASE)
_SEVERAL: Final = re.compile(r"[;；]|(?:(?<=[a-zß-ÿ]{4})|(?<=\bUSA)|(?<=\bUK))\.\s+(?=[A-ZÀ-Þ0-9])")
_NUMBER: Final = re.compile(r"^\s*(?:\(?\d{1,2}\)?[.):]?\s*(?=[^\W\d_])|[*†‡§¶#]+\s*|and\s+)+")
_COMMA: Final = re.compile(r"[,，、]")
_WHOLE: Final = re.compile(
    r"universi|univ\b|uniwersy|egyetem|ylioplisto|yliopisto|hospita|hopita|hopital|ospedal|krankenhaus|kliniku|"
    r"sykehus|sjukhus|sygehus|ziekenhuis|szpital|nemocnice|infirmary|hospice|"
    r"minist(?:ry|er|ere|erio|erium|erie|erstv)|\bgovernment of|"
    r"\btrust\b|health (?:service|board|authority)|\bagency\b|\bagence\b|\bagentur\b|\bcouncil\b|\bacadem|akademi|"
    r"\bmuse[eou]|\barchives?\b|\barchiv[eio]?\b|\blibrary\b|\bbiblioth|foundation|stiftung|fondation|fundaci|"
    r"national institutes?|pharmaceutical|\btechnologies\b|\bbank\b|\bcompany\b|"
    r"\b(?:inc|ltd|limited|llc|llp|plc|corp|corporation|gmbh|ag|s\.?r\.?l|s\.?p\.?a|b\.?v|n\.?v|co)\b\.?$|"
    "университет|больниц|министерств|πανεπιστημι|νοσοκομει|جامعة|مستشفى|"
    "大学|大學|病院|医院|醫院|公司|株式会社|대학|병원"
)
_PART_OF_ONE: Final = re.compile(
    r"institu|cent(?:er|re)s?\b|\bcentro\b|zentrum|\bcentrum\b|\bclini|\bklinik|polyclini|\bcollege|\bschool\b|"
    r"\becole\b|\bescuela\b|\bscuola\b|hochschule|polit?ecni|polytechni|\blaborator|\blabs?\b|"
    "институт|центр|研究所|研究院|学院|센터|연구"
)
_UNIT: Final = re.compile(
    r"^(?:(?:the\s+)?(?:dep(?:t|artment|artement|artamento|artement)|abteilung|division|section|unit|ward|service|"
    r"servi[cz]io|faculty|facult|facolta|fakult|chair|lehrstuhl|program|office|branch|group|team|"
    r"research (?:group|unit|team)|graduate|undergraduate|school of|institute of|laborator(?:y|io|ies) |from the)\b)"
)


def without_mails(text: str) -> str:
    """A text without mail addresses and what announces them; one tidy line."""
    if "@" not in text and not _LABELLED.search(text):
        return " ".join(text.split())
    text = _MAILS.sub(" ", _LABELLED.sub(" ", text[:LONGEST]))
    text = re.sub(r"\s+([,;.)\]])", r"\1", " ".join(text.split()))
    return re.sub(r"(?:[\s,;:(\[<]|(?<=[.\s])\.)+$", "", text).strip()


def institutions(printed: Iterable[str]) -> tuple[str, ...]:
    """The institutions that printed affiliations name, each once; at most ten, of at most 300 characters."""
    found = [
        name
        for text in printed
        for one in _SEVERAL.split(_BEFORE_FORM.sub(" ", without_mails(text[:LONGEST])))
        if (name := _institution(one))
    ]
    # A department that stands alone between semicolons is one of those named beside it.
    whole = [name for name in found if not _UNIT.search(fold(name)) or _WHOLE.search(fold(name))]
    return tuple(dict.fromkeys(whole or found))[:MOST]


def _institution(text: str) -> str:
    """Of one affiliation's parts the one that is an institution whole, else a part of one, else no mere unit."""
    parts = [tidy for part in _COMMA.split(_NUMBER.sub("", text)) if (tidy := part.strip(" .:-\u2013\u2014"))]
    named = [part for part in parts if re.search(r"[^\W\d_]{2}", part)]
    for kind in (_WHOLE, _PART_OF_ONE):
        fitting = [part for part in named if kind.search(fold(part))]
        if fitting:
            return _tidied(next((one for one in fitting if not _UNIT.search(fold(one))), fitting[0]))
    return _tidied(next((one for one in named if not _UNIT.search(fold(one))), named[0] if named else ""))


def _tidied(name: str) -> str:
    return _NUMBER.sub("", name).strip(" .:-")[:LONGEST_NAME].strip()
