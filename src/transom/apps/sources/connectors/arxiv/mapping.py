"""arXiv's Atom to preprints and their authors. Never raises: what cannot be read is left out and said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from transom.apps.sources.connectors import values
from transom.apps.sources.connectors.records import Employment, IdentityRecord, ItemRecord
from transom.engine.parse.affiliation import institutions
from transom.engine.parse.model import Author, ParsedEntry

SERVICE = "arxiv"
SITE = "https://arxiv.org"
MOST_AUTHORS = 50
ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
_NUMBER = re.compile(r"/abs/((?:[a-z-]+(?:\.[A-Z]{2})?/)?[\d.]{7,12}?)(?:v\d+)?/?$")


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of a search: `complaint` is what arXiv says where it did not understand, as it does in an entry."""

    entries: tuple[Any, ...]
    total: int
    complaint: str = ""


def answered(raw: bytes) -> Answer | None:
    """None where it is no answer, or only half of one. Entities are never expanded."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is None or root.tag != f"{ATOM}feed" or not raw.rstrip().endswith(b"</feed>"):
        return None
    entries = tuple(root.iterfind(f"{ATOM}entry"))
    error = next((one for one in entries if "/api/errors" in _text(one, "id")), None)
    if error is not None:
        return Answer((), 0, _text(error, "summary")[:300] or "it did not say why.")
    return Answer(entries, values.whole(_text(root, "totalResults", SEARCH)) or 0)


def records_of(entries: tuple[Any, ...]) -> tuple[list[ItemRecord], list[IdentityRecord], list[str]]:
    """Preprints, their authors, and a sentence for what makes no sense."""
    items: list[ItemRecord] = []
    people: list[IdentityRecord] = []
    problems: list[str] = []
    for entry in entries:
        found, title = _NUMBER.search(_text(entry, "id")), _text(entry, "title")[:1000]
        if not found or not title:
            problems.append(f"{title[:80] or 'A paper'} has no number or no title, and was left out.")
            continue
        wrote = _authors(entry, found[1])
        people += wrote
        items.append(_item(entry, found[1], title, wrote))
    return items, people, problems


def _item(entry: Any, number: str, title: str, wrote: list[IdentityRecord]) -> ItemRecord:
    summary = values.paragraphs(_lines(entry, "summary"))
    appeared = _text(entry, "journal_ref", ARXIV)
    comment = _text(entry, "comment", ARXIV)
    return ItemRecord(
        ParsedEntry(
            id=f"{SERVICE}:{number}",
            title=title,
            link=f"{SITE}/abs/{number}",
            published=values.moment(_text(entry, "published")),
            updated=values.moment(_text(entry, "updated")),
            authors=tuple(Author(one.name, one.address) for one in wrote),
            content_html=summary
            + values.paragraphs("\n\n".join(filter(None, (appeared, comment))))
            + _doi(_text(entry, "doi", ARXIV)),
            tags=tuple(
                filter(None, (values.text(one.get("term")) for one in entry.iterfind(f"{ATOM}category")))
            )[:20],
        ),
        kind="paper",
        access="open",
        authors=tuple((SERVICE, one.account) for one in wrote),
    )


def _authors(entry: Any, number: str) -> list[IdentityRecord]:
    """Names and now and then a workplace: an author of one paper is not taken for that of another."""
    found = []
    for place, row in enumerate(list(entry.iterfind(f"{ATOM}author"))[:MOST_AUTHORS], start=1):
        name = _text(row, "name")[:200]
        works = institutions(_plain(one) for one in row.iterfind(f"{ARXIV}affiliation"))
        if name:
            found.append(
                IdentityRecord(
                    service=SERVICE,
                    account=f"{number}:{place}",
                    name=name,
                    employments=tuple(map(Employment, works)),
                    is_person=not re.search(r"\b(?:collaboration|consortium|team|group)$", name, re.I),
                )
            )
    return found


def _doi(doi: str) -> str:
    where = f"https://doi.org/{doi}"
    return f"<p>{values.linked(where, f'doi:{doi}')}</p>" if re.fullmatch(r"10\.\S{3,300}", doi) else ""


def _text(node: Any, name: str, space: str = ATOM) -> str:
    found = node.find(f"{space}{name}")
    return "" if found is None else _plain(found)


def _lines(node: Any, name: str) -> str:
    """Text that is broken in the middle of sentences: an indented line begins a paragraph."""
    found = node.find(f"{ATOM}{name}")
    text = "" if found is None else values.body("".join(found.itertext()), most=20_000)
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n[ \t]+", text))


def _plain(node: Any) -> str:
    return values.text("".join(node.itertext()), most=20_000)
