"""What the feedparser library's own tests expect of a feed, asked of our parser.

An expectation is *core* when every clause of it compares a value that our model carries with a constant.
Texts are compared without tags and white space, markup also by the addresses in it, times to the second;
a clause that leaves nothing to compare (an element without text or address) is not counted.
"""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from transom.engine.core.addresses import is_http, resolve
from transom.engine.core.errors import ParseError
from transom.engine.parse import Author, ParsedEntry, ParsedFeed, parse_feed
from transom.engine.parse.dates import parse_date

# Where that library's tests serve their files, so that relative addresses resolve as they expect.
SERVED_AT = "http://127.0.0.1:8097/tests/"

_TAG = re.compile(r"<[^>]*>")
_ADDRESS = re.compile(r"\s(?:href|src)=\"([^\"]+)\"")
Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Expectation:
    file: Path
    clauses: tuple[tuple[Path_, Any], ...]
    content_type: str | None
    url: str


@dataclass(frozen=True, slots=True)
class Failure:
    file: Path
    path: Path_
    expected: object
    got: object


def core_expectations(root: Path) -> list[Expectation]:
    """Those of the feedparser suite under `root` that speak of nothing but what our model carries."""
    found = []
    for line in (root / "feedparser_expectations.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        clauses = _clauses(record["expect"])
        if clauses and (root / record["file"]).exists():
            found.append(_expectation(root, record, clauses))
    return found


def failures(expectations: list[Expectation]) -> list[Failure]:
    """The first clause of each expectation that our parser does not meet."""
    return [failure for one in expectations if (failure := _failure(one))]


def _expectation(root: Path, record: dict[str, Any], clauses: tuple[tuple[Path_, Any], ...]) -> Expectation:
    headers = {
        name.strip().lower(): value.strip()
        for name, _, value in (header.partition(":") for header in record["headers"])
    }
    url = resolve(SERVED_AT + record["file"].removeprefix("feedparser/"), headers.get("content-location", ""))
    served = url if is_http(url) else SERVED_AT
    return Expectation(root / record["file"], clauses, headers.get("content-type"), served)


def _failure(expectation: Expectation) -> Failure | None:
    try:
        feed = parse_feed(
            expectation.file.read_bytes(), url=expectation.url, content_type=expectation.content_type
        )
    except ParseError as error:
        return Failure(expectation.file, (), "a feed", error.message)
    for path, expected in expectation.clauses:
        got = _value(feed, path)
        if not _same(path, expected, got):
            return Failure(expectation.file, path, expected, got)
    return None


def _clauses(expression: str) -> tuple[tuple[Path_, Any], ...]:
    """`a == 1 and b == 2` as ((path of a, 1), (path of b, 2)); () when it says anything else."""
    try:
        body = ast.parse(expression.strip(), mode="eval").body
    except SyntaxError:
        return ()
    parts = body.values if isinstance(body, ast.BoolOp) and isinstance(body.op, ast.And) else [body]
    clauses = []
    for part in parts:
        if ast.unparse(part) in ("not bozo", "bozo"):
            continue
        clause = _clause(part)
        if clause is None:
            return ()
        if _leaves_something(*clause):
            clauses.append(clause)
    return tuple(clauses)


def _clause(node: ast.expr) -> tuple[Path_, Any] | None:
    if not isinstance(node, ast.Compare) or len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq):
        return None
    path = tuple(_path(node.left))
    try:
        expected = _constant(node.comparators[0])
    except ValueError:
        return None
    return (path, expected) if _carried(path) else None


