"""Fetching minutes: from a repository on GitHub, from a page that lists them, or one growing file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote, unquote, urljoin, urlsplit

from lxml import html as lxml_html

from transom.apps.sources.connectors import asking, values
from transom.apps.sources.connectors.interface import AT, Ask, Connector, Meant, Query
from transom.apps.sources.connectors.minutes.dates import day_of_path
from transom.apps.sources.connectors.minutes.mapping import PLAIN, Mapped, Minutes, group_of, mapped
from transom.apps.sources.connectors.minutes.server import sample_service
from transom.apps.sources.connectors.records import Batch, Cursor
from transom.apps.sources.connectors.serving import Service
from transom.apps.sources.errors import SourceError
from transom.apps.sources.privacy import carries_secret
from transom.engine.core import addresses
from transom.engine.core.errors import FetchError
from transom.engine.net.limits import MIB
from transom.engine.net.port import HttpPort

AT_ONCE = 25
AT_FIRST = 8
"""Somebody may be waiting for the first page."""
BACK, AGAIN = timedelta(days=730), timedelta(days=60)
LARGEST_LIST, LARGEST_FILE = 15 * MIB, 2 * MIB
GITHUB, RAW = "https://github.com", "https://raw.githubusercontent.com"
_REPOSITORY = re.compile(r"([\w-]{1,39})/([\w.-]{1,100})((?:/[^/?#]+)*)/?")
_ON_GITHUB = re.compile(
    r"https?://(?:www\.)?github\.com/([\w-]+/[\w.-]+)(?:/(?:tree|blob)/[^/]+((?:/[^/?#]+)*))?/?(?:[?#].*)?"
)
_NAMED = re.compile(r"/(?:[\w-]*(?:meetings?|minutes)[\w-]*|(?:meeting-?)?notes)(?:/|$)", re.I)
_OF_WHOM = re.compile(
    r"^(?:the )?(?:meeting )?(?:minutes|notes)\b(?: (?:of|from|for))?(?: (?:the )?meetings? of)?(?: the\b)?",
    re.I,
)
_FILE = re.compile(r"\.(?:md|markdown|mdown|txt)$", re.I)


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that a list names. `version` changes with the file; "" where the list does not tell."""

    path: str
    version: str
    raw: str
    link: str


