"""Reading confs.tech's files: one topic, this year and the next."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from transom.apps.sources.connectors import asking
from transom.apps.sources.connectors.confstech.mapping import events_of
from transom.apps.sources.connectors.confstech.server import sample_service
from transom.apps.sources.connectors.interface import AT, Ask, Connector, Meant, Query, Suggestion
from transom.apps.sources.connectors.records import Batch, Cursor, EventRecord
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.errors import SourceError
from transom.engine.core.errors import FetchError
from transom.engine.net.port import HttpPort

TOPICS = (
    *(
        "accessibility",
        "android",
        "api",
        "clojure",
        "cpp",
        "css",
        "data",
        "devops",
        "dotnet",
        "elixir",
        "general",
    ),
    *(
        "golang",
        "graphql",
        "haskell",
        "ios",
        "iot",
        "java",
        "javascript",
        "kotlin",
        "leadership",
        "networking",
    ),
    *("opensource", "performance", "php", "product", "python", "ruby", "rust", "scala", "security", "sre"),
    *("tech-comm", "testing", "typescript", "ux"),
)
FOLDER = "/tech-conferences/conference-data/main/conferences"


class Conferences(Connector):
    name = "confstech"
    title = "Conferences (confs.tech)"
    says = "Conferences of the software trades and their calls for proposals, kept by volunteers."
    asks = (
        Ask(
            "topic",
            "A topic, for example leadership, security, product, ux, data.",
            "leadership",
            label="Topic",
        ),
        AT,
    )
    channel = "conference"
    home = "https://raw.githubusercontent.com"
    every_minutes = 24 * 60
    limits = "Conferences of the software trades, as far as volunteers enter them; this year's and the next."
    sample = {"topic": "leadership"}

    def address(self, query: Query) -> str:
        where = f"{query['at'].rstrip('/')}/" if query.get("at") else "https://confs.tech/"
        return f"{where}{query['topic']}"

    def recognise(self, text: str) -> Meant | None:
        found = re.fullmatch(r"https?://(?:www\.)?confs\.tech/([a-z0-9-]+)/?(?:[?#].*)?", text)
        return Meant({"topic": found[1]}) if found else None

    def tidy(self, query: Query) -> Query:
        topic = query["topic"].lower()
        if not re.fullmatch(r"[a-z0-9-]{2,40}", topic):
            raise SourceError(
                f"{topic!r} is no topic of confs.tech. There are: {', '.join(TOPICS)}.", permanent=True
            )
        return {**query, "topic": topic}

    def service(self) -> Service:
        return sample_service()

    async def discover(self, words: str, client: HttpPort, server: str = "") -> list[Suggestion]:
        wanted = words.casefold().split()
        return [
            Suggestion({"topic": topic}, f"Conferences: {topic}")
            for topic in TOPICS
            if any(word in topic or topic in word for word in wanted)
        ]

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """Both years are asked conditionally; where one changed, both are needed whole."""
        years = (now.year, now.year + 1)
        urls = [f"{self.base(query)}{FOLDER}/{year}/{query['topic']}.json" for year in years]
        told = [await _ask(client, url, cursor, year) for url, year in zip(urls, years, strict=True)]
        if all(one is None or one.unchanged for one in told) and any(one is not None for one in told):
            return Batch(cursor=cursor, unchanged=True)
        if told[0] is None and told[1] is None:
            raise SourceMissingError(query["topic"], urls[0])
        events: list[EventRecord] = []
        problems: list[str] = []
        kept: dict[str, object] = {}
        for one, url, year in zip(told, urls, years, strict=True):
            answer = await asking.ask_json(client, asking.Wanted(url)) if one and one.unchanged else one
            if answer is None:
                continue
            found, odd = events_of(answer.value)
            events, problems = events + found, problems + odd
            kept[str(year)] = asking.Remembered.from_answer(answer.response, url)
        return Batch(
            events=tuple(events),
            cursor=kept,
            title=f"confs.tech: {query['topic']}",
            site=f"https://confs.tech/{query['topic']}",
            whole_from=None if problems else now - timedelta(days=1),
            problems=tuple(problems[:20]),
        )


class SourceMissingError(FetchError):
    """No file of the topic, in neither year."""

    def __init__(self, topic: str, url: str) -> None:
        message = f"confs.tech has no topic {topic!r} now. There are: {', '.join(TOPICS)}."
        super().__init__("http-status", message, url=url, status=404)


async def _ask(client: HttpPort, url: str, cursor: Cursor, year: int) -> asking.Told | None:
    """A year's file; None where there is none (yet)."""
    try:
        remembered = asking.Remembered.of(cursor, url, str(year))
        return await asking.ask_json(client, asking.Wanted(url, remembered=remembered))
    except FetchError as error:
        if error.status == 404:
            return None
        raise
