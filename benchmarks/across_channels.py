"""Would the people of one community be known again in its newsletters and blogs? Against labels made by hand.

    python -m benchmarks.across_channels TRUTH

TRUTH holds JSON lines {"channel", "name", "url", "github"}: a random sample of bylines, each with the handle of
the person behind it, or null where it is none of the people known. It was labelled before the resolver first
ran on these data, and stays out of the repository: it is about real people. A byline counts as found where it
stands in one cluster with a known person; precision and recall are over such links.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from benchmarks.figure import Figure
from transom.engine.core.addresses import host_of, registrable_domain
from transom.engine.resolve import Account, Identity, Mail, resolve

ROOT: Final = Path(__file__).resolve().parents[1]
DATA: Final = ROOT.parent / "shared" / "data"
TRUTH: Final = Path(tempfile.gettempdir()) / "truth" / "rust-channels.jsonl"
MUST: Final = {"precision": 0.97, "recall": 0.85}
PROJECT: Final = "The Rust Project"
"""Whom the members listed work with, and who keeps the blog."""
MOST_SUBMITTED: Final = 20
"""Who submits links to more domains than this is an editor, and the domains are not theirs."""

Byline = tuple[str, str, str]
"""Channel, name, address."""

_SEVERAL: Final = re.compile(r",\s*(?:and\s+)?|\s+and\s+|\s+&\s+")
_ON_BEHALF: Final = re.compile(r"\s+on behalf of .*")


@dataclass(frozen=True, slots=True)
class Community:
    """All identities of one run, with what the ids of people and bylines stand for."""

    identities: list[Identity]
    people: dict[int, str]
    bylines: dict[Byline, int]


def community(data: Path = DATA) -> Community:
    """The people known, and every distinct byline of the three channels."""
    people = [_person(number, row) for number, row in enumerate(_rows(data / "rust-people" / "people.jsonl"))]
    handles = {one.id: one.handles[0] for one in people}
    bylines: dict[Byline, set[tuple[str, date]]] = defaultdict(set)
    for byline, address, day in _seen(data):
        bylines[byline].add((registrable_domain(host_of(address)), day))
    numbered = {byline: len(people) + at for at, byline in enumerate(sorted(bylines))}
    identities = [_byline(number, byline, bylines[byline]) for byline, number in numbered.items()]
    return Community(people + identities, handles, numbered)


def _person(number: int, row: Mapping[str, Any]) -> Identity:
    accounts = [Account("github-id", str(row["github-id"]))]
    accounts += [Account("zulip-id", str(row["zulip-id"]))] if row.get("zulip-id") else []
    irc = row.get("irc")
    return Identity(
        number,
        names=(row["name"],),
        mails=(Mail(row["email"]),) if isinstance(row.get("email"), str) else (),
        accounts=tuple(accounts),
        handles=(row["github"], *([str(irc)] if irc else [])),
        links=(f"https://github.com/{row['github']}",),
        organization=PROJECT,
    )


def _byline(number: int, byline: Byline, seen: set[tuple[str, date]]) -> Identity:
    channel, name, address = byline
    domains = {domain for domain, _ in seen if domain}
    days = [day for _, day in seen]
    if channel == "this-week-in-rust" and len(domains) > MOST_SUBMITTED:
        domains = set()
    return Identity(
        number,
        (name,),
        home=address,
        organization=PROJECT if channel == "rust-blog" else "",
        domains=tuple(sorted(domains)),
        first=min(days),
        last=max(days),
    )


def _seen(data: Path) -> Iterator[tuple[Byline, str, date]]:
    """Every byline with the address and the day it was seen beside."""
    letters = data / "newsletters"
    for row in _rows(letters / "this-week-in-rust_submissions.jsonl.gz"):
        if row.get("added_by"):
            yield ("this-week-in-rust", row["added_by"], ""), row["url"], _day(row["first_added"])
    for row in _rows(letters / "read-rust.jsonl"):
        yield (
            ("read-rust", row["author"], row["author_url"] or ""),
            row["author_url"] or "",
            _day(row["date"]),
        )
    for row in _rows(data / "rust-blog" / "posts.jsonl"):
        for text in row["authors"]:
            for name in _SEVERAL.split(_ON_BEHALF.sub("", text)):
                if name.strip():
                    yield ("rust-blog", name.strip(), ""), "", _day(row["date"])


def _day(text: str) -> date:
    return date.fromisoformat(text[:10])


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    read = gzip.decompress if path.suffix == ".gz" else bytes
    yield from map(json.loads, read(path.read_bytes()).decode().splitlines())


@dataclass(frozen=True, slots=True)
class Score:
    """Links between bylines and people: made, right, and to be made."""

    made: int
    right: int
    wanted: int
    asked: int

    @property
    def precision(self) -> float:
        """The share of links made that are right."""
        return self.right / max(1, self.made)

    @property
    def recall(self) -> float:
        """The share of links to be made that were."""
        return self.right / max(1, self.wanted)


def score(truth: Sequence[Mapping[str, Any]], known: Community) -> Score:
    """The links of the sample, as the resolver makes them and as the labels do."""
    resolution = resolve(known.identities)
    person_of = resolution.people()
    handles: dict[int, set[str]] = defaultdict(set)
    for number, handle in known.people.items():
        handles[person_of[number]].add(handle)
    asked = {one for question in resolution.questions for one in (question.a, question.b)}
    made = right = open_questions = 0
    for row in truth:
        number = known.bylines[row["channel"], row["name"], row["url"]]
        found = handles[person_of[number]]
        made += len(found)
        right += row["github"] in found
        open_questions += row["github"] is not None and row["github"] not in found and number in asked
    return Score(made, right, sum(row["github"] is not None for row in truth), open_questions)


def by_name(truth: Sequence[Mapping[str, Any]], known: Community) -> Score:
    """The alternative: the same name or handle, letter for letter but for case."""
    named: dict[str, set[str]] = defaultdict(set)
    for one in known.identities[: len(known.people)]:
        for text in (*one.names, *one.handles):
            named[text.casefold().strip()].add(known.people[one.id])
    found = [(row["github"], named[row["name"].casefold().strip()]) for row in truth]
    right = sum(github in handles for github, handles in found)
    return Score(
        sum(len(handles) for _, handles in found), right, sum(row["github"] is not None for row in truth), 0
    )


def figures(path: Path = TRUTH) -> list[Figure]:
    """Precision and recall, beside those of equal names."""
    if not path.is_file() or not DATA.is_dir():
        return [Figure("across channels", "not measured: the labels or the data are absent")]
    truth, known = list(_rows(path)), community()
    ours, plain = score(truth, known), by_name(truth, known)
    mark = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    how = (
        f"{len(truth)} bylines labelled by hand (sha256 {mark}), {ours.wanted} of them people of the project; "
        f"{ours.right} of {ours.made} links right, {ours.asked} missed ones are asked"
    )
    return [
        Figure(
            f"across channels, {name}",
            f"{getattr(ours, name):.3f}",
            f">= {must}",
            getattr(ours, name) >= must,
            how,
        )
        for name, must in MUST.items()
    ] + [
        Figure(
            "across channels, equal names or handles instead",
            f"precision {plain.precision:.3f}, recall {plain.recall:.3f}",
            how="same sample, same run",
        )
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures; 1 where one does not hold."""
    arguments = [one for one in (sys.argv[1:] if argv is None else argv) if not one.startswith("--")]
    found = figures(Path(arguments[0]) if arguments else TRUTH)
    for one in found:
        print(f"{one.name}: {one.value} {one.must} ({one.how})")
    return int(any(one.holds is False for one in found))


if __name__ == "__main__":
    sys.exit(main())
