"""Starter packs: what a field reads and where it talks, as data files.

A pack is one TOML file in the folder ``packs/``; docs/packs.md describes the format. Nothing here needs
Django: the loader turns files into frozen values, and `match` chooses among them.

    packs = load_packs()
    for pack, score in match("I run records management for a county council", packs):
        print(pack.title, round(score, 2), len(pack.sources))
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import urlsplit

from transom.apps.sources.connectors.registry import connector
from transom.apps.sources.errors import SourceError
from transom.apps.sources.pack_match import match as match

T = TypeVar("T")

FORMAT = 1
KINDS = (
    "blog",
    "journal",
    "association",
    "standards body",
    "newsletter",
    "news",
    "podcast",
    "forum",
    "agency",
    "conference",
    "social",
    "vendor",
)
PLACES = (
    "blogs",
    "journals",
    "mailing lists",
    "forums",
    "chat communities",
    "social networks",
    "conferences",
    "standards committees",
    "associations",
    "agencies",
    "newsletters",
    "podcasts",
    "meetups",
    "closed circles",
)
REACHES = ("feed", "mail", "hand", "not at all")

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_WHEN = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class PackError(ValueError):
    """A pack file that cannot be used: which file, which key, what is wrong, and what to do."""

    def __init__(self, file: str, key: str, problem: str, remedy: str) -> None:
        self.file = file
        self.key = key
        self.problem = problem
        self.remedy = remedy
        place = f"{file}: {key}" if key else file
        super().__init__(f"{place}: {problem}. {remedy}.")


@dataclass(frozen=True, slots=True)
class Seen:
    """Where in public text an address stood, and when (``YYYY``, ``YYYY-MM`` or a day).

    ``dated`` says what ``when`` is: "copy", the date of that text, or "read", when we read an undated copy.
    """

    where: str
    when: str
    dated: str


@dataclass(frozen=True, slots=True)
class PackSource:
    """One thing to follow. ``feed`` is "" where only the site was seen; then ``discover`` is true.

    What has no feed may be read by a ``connector`` instead, asked for ``query``; ``page`` is where a person would
    look at the same.
    """

    title: str
    feed: str
    site: str
    kind: str
    vendor: bool
    language: str
    region: str
    why: str
    seen: Seen
    discover: bool = False
    notes: str = ""
    connector: str = ""
    query: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    page: str = ""

    @property
    def address(self) -> str:
        """The address to follow: the feed where it is known, what a connector reads, else the site to look on."""
        return self.feed or self.page or self.site


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One place where the field talks, and how Transom reaches it: feed, mail, hand, or not at all."""

    where: str
    place: str
    reach: str
    note: str


@dataclass(frozen=True, slots=True)
class PackEvent:
    """A conference or other series one can go to. ``when`` is its rhythm in words, never a date."""

    title: str
    organiser: str
    when: str
    region: str
    note: str


@dataclass(frozen=True, slots=True)
class PackGroup:
    """A committee or working group, and how one comes to take part."""

    title: str
    body: str
    join: str
    note: str


@dataclass(frozen=True, slots=True)
class Pack:
    """A field: who it is for, the words its people use for their job, what to follow, where they talk.

    ``words`` maps a word or phrase to its weight from -10 to 10; see `match`.
    ``packed`` is the day (``YYYY-MM-DD``) on which the list was put together.
    """

    id: str
    title: str
    for_whom: str
    language: str
    packed: str
    words: Mapping[str, float]
    sources: tuple[PackSource, ...]
    coverage: tuple[CoverageRow, ...]
    events: tuple[PackEvent, ...] = ()
    groups: tuple[PackGroup, ...] = ()


def packs_folder() -> Path:
    """The folder with the packs that came with this copy of Transom.

    An installed wheel has it inside the package, a checkout at its root. Raises PackError where neither is.
    """
    package = Path(__file__).resolve().parents[2]
    candidates = (package / "packs", package.parents[1] / "packs")
    for folder in candidates:
        if any(folder.glob("*.toml")):
            return folder
    raise PackError(
        str(candidates[0]), "", "no starter packs came with this copy of Transom", "Install Transom again"
    )