def _constant(node: ast.expr) -> Any:
    """Literals, and strings put together with +."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _constant(node.left) + _constant(node.right)
    return ast.literal_eval(node)


def _path(node: ast.expr) -> Iterator[str | int]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield from _path(node.value)
        yield node.attr
    elif isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        yield from _path(node.value)
        yield node.slice.value if isinstance(node.slice.value, int) else str(node.slice.value)
    elif isinstance(node, ast.Call) and ast.unparse(node.func) == "len" and len(node.args) == 1:
        yield from _path(node.args[0])
        yield "len"
    else:
        yield "?"


_MARKUP = frozenset({"tagline", "info", "subtitle", "description", "summary", "content"})
_FEED = frozenset(
    {
        ("title",),
        ("title_detail", "value"),
        ("link",),
        ("tagline",),
        ("tagline_detail", "value"),
        ("info",),
        ("subtitle",),
        ("subtitle_detail", "value"),
        ("description",),
        ("language",),
        ("icon",),
        ("logo",),
        ("image", "href"),
        ("image", "url"),
        ("ttl",),
        ("author",),
        ("author_detail", "name"),
        ("author_detail", "email"),
        ("author_detail", "url"),
        ("author_detail", "href"),
    }
)
_ENTRY = frozenset(
    {
        ("title",),
        ("title_detail", "value"),
        ("link",),
        ("id",),
        ("guid",),
        ("description",),
        ("summary",),
        ("summary_detail", "value"),
        ("content", 0, "value"),
        ("published",),
        ("updated",),
        ("published_parsed",),
        ("updated_parsed",),
        ("language",),
        ("comments",),
        ("category",),
        ("author",),
        ("author_detail", "name"),
        ("author_detail", "email"),
        ("author_detail", "url"),
        ("author_detail", "href"),
    }
)
_IN_LISTS = {
    "tags": {"term": "", "label": ""},
    "enclosures": {"url": "url", "href": "url", "type": "media_type", "length": "length"},
}


def _carried(path: Path_) -> bool:
    if path[:1] == ("feed",):
        return path[1:] in _FEED
    if path == ("entries", "len"):
        return True
    if path[:1] != ("entries",) or len(path) < 3:
        return False
    if path[2:] in _ENTRY:
        return True
    return len(path) == 5 and path[4] in _IN_LISTS.get(str(path[2]), ())


def _value(feed: ParsedFeed, path: Path_) -> object:
    if path[0] == "feed":
        return _feed_value(feed, str(path[1]), path[2:])
    if path == ("entries", "len"):
        return len(feed.entries)
    at = int(path[1])
    return _entry_value(feed.entries[at], path[2:]) if at < len(feed.entries) else None


def _feed_value(feed: ParsedFeed, name: str, rest: Path_) -> object:
    if name.startswith("author"):
        return _author_value(feed.authors, name, rest)
    if name.removesuffix("_detail") in _MARKUP:
        return feed.description
    if name in ("icon", "logo", "image"):
        return feed.icon
    if name == "ttl":
        return f"{feed.ttl_minutes:g}" if feed.ttl_minutes else None
    return getattr(feed, name.removesuffix("_detail"))


def _entry_value(entry: ParsedEntry, rest: Path_) -> object:
    name = str(rest[0]).removesuffix("_detail")
    if name == "author":
        return _author_value(entry.authors, str(rest[0]), rest[1:])
    if name in ("description", "summary"):
        return entry.summary_html or entry.content_html
    if name in _IN_LISTS:
        return _in_list(entry, name, int(rest[1]), str(rest[2]))
    names = {
        "guid": "id",
        "content": "content_html",
        "published_parsed": "published",
        "updated_parsed": "updated",
    }
    if name in ("comments", "category"):
        return entry.comments_url if name == "comments" else next(iter(entry.tags), None)
    return getattr(entry, names.get(name, name))


def _in_list(entry: ParsedEntry, name: str, at: int, key: str) -> object:
    values: tuple[Any, ...] = getattr(entry, name)
    if at >= len(values):
        return None
    attribute = _IN_LISTS[name][key]
    return getattr(values[at], attribute) if attribute else values[at]


def _author_value(authors: tuple[Author, ...], name: str, rest: Path_) -> object:
    if not authors:
        return None
    person = authors[0]
    if rest:
        return {"name": person.name, "email": person.email}.get(str(rest[0]), person.uri)
    return f"{person.name} ({person.email})" if person.name and person.email else person.name or person.email


def _is_markup(path: Path_) -> bool:
    return any(str(part).removesuffix("_detail") in _MARKUP for part in path)


def _text(value: object) -> str:
    return re.sub(
        r"\s+", " ", html.unescape(_TAG.sub(" ", html.unescape("" if value is None else str(value))))
    ).strip()


def _addresses(value: object) -> list[str]:
    """The addresses in markup; an IRI and the URI it maps to are the same (RFC 3987 section 3.1)."""
    return [unquote(html.unescape(found)).rstrip("/") for found in _ADDRESS.findall(str(value or ""))]


def _leaves_something(path: Path_, expected: object) -> bool:
    if not isinstance(expected, str):
        return expected is not None
    return bool(_text(expected) or (_is_markup(path) and _addresses(expected)))


def _same(path: Path_, expected: object, got: object) -> bool:
    if isinstance(expected, tuple):
        return got is not None and tuple(got.timetuple())[:6] == expected[:6]  # type: ignore[attr-defined]
    if str(path[-1]) in ("published", "updated"):
        return parse_date(str(expected)) == got
    if _is_markup(path) and _addresses(expected) != _addresses(got):
        return False
    if str(path[-1]) in ("link", "url", "href", "comments"):
        return _text(expected).rstrip("/") == _text(got).rstrip("/")
    return _text(expected) == _text(got)