class MeetingMinutes(Connector):
    name = "minutes"
    title = "Minutes of meetings (Markdown)"
    says = "A group that keeps its minutes in the open: when it met, who was there, and what was said."
    asks = (
        Ask(
            "where",
            "A repository on GitHub with the folder, or the address of a page that lists the minutes.",
            "keepers/meetings/2026",
            label="Where the minutes are",
        ),
        AT,
    )
    channel = "standards body"
    home = "https://api.github.com"
    every_minutes = 12 * 60
    limits = "Two years back, files whose name or folder says the day. Who was there is what its lists say."
    sample = {"where": "shelf-group/meetings/storage"}

    def address(self, query: Query) -> str:
        where = query["where"]
        if addresses.is_http(where):
            return where
        owner, name, path = _parts(where)
        site = (query.get("at") or GITHUB).rstrip("/")
        return f"{site}/{owner}/{name}/tree/HEAD{f'/{path}' if path else ''}"

    def recognise(self, text: str) -> Meant | None:
        found = _ON_GITHUB.fullmatch(text)
        if found and found[2] and _NAMED.search(f"/{found[1]}{found[2]}"):
            return Meant({"where": f"{found[1]}{unquote(found[2])}"}, sure=False)
        return None

    def tidy(self, query: Query) -> Query:
        where = query["where"]
        if found := _ON_GITHUB.fullmatch(where):
            where = f"{found[1]}{unquote(found[2] or '')}"
        if query.get("at") and where.startswith("/"):
            return {"where": query["at"].rstrip("/") + where}
        if addresses.is_http(where):
            return {"where": where.partition("#")[0]}
        if not _REPOSITORY.fullmatch(where) or ".." in where.split("/"):
            raise SourceError(
                f"{where[:200]!r} is neither a repository's folder, such as keepers/meetings/2026, nor an address.",
                permanent=True,
            )
        return {**query, "where": where.strip("/")}

    def is_private(self, query: Query) -> bool:
        return addresses.is_http(query["where"]) and carries_secret(query["where"])

    def service(self) -> Service:
        return sample_service()

    async def fetch(self, query: Query, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """Some files of the list that are new or were changed lately, oldest first."""
        if addresses.is_http(query["where"]):
            return await self._from_site(query["where"], cursor, client, now)
        owner, name, folder = _parts(query["where"])
        at = query.get("at", "").rstrip("/")
        # A GitHub of one's own has both under one roof.
        base = f"{at}/api/v3" if at else self.home
        url = f"{base}/repos/{owner}/{name}/git/trees/HEAD?recursive=1"
        remembered = asking.Remembered() if cursor.get("more") else asking.Remembered.of(cursor, url)
        told = await asking.ask_json(
            client,
            asking.Wanted(
                url, accept="application/vnd.github+json", remembered=remembered, max_bytes=LARGEST_LIST
            ),
        )
        if told.unchanged:
            return Batch(cursor=cursor, unchanged=True)
        if not isinstance(values.get(told.value, "tree"), list):
            raise asking.unlike(url, 'there is no list "tree" in it.')
        raw = f"{at}/raw/{owner}/{name}/HEAD" if at else f"{RAW}/{owner}/{name}/HEAD"
        site = f"{at or GITHUB}/{owner}/{name}/blob/HEAD"
        listed = [
            Listed(
                path, values.text(row, "sha", most=64)[:12], f"{raw}/{quote(path)}", f"{site}/{quote(path)}"
            )
            for row in values.rows(told.value, "tree")
            if values.text(row, "type") == "blob"
            and (path := values.text(row, "path", most=500))
            and (path == folder or path.startswith(f"{folder}/") or not folder)
        ]
        seen = asking.Remembered.from_answer(told.response, url)
        place = f"{owner}/{name}"
        begun = _Reading(group_of(query["where"]), place, at or GITHUB, self.address(query))
        batch = await begun.page(listed, seen, cursor, client, now)
        cut = values.get(told.value, "truncated") is True
        said = (
            (*batch.problems, "The repository is so large that GitHub lists only a part of it.")
            if cut
            else None
        )
        return batch if said is None else _with_problems(batch, said)

    async def _from_site(self, where: str, cursor: Cursor, client: HttpPort, now: datetime) -> Batch:
        """A page that lists minutes, or minutes themselves."""
        remembered = asking.Remembered() if cursor.get("more") else asking.Remembered.of(cursor, where)
        wanted = asking.Wanted(
            where, accept="text/markdown, text/plain, text/html;q=0.8, */*;q=0.5", remembered=remembered,
            max_bytes=LARGEST_LIST,
        )  # fmt: skip
        response = await asking.ask(client, wanted)
        if response.status == 304:
            return Batch(cursor=cursor, unchanged=True)
        seen = asking.Remembered.from_answer(response, where)
        host, path = addresses.host_of(where), urlsplit(where).path
        group = _heading(response.body) or group_of(f"{host}{path}")
        if not _is_page(response.body):
            found = mapped([Minutes(path, where, _decoded(response.body))], group, host)
            if not found.events:
                raise asking.unlike(where, "it holds neither a list of minutes nor minutes with a day.")
            return _batch(found, {"seen": seen}, group, where)
        listed = _links(response.body, response.url or where)
        if not listed and not cursor:
            raise asking.unlike(where, "the page links to no Markdown or text files whose names say a day.")
        return await _Reading(group, host, "", where).page(listed, seen, cursor, client, now)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Reads a list's files a page at a time. `handles_at`: whose accounts @handles are, "" where nobody says."""

    group: str
    place: str
    handles_at: str
    site: str

    async def page(
        self,
        listed: list[Listed],
        seen: dict[str, str | None],
        cursor: Cursor,
        client: HttpPort,
        now: datetime,
    ) -> Batch:
        known = cursor.get("lately")
        lately = (
            {str(path): str(version) for path, version in known.items()} if isinstance(known, Mapping) else {}
        )
        since = values.text(cursor, "since", most=600) or f"{(now - BACK).date()}"
        dated = sorted(
            (f"{day} {one.path}", one)
            for one in listed
            if _FILE.search(one.path)
            and (day := day_of_path(one.path))
            and day <= (now + timedelta(days=1)).date()
        )
        recent = f"{(now - AGAIN).date()}"
        wanted = [
            (key, one)
            for key, one in dated
            if key > since or (key > recent and lately.get(one.path) != one.version)
        ]
        most = AT_ONCE if cursor else AT_FIRST
        documents, problems = [], []
        for _, one in wanted[:most]:
            try:
                answer = await asking.ask(
                    client, asking.Wanted(one.raw, accept="text/plain, */*;q=0.5", max_bytes=LARGEST_FILE)
                )
            except FetchError as error:
                if error.status not in (403, 404, 410):
                    raise
                problems.append(f"{one.path[-120:]} could not be read.")
            else:
                documents.append(Minutes(one.path, one.link, _decoded(answer.body)))
        found = mapped(documents, self.group, self.place, self.handles_at)
        found.problems[:0] = problems
        there = {one.path for key, one in dated if key > recent}
        kept = {path: version for path, version in lately.items() if path in there}
        kept |= {one.path: one.version for key, one in wanted[:most] if key > recent}
        more = len(wanted) > most
        upto = max([since, *(key for key, _ in wanted[:most])])
        following: dict[str, object] = {"since": upto, "lately": kept, "seen": seen, "more": more}
        return _batch(found, following, self.group, self.site, more=more)


def _batch(found: Mapped, cursor: Cursor, title: str, site: str, *, more: bool = False) -> Batch:
    return Batch(
        items=tuple(found.items),
        events=tuple(found.events),
        identities=tuple(found.identities.values()),
        cursor=cursor,
        more=more,
        title=f"{title}: minutes",
        site=site,
        problems=tuple(found.problems[:20]),
    )


def _parts(where: str) -> tuple[str, str, str]:
    owner, _, rest = where.partition("/")
    name, _, folder = rest.partition("/")
    return owner, name, folder


def _heading(raw: bytes) -> str:
    """Whose minutes a page says it lists: its heading, or its title; "" where it says only that they are some."""
    if not _is_page(raw):
        return ""
    try:
        found = lxml_html.fromstring(raw).xpath("//h1 | //title")
    except (ValueError, lxml_html.etree.LxmlError):
        return ""
    said = (_OF_WHOM.sub("", values.text(one.text_content(), most=200)).strip(" :-–") for one in found[::-1])
    return next((one[:120] for one in said if one and not PLAIN.fullmatch(one)), "")


def _links(raw: bytes, base: str) -> list[Listed]:
    """A page's links to files on the same host."""
    try:
        links = lxml_html.fromstring(raw).iterlinks()
        targets = dict.fromkeys(
            urljoin(base, link).partition("#")[0] for _, kind, link, _ in links if kind == "href"
        )
    except (ValueError, lxml_html.etree.LxmlError):
        return []
    host = addresses.host_of(base)
    paths = (
        (unquote(urlsplit(one).path), one)
        for one in targets
        if addresses.is_http(one) and addresses.host_of(one) == host
    )
    return [Listed(path, "", one, one) for path, one in paths if _FILE.search(path) and day_of_path(path)]


def _is_page(raw: bytes) -> bool:
    return raw[:500].lstrip().lower().startswith((b"<!doctype", b"<html", b"<head", b"<body", b"<?xml"))


def _decoded(raw: bytes) -> str:
    return values.body(raw.decode("utf-8-sig", "replace"), most=LARGEST_FILE)


def _with_problems(batch: Batch, problems: tuple[str, ...]) -> Batch:
    return replace(batch, problems=problems[:20])
