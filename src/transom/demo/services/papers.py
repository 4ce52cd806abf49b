"""Scholarship: OpenAlex, ORCID and PubMed, with the community's papers and where their authors work."""

from __future__ import annotations

from datetime import date, timedelta

from transom.apps.sources.connectors.openalex import server as openalex
from transom.apps.sources.connectors.orcid import server as orcid
from transom.apps.sources.connectors.pubmed import server as pubmed
from transom.apps.sources.connectors.serving import Service
from transom.demo.services.stage import Row, Stage, table

JOURNAL = "Journal of Keeping"


def authors() -> dict[str, Row]:
    """Everybody with a number at OpenAlex, by slug; two of one name have slugs of their own."""
    return {row.get("person") or row["slug"]: row for row in table("papers")["authors"]}


def name(slug: str, stage: Stage) -> str:
    """The author's name."""
    row = authors()[slug]
    return str(row.get("name") or stage.name(slug))


def workplace(slug: str, stage: Stage, on: date) -> str:
    """Where the author worked on a day."""
    for row in table("papers")["jobs"]:
        since, until = _day(stage, row["since"]), _day(stage, row["until"]) if "until" in row else None
        if row["who"] == slug and since <= on and (until is None or on <= until):
            return str(row["at"])
    return str(authors()[slug].get("at") or stage.employer(slug))


def _day(stage: Stage, ago: int) -> date:
    return (stage.clock.midnight - timedelta(days=ago)).date()


def _published(row: Row, stage: Stage) -> date:
    if "ago" in row:
        return _day(stage, row["ago"])
    return stage.community.items[row["item"]].published.date()


def _visible(stage: Stage) -> list[Row]:
    """Papers that are out by now; one on the journal's own site carries its title and abstract."""
    rows = []
    for row in table("papers")["papers"]:
        item = stage.community.items.get(row.get("item", ""))
        if "item" in row and item is None:
            continue
        told = {"title": item.title, "abstract": item.summary} if item else {}
        made = {**row, **told, "on": _published(row, stage)}
        if made["on"] <= stage.community.now.date():
            rows.append(made)
    return rows


def _address(row: Row, stage: Stage) -> str:
    """Where it can be read: on the journal's site, else by a number for trials."""
    return (
        stage.article(row["item"]) if row.get("item") else f"https://doi.org/10.5555/keeping.{row['number']}"
    )


def openalex_service(stage: Stage) -> Service:
    """The papers, with their authors and where these worked."""
    data = table("papers")
    works = [_work(row, stage) for row in _visible(stage)]
    return openalex.service(works, topics={f"https://openalex.org/{data['topic']}": data["topic_name"]})


def _work(row: Row, stage: Stage) -> Row:
    wrote = [
        openalex.author(
            authors()[slug]["number"],
            name(slug, stage),
            workplace(slug, stage, row["on"]),
            authors()[slug].get("orcid", ""),
        )
        for slug in row["by"]
    ]
    at = stage.clock.midnight.replace(year=row["on"].year, month=row["on"].month, day=row["on"].day)
    made = openalex.work(row["number"], row["title"], at, wrote, row["abstract"], row.get("cites"))
    where = {"source": {"display_name": JOURNAL}, "landing_page_url": _address(row, stage)}
    doi = None if row.get("item") else _address(row, stage)
    return {**made, "doi": doi, "primary_location": where, "topics": [table("papers")["topic"]]}


def orcid_service(stage: Stage) -> Service:
    """The records of everybody with an ORCID."""
    return orcid.service(
        {row["orcid"]: _record(slug, row, stage) for slug, row in authors().items() if "orcid" in row}
    )


def _record(slug: str, row: Row, stage: Stage) -> Row:
    given, _, family = name(slug, stage).rpartition(" ")
    works = [_summary(paper, stage) for paper in _visible(stage) if slug in paper["by"]]
    jobs = [
        orcid.job(
            job["at"],
            job["role"],
            _full(_day(stage, job["since"])),
            _full(_day(stage, job["until"])) if "until" in job else None,
        )
        for job in table("papers")["jobs"]
        if job["who"] == slug
    ]
    made = orcid.record((given, family), works, jobs)
    links = [*row.get("links", ()), *([stage.site(row["site"])] if row.get("site") else [])]
    made["person"]["researcher-urls"]["researcher-url"] = [
        {"url-name": "Link", "url": {"value": link}} for link in links
    ]
    made["person"]["emails"]["email"] = [{"email": row["mail"], "verified": True}] if row.get("mail") else []
    made["orcid-identifier"] = {
        "uri": f"https://orcid.org/{row['orcid']}",
        "path": row["orcid"],
        "host": "orcid.org",
    }
    return made


def _summary(paper: Row, stage: Stage) -> Row:
    doi = "" if paper.get("item") else _address(paper, stage).removeprefix("https://doi.org/")
    made = orcid.work(paper["number"], paper["title"], _full(paper["on"]), doi)
    made["work-summary"][0]["journal-title"] = {"value": JOURNAL}
    made["work-summary"][0]["url"] = {"value": _address(paper, stage)}
    return made


def _full(day: date) -> Row:
    return {**orcid.date(day.year, day.month), "day": {"value": f"{day.day:02}"}}


def pubmed_service(stage: Stage) -> Service:
    """What medicine's index has of it."""
    papers = []
    for row in table("papers")["medical"]:
        on = _day(stage, row["ago"])
        wrote = []
        for slug in row["by"]:
            fore, _, last = name(slug, stage).rpartition(" ")
            wrote.append((fore, last, str(authors()[slug].get("orcid", "")), workplace(slug, stage, on)))
        made = pubmed.Paper(row["number"], row["title"], on, tuple(wrote), abstract=row["abstract"])
        if on <= stage.community.now.date():
            papers.append(made)
    return pubmed.service(papers)
