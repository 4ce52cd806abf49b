"""arXiv's query interface with a few papers: fields, dates, pages, and its errors that come with status 200."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape

from transom.apps.sources.connectors.serving import Asked, Reply, Service, not_found

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
    'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom">'
)


@dataclass(frozen=True, slots=True)
class Paper:
    number: str
    title: str
    submitted: datetime
    authors: tuple[tuple[str, str], ...]
    """Name, affiliation or ""."""
    category: str = "cs.DL"
    version: int = 1


def service(papers: list[Paper]) -> Service:
    """Serves papers, in the order they were handed in."""

    def answer(asked: Asked) -> Reply:
        if asked.path != "/api/query":
            return not_found()
        question = asked.one("search_query")
        if question.count("(") != question.count(")"):
            return _atom([_error("incorrect search query")], 1)
        found = sorted((one for one in papers if _fits(one, question)), key=lambda one: one.submitted)
        start, most = asked.number("start", 0), min(asked.number("max_results", 10), 2000)
        return _atom([xml_of(one) for one in found[start : start + most]], len(found))

    return answer


def _fits(paper: Paper, question: str) -> bool:
    within = re.search(r"submittedDate:\[(\d{12}) TO (\d{12})\]", question)
    if within and not within[1] <= f"{paper.submitted:%Y%m%d%H%M}" <= within[2]:
        return False
    held = {
        "all": f"{paper.title} {paper.authors}",
        "ti": paper.title,
        "au": str(paper.authors),
        "cat": paper.category,
    }
    asked = re.findall(r'\b(all|ti|au|cat):(?:"([^"]+)"|([^\s()]+))', question)
    return all((quoted or word).casefold() in held[field].casefold() for field, quoted, word in asked)


def _atom(entries: list[str], total: int) -> Reply:
    counts = f"<opensearch:totalResults>{total}</opensearch:totalResults>"
    title = "<title>arXiv Query</title><id>http://arxiv.org/api/x</id>"
    body = f"{HEAD}{title}{counts}{''.join(entries)}</feed>\n"
    return Reply(body=body.encode(), content_type="application/atom+xml; charset=utf-8")


def _error(words: str) -> str:
    where = "http://arxiv.org/api/errors#incorrect_query"
    return f"<entry><id>{where}</id><title>Error</title><summary>{words}</summary></entry>"


def xml_of(paper: Paper) -> str:
    """A paper as it stands in an answer, its lines broken as they are there."""
    authors = "".join(
        f"<author><name>{escape(name)}</name>"
        + (f"<arxiv:affiliation>{escape(works)}</arxiv:affiliation>" if works else "")
        + "</author>"
        for name, works in paper.authors
    )
    when = f"{paper.submitted.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    title = escape(paper.title).replace(" ", "\n  ", 1)
    return (
        f"<entry><id>http://arxiv.org/abs/{paper.number}v{paper.version}</id><updated>{when}</updated>"
        f"<published>{when}</published><title>{title}</title><summary>  We measured\nshelves.\n  And found drift.\n"
        f"</summary>{authors}<arxiv:comment>12 pages</arxiv:comment><arxiv:doi>10.5555/{paper.number}</arxiv:doi>"
        f'<link href="http://arxiv.org/abs/{paper.number}v{paper.version}" rel="alternate" type="text/html"/>'
        f'<arxiv:primary_category term="{paper.category}"/><category term="{paper.category}"/></entry>'
    )


def sample_service(now: datetime | None = None) -> Service:
    today = now or datetime.now(UTC)
    hester, kofi = ("Hester Quill", "Slow Rooms Institute"), ("Kofi Adjei", "")
    return service(
        [
            Paper("2611.00041", "Electronic records that drift", today - timedelta(days=9), (hester, kofi)),
            Paper("2611.00042", "Records nobody reads", today - timedelta(days=3), (kofi,), version=2),
        ]
    )
