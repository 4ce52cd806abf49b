"""PubMed's E-utilities with a few papers: esearch by date of entry, efetch by number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import escape

from transom.apps.sources.connectors.serving import Asked, Reply, Service, as_json, not_found

HEAD = b'<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "x.dtd">\n'


@dataclass(frozen=True, slots=True)
class Paper:
    number: int
    title: str
    entered: date
    authors: tuple[tuple[str, str, str, str], ...] = ()
    """Fore name, last name, ORCID or "", affiliation."""
    doi: str = ""
    abstract: str = "Shelves drift."
    journal: str = "Journal of Keeping"


def service(papers: list[Paper]) -> Service:
    """Serves papers, the latest entered first."""

    def answer(asked: Asked) -> Reply:
        if asked.path == "/entrez/eutils/esearch.fcgi":
            return _search(papers, asked)
        if asked.path == "/entrez/eutils/efetch.fcgi":
            wanted = asked.one("id").split(",")
            found = [xml_of(paper) for paper in papers if str(paper.number) in wanted]
            body = HEAD + f"<PubmedArticleSet>{''.join(found)}</PubmedArticleSet>".encode()
            return Reply(body=body, content_type="text/xml; charset=UTF-8")
        return not_found()

    return answer


def _search(papers: list[Paper], asked: Asked) -> Reply:
    first, last = asked.one("mindate").replace("/", "-"), asked.one("maxdate").replace("/", "-")
    found = [
        paper
        for paper in papers
        if first <= f"{paper.entered}" <= last
        and asked.one("term").casefold() in f"{paper.title} {paper.abstract}".casefold()
    ]
    found.sort(key=lambda paper: (paper.entered, paper.number), reverse=True)
    start, most = asked.number("retstart", 0), asked.number("retmax", 20)
    shown = [str(paper.number) for paper in found[start : start + most]]
    result = {"count": str(len(found)), "retmax": str(len(shown)), "retstart": str(start), "idlist": shown}
    return as_json({"header": {"type": "esearch", "version": "0.3"}, "esearchresult": result})


def xml_of(paper: Paper) -> str:
    """A paper as efetch gives it."""
    authors = "".join(
        f"<Author ValidYN='Y'><LastName>{escape(last)}</LastName><ForeName>{escape(fore)}</ForeName>"
        + (f"<Identifier Source='ORCID'>{orcid}</Identifier>" if orcid else "")
        + f"<AffiliationInfo><Affiliation>{escape(where)}</Affiliation></AffiliationInfo></Author>"
        for fore, last, orcid, where in paper.authors
    )
    day = paper.entered
    doi = f"<ArticleId IdType='doi'>{escape(paper.doi)}</ArticleId>" if paper.doi else ""
    return (
        f"<PubmedArticle><MedlineCitation><PMID Version='1'>{paper.number}</PMID><Article><Journal><JournalIssue>"
        f"<PubDate><Year>{day.year}</Year><Month>{day:%b}</Month></PubDate></JournalIssue>"
        f"<Title>{escape(paper.journal)}</Title></Journal><ArticleTitle><i>{escape(paper.title)}</i>.</ArticleTitle>"
        f"<Abstract><AbstractText Label='BACKGROUND'>{escape(paper.abstract)}</AbstractText></Abstract>"
        f"<AuthorList>{authors}</AuthorList><Language>eng</Language><ArticleDate><Year>{day.year}</Year>"
        f"<Month>{day.month:02}</Month><Day>{day.day:02}</Day></ArticleDate></Article></MedlineCitation>"
        f"<PubmedData><ArticleIdList>{doi}</ArticleIdList></PubmedData></PubmedArticle>"
    )


def sample_service(now: datetime | None = None) -> Service:
    today = (now or datetime.now(UTC)).date()
    hester = ("Hester", "Quill", "0000-0002-1825-0097", "Slow Rooms Institute, Tarnholt")
    kofi = ("Kofi", "Adjei", "", "Veldhaven Lab")
    return service(
        [
            Paper(
                41, "Electronic records on the ward", today - timedelta(days=4), (hester, kofi), "10.5555/41"
            ),
            Paper(42, "Records nobody reads", today - timedelta(days=1), (kofi,)),
        ]
    )
