"""PubMed's XML to papers and authors. Never raises: what cannot be read is left out and said."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from lxml import etree

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import Employment, IdentityRecord, ItemRecord
from transom.engine.core.months import month_number
from transom.engine.parse.affiliation import institutions
from transom.engine.parse.model import Author, ParsedEntry

SERVICE = "pubmed"
SITE = "https://pubmed.ncbi.nlm.nih.gov"
MOST_AUTHORS = 50
LANGUAGES = {
    "eng": "en",
    "ger": "de",
    "fre": "fr",
    "spa": "es",
    "ita": "it",
    "por": "pt",
    "dut": "nl",
    "jpn": "ja",
}
_ORCID = re.compile(r"\d{4}-?\d{4}-?\d{4}-?\d{3}[\dX]")


def articles(raw: bytes) -> list[Any] | None:
    """The articles of an answer; None where it is no such answer. Entities are never expanded."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return None if root is None or root.tag != "PubmedArticleSet" else list(root.iterfind("PubmedArticle"))


def records_of(found: list[Any]) -> tuple[list[ItemRecord], list[IdentityRecord], list[str]]:
    """Papers, their authors, and a sentence for what makes no sense."""
    items: list[ItemRecord] = []
    people: list[IdentityRecord] = []
    problems: list[str] = []
    for article in found:
        number, title = (
            _text(article, "MedlineCitation/PMID"),
            _text(article, "MedlineCitation/Article/ArticleTitle"),
        )
        if not number.isascii() or not number.isdigit() or not title:
            problems.append(
                f"{title[:80] or number or 'A paper'} has no number or no title, and was left out."
            )
            continue
        wrote = _authors(article, number)
        people += wrote
        items.append(_item(article, number, title, wrote))
    return items, people, problems


def _item(article: Any, number: str, title: str, wrote: list[IdentityRecord]) -> ItemRecord:
    doi = _text(article, "PubmedData/ArticleIdList/ArticleId[@IdType='doi']")
    published = _published(article)
    journal = _text(article, "MedlineCitation/Article/Journal/Title")
    language = _text(article, "MedlineCitation/Article/Language").lower()
    return ItemRecord(
        ParsedEntry(
            id=f"{SERVICE}:{number}",
            title=title[:1000],
            link=f"https://doi.org/{doi}" if re.fullmatch(r"10\.\S{3,300}", doi) else f"{SITE}/{number}/",
            published=values.midnight(published) if published else None,
            authors=tuple(Author(one.name, one.address) for one in wrote),
            content_html=_abstract(article) + values.paragraphs(journal),
            tags=tuple(_plain(one) for one in article.iterfind("MedlineCitation/KeywordList/Keyword"))[:20],
            language=LANGUAGES.get(language, ""),
        ),
        kind="paper",
        authors=tuple((one.service, one.account) for one in wrote),
    )


def _abstract(article: Any) -> str:
    parts = []
    for one in article.iterfind("MedlineCitation/Article/Abstract/AbstractText"):
        label, text = values.text(one.get("Label") or ""), _plain(one)
        parts.append(f"{label.capitalize()}: {text}" if label else text)
    return values.paragraphs("\n\n".join(parts))


def _authors(article: Any, number: str) -> list[IdentityRecord]:
    """Everybody by name. Without an ORCID, an author of one paper is not taken for that of another."""
    found = []
    rows = list(article.iterfind("MedlineCitation/Article/AuthorList/Author"))[:MOST_AUTHORS]
    for place, row in enumerate(rows, start=1):
        group = _text(row, "CollectiveName")
        name = group or f"{_text(row, 'ForeName') or _text(row, 'Initials')} {_text(row, 'LastName')}".strip()
        if not name:
            continue
        orcid = _orcid(_text(row, "Identifier[@Source='ORCID']"))
        works = institutions(_plain(one) for one in row.iterfind("AffiliationInfo/Affiliation"))
        found.append(
            IdentityRecord(
                service="orcid" if orcid else SERVICE,
                account=orcid or f"{number}:{place}",
                name=name[:200],
                profile=f"https://orcid.org/{orcid}" if orcid else "",
                orcid=orcid,
                employments=tuple(map(Employment, works)),
                is_person=not group,
            )
        )
    return found


def _published(article: Any) -> date | None:
    """The day it appeared on the net, else in print, else when PubMed entered it."""
    for path in (
        "MedlineCitation/Article/ArticleDate",
        "MedlineCitation/Article/Journal/JournalIssue/PubDate",
        "PubmedData/History/PubMedPubDate[@PubStatus='entrez']",
    ):
        node = article.find(path)
        if node is None or not _text(node, "Year").isdigit():
            continue
        month = _text(node, "Month")
        number = int(month[:2]) if month.isascii() and month.isdigit() else month_number(month.lower()) or 1
        day = _text(node, "Day")
        when = f"{_text(node, 'Year')}-{number:02}-{day.zfill(2) if day.isdigit() else '01'}"
        if found := values.day(when):
            return found
    return None


def _orcid(given: str) -> str:
    found = _ORCID.search(given)
    digits = found[0].replace("-", "") if found else ""
    return "-".join(digits[start : start + 4] for start in range(0, 16, 4)) if len(digits) == 16 else ""


def _text(node: Any, path: str) -> str:
    found = node.find(path)
    return "" if found is None else _plain(found)


def _plain(node: Any) -> str:
    """All text in an element, markup such as italics left out."""
    return values.text("".join(node.itertext()), most=20_000)