def load_packs(folder: Path | str | None = None) -> tuple[Pack, ...]:
    """Every pack of ``folder`` (default: those that came with Transom), by title. Raises PackError."""
    root = packs_folder() if folder is None else Path(folder)
    if not root.is_dir():
        raise PackError(str(root), "", "this folder does not exist", "Name a folder that holds pack files")
    packs = [load_pack(path) for path in sorted(root.glob("*.toml"))]
    return tuple(sorted(packs, key=lambda pack: pack.title))


def load_pack(path: Path | str) -> Pack:
    """The pack in one file, whose name must be its id. Raises PackError."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PackError(str(path), "", f"cannot be read ({error})", "Save it as UTF-8 text") from error
    pack = parse_pack(text, path.name)
    if pack.id != path.stem:
        raise PackError(
            path.name, "id", f"says {pack.id!r}", f"Name the file {pack.id}.toml, or change the id"
        )
    return pack


def parse_pack(text: str, file: str) -> Pack:
    """A pack from TOML text; ``file`` names it in errors. Raises PackError."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PackError(file, "", f"is not sound TOML ({error})", "Mend the line it names") from error
    return _pack(_Table(file, "", values))


def address_key(address: str) -> str:
    """What two spellings of one address share: no scheme, no ``www.``, host in lower case, no last slash."""
    parts = urlsplit(address.strip())
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{port}{parts.path.rstrip('/')}{query}"


class _Table:
    """One TOML table being read: typed look-ups that say which key of which file is wrong."""

    def __init__(self, file: str, where: str, values: Mapping[str, Any]) -> None:
        self.file = file
        self.where = where
        self._values = values
        self._read: set[str] = set()

    def fail(self, key: str, problem: str, remedy: str) -> PackError:
        return PackError(self.file, f"{self.where}.{key}".strip("."), problem, remedy)

    def _take(self, key: str, default: Any) -> Any:
        self._read.add(key)
        if key not in self._values and default is None:
            raise self.fail(key, "is missing", "Add it")
        return self._values.get(key, default)

    def text(self, key: str, default: str | None = None) -> str:
        value = self._take(key, default)
        if not isinstance(value, str):
            raise self.fail(key, f"is {value!r}", "Write text in quotes")
        if default is None and not value.strip():
            raise self.fail(key, "is empty", "Fill it in")
        return " ".join(value.split())

    def flag(self, key: str, default: bool | None = None) -> bool:
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self.fail(key, f"is {value!r}", "Write true or false, without quotes")
        return value

    def choice(self, key: str, allowed: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in allowed:
            raise self.fail(key, f"is {value!r}", f"Use one of: {', '.join(allowed)}")
        return value

    def shaped(self, key: str, shape: re.Pattern[str], remedy: str, default: str | None = None) -> str:
        value = self.text(key, default)
        if not shape.fullmatch(value):
            raise self.fail(key, f"is {value!r}", remedy)
        return value

    def number(self, key: str) -> int:
        value = self._take(key, None)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.fail(key, f"is {value!r}", "Write a whole number")
        return value

    def address(self, key: str, default: str | None = None) -> str:
        value = self.text(key, default)
        if value and not _is_web_address(value):
            raise self.fail(
                key, f"is {value!r}", "Write a whole address that starts with http:// or https://"
            )
        return value

    def table(self, key: str) -> _Table:
        value = self._take(key, None)
        if not isinstance(value, dict):
            raise self.fail(key, f"is {value!r}", f"Make it a table: {key} = {{ ... }} or [{key}]")
        return _Table(self.file, f"{self.where}.{key}".strip("."), value)

    def each(self, key: str, read: Callable[[_Table], T], default: list[Any] | None = None) -> tuple[T, ...]:
        value = self._take(key, default)
        if not isinstance(value, list):
            raise self.fail(key, f"is {value!r}", f"Write one [[{key}]] table for each")
        return tuple(read(self._nth(key, number, one)) for number, one in enumerate(value, start=1))

    def _nth(self, key: str, number: int, value: object) -> _Table:
        where = f"{key} {number}"
        if not isinstance(value, dict):
            raise PackError(self.file, where, f"is {value!r}", f"Write one [[{key}]] table for each")
        name = value.get("title") or value.get("where")
        return _Table(self.file, f"{where} ({name})" if name else where, value)

    def numbers(self, key: str, least: float, most: float) -> dict[str, float]:
        table = self.table(key)
        for name, value in table._values.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
                raise table.fail(name, f"is {value!r}", f"Write a number from {least:g} to {most:g}")
        return {name: float(value) for name, value in table._values.items()}

    def texts(self, key: str) -> dict[str, str]:
        table = self.table(key)
        return {name: table.text(name) for name in table._values}

    def finish(self) -> None:
        for key in self._values:
            if key not in self._read:
                raise self.fail(key, "is not a key of this table", "Take it out, or mend its spelling")


def _is_web_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
            and " " not in value
        )
    except ValueError:
        return False


def _pack(table: _Table) -> Pack:
    if table.number("format") != FORMAT:
        raise table.fail(
            "format", "is not one this Transom reads", f"Write format = {FORMAT}, or update Transom"
        )
    pack = Pack(
        id=table.shaped("id", _ID, "Use small letters, digits and single hyphens"),
        title=table.text("title"),
        for_whom=table.text("for_whom"),
        language=table.shaped("language", _LANGUAGE, "Write a language tag such as en or pt-BR"),
        packed=table.shaped("packed", _WHEN, "Write a day such as 2026-11-24"),
        words=MappingProxyType(table.numbers("words", -10, 10)),
        sources=table.each("sources", _source),
        coverage=table.each("coverage", _coverage),
        events=table.each("events", _event, []),
        groups=table.each("groups", _group, []),
    )
    table.finish()
    _refuse_repeats(table, pack.sources)
    return pack


def _source(table: _Table) -> PackSource:
    read_by, query, page = _read_by(table)
    source = PackSource(
        title=table.text("title"),
        feed=table.address("feed", ""),
        site=table.address("site"),
        kind=table.choice("kind", KINDS),
        vendor=table.flag("vendor"),
        language=table.shaped("language", _LANGUAGE, "Write a language tag such as en or pt-BR"),
        region=table.text("region"),
        why=table.text("why"),
        seen=_seen(table.table("seen")),
        discover=table.flag("discover", False),
        notes=table.text("notes", ""),
        connector=read_by,
        query=query,
        page=page,
    )
    table.finish()
    if source.connector and (source.feed or source.discover):
        raise table.fail("connector", "stands beside a feed", "Leave feed and discover out, or the connector")
    if not source.connector and source.discover == bool(source.feed):
        raise table.fail(
            "discover", "must be true exactly where feed is empty", "Add the feed, or discover = true"
        )
    if source.kind == "vendor" and not source.vendor:
        raise table.fail("vendor", "is false on a source of kind vendor", "Write vendor = true")
    return source


def _read_by(table: _Table) -> tuple[str, Mapping[str, str], str]:
    """The connector that reads a source, what it is asked for, and where a person would look; "" where none does."""
    name = table.text("connector", "")
    if not name:
        return "", MappingProxyType({}), ""
    given = table.texts("query")
    try:
        reader = connector(name)
        query = reader.checked(given)
    except SourceError as error:
        raise table.fail(
            "query", f"asks for nothing that can be read ({error.message})", "Mend it"
        ) from error
    return name, MappingProxyType(dict(query)), reader.address(query)


def _seen(table: _Table) -> Seen:
    seen = Seen(
        where=table.text("where"),
        when=table.shaped("when", _WHEN, "Write a year, a month such as 2026-03, or a day"),
        dated=table.choice("dated", ("copy", "read")),
    )
    table.finish()
    return seen


def _coverage(table: _Table) -> CoverageRow:
    row = CoverageRow(
        where=table.text("where"),
        place=table.choice("place", PLACES),
        reach=table.choice("reach", REACHES),
        note=table.text("note"),
    )
    table.finish()
    return row


def _event(table: _Table) -> PackEvent:
    event = PackEvent(
        title=table.text("title"),
        organiser=table.text("organiser"),
        when=table.text("when"),
        region=table.text("region"),
        note=table.text("note", ""),
    )
    table.finish()
    return event


def _group(table: _Table) -> PackGroup:
    group = PackGroup(
        title=table.text("title"),
        body=table.text("body"),
        join=table.text("join"),
        note=table.text("note", ""),
    )
    table.finish()
    return group


def _refuse_repeats(table: _Table, sources: Iterable[PackSource]) -> None:
    first: dict[str, str] = {}
    for source in sources:
        title = first.setdefault(address_key(source.address), source.title)
        if title != source.title:
            raise table.fail(
                "sources", f"{source.title!r} has the address of {title!r}", "Keep one of the two"
            )
