"""Would the ranking order a week's links as a newsletter's editors do? Issue by issue, knowing only the past.

Without arguments: answers for the examination (../shared/eval/curators.py has the protocol), JSON lines on
stdin and stdout. With --figures (or at a terminal): the figures. With --tune: what each setting reaches on the
issues before 2023-02-01, from which the ones below were chosen.

The editors stand for a user: what they single out was finished, the rest of an issue was put aside. Everything
else is `engine/rank` as the brief uses it, with a longer memory, since an editor speaks once a week.
"""

# ruff: noqa: E402
from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

if not __package__:
    # The examinations may start this file by its path; its own folder holds no top-level modules.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

import numpy as np

from benchmarks.figure import Figure
from transom.engine.graph import Arcs, Endorsements, Kind, Shares, ranks, reach, restart_at
from transom.engine.graph.standing import standing as scaled
from transom.engine.rank import Candidate, Candidates, Codes, FeedbackRow, Model, Signal, extend, learn
from transom.engine.rank.features import NAMES, matrix
from transom.engine.rank.ranking import value_of
from transom.engine.rank.settings import Settings
from transom.engine.rank.terms import Frequencies, weigh
from transom.engine.text.manner import manner
from transom.engine.text.tokens import terms

ROOT: Final = Path(__file__).resolve().parents[1]
SHARED: Final = ROOT.parent / "shared"
DATA: Final = SHARED / "data" / "newsletters" / "r-weekly.jsonl.gz"
EXAMINATION: Final = SHARED / "eval" / "curators.py"
START: Final = "2023-02-01"
MUST: Final = {"recall@5": 0.48, "nDCG": 0.62}
LEAST_ENTRIES: Final = 15
RESAMPLES: Final = 2000

_HOSTED: Final = frozenset(
    {"github.com", "gitlab.com", "medium.com", "cran.r-project.org", "youtube.com", "twitter.com", "dev.to"}
)
_PAGES: Final = (".github.io", ".gitlab.io", ".netlify.com", ".netlify.app", ".wordpress.com")
_DATED: Final = re.compile(r"(?<!\d)(20[012]\d)[/-](0?[1-9]|1[0-2])(?:[/-](0?[1-9]|[12]\d|3[01]))?(?!\d)")
_LETTERS: Final = re.compile(r"[^a-z]+")


@dataclass(frozen=True, slots=True)
class Tuning:
    """What was chosen on the issues before 2023-02-01."""

    settings: Settings = field(default_factory=lambda: Settings(half_life_days=500.0))
    path_words: bool = True
    put_aside: Signal = Signal.DISMISSED
    standing: bool = False
    listings: bool = True


class Picks:
    """Standing from all there is to make it of here: whom the editors pointed at in earlier issues.

    Places (a host, or an account where many share it) are the nodes, and each issue's editors one more. Editors
    pick, or merely list; nobody else is seen to point at anybody. The restart is at the editors and at the
    most picked places, as it would be for a reader who follows both.
    """

    MOST_PICKED: Final = 20

    def __init__(self, listings: bool) -> None:
        self._listings = listings
        self._nodes: dict[str, int] = {"the editors": 0}
        self._arcs: Arcs | None = None
        self._picked: dict[int, int] = {}
        self._values = np.zeros(1)

    def of(self, address: str) -> float:
        """How much the editors point at where this is from, 0..1."""
        at = self._nodes.get("/".join(place(address)))
        return float(self._values[at]) if at is not None else 0.0

    def add(self, entries: Sequence[Mapping[str, Any]], now: datetime) -> None:
        """An issue that is out."""
        rows = []
        for entry in entries:
            at = self._nodes.setdefault("/".join(place(entry["url"])), len(self._nodes))
            if entry["picked"]:
                rows.append((0, at, Kind.PICK, now.timestamp()))
                self._picked[at] = self._picked.get(at, 0) + 1
            elif self._listings:
                rows.append((0, at, Kind.LINK, now.timestamp()))
        told = Endorsements.of(rows)
        self._arcs = Arcs.of(told, now=now) if self._arcs is None else self._arcs.plus(told, now=now)
        self._make()

    def _make(self) -> None:
        assert self._arcs is not None
        shares = Shares.of(self._arcs, nodes=len(self._nodes))
        most = sorted(self._picked, key=lambda at: (-self._picked[at], at))[: self.MOST_PICKED]
        weights = np.array([float(len(most) or 1), *(1.0 for _ in most)])
        reached = reach(shares, restart_at(len(self._nodes), [0, *most], weights))
        reached[0] = 0.0
        self._values = scaled(ranks(reached), community=shares.endorsed())


class Editor:
    """The adapter: an entry of an issue becomes a candidate, a pick a row of the feedback log."""

    def __init__(self, tuning: Tuning | None = None) -> None:
        self._tuning = Tuning() if tuning is None else tuning
        self._codes = Codes()
        self._frequencies = Frequencies()
        self._offered: set[str] = set()
        self._model: Model | None = None
        self._picks = Picks(self._tuning.listings) if self._tuning.standing else None
        self._now = datetime(1970, 1, 1, tzinfo=UTC)

    def rank(self, day: str, entries: Sequence[Mapping[str, Any]]) -> list[int]:
        """Indices into the entries, best first."""
        _, features = self._seen(day, entries)
        order: list[int] = np.argsort(-value_of(features, self._known()), kind="stable").tolist()
        return order

    def learn(self, day: str, entries: Sequence[Mapping[str, Any]]) -> None:
        """What the editors picked of an issue."""
        candidates, features = self._seen(day, entries)
        rows = [self._row(candidates, features, at, bool(e["picked"])) for at, e in enumerate(entries)]
        self._model = extend(self._known(), rows, now=self._now)
        if self._picks is not None:
            self._picks.add(entries, self._now)
        for entry in entries:
            self._offered |= _marks(entry)
            self._frequencies.add({int(x) for x in self._terms(entry).ids})

    def _known(self) -> Model:
        if self._model is None:
            self._model = learn([], now=self._now, settings=self._tuning.settings)
        return self._model

    def _seen(self, day: str, entries: Sequence[Mapping[str, Any]]) -> tuple[Candidates, Any]:
        self._now = max(self._now, _moment(day))
        candidates = Candidates.of([self._candidate(at, entry) for at, entry in enumerate(entries)])
        return candidates, matrix(candidates, self._known(), now=self._now)

    def _candidate(self, at: int, entry: Mapping[str, Any]) -> Candidate:
        host, account = place(entry["url"])
        found = self._terms(entry)
        return Candidate(
            id=at,
            cost_minutes=5.0,
            published=_published(entry["url"], self._now).timestamp(),
            source=self._codes.code(f"at {host}/{account}"),
            author=self._codes.code(f"on {host}"),
            kind=self._codes.code(f"kind {kind(entry['url'])}"),
            manner=manner(entry["title"]),
            standing=self._picks.of(entry["url"]) if self._picks is not None else 0.0,
            returned=not self._offered.isdisjoint(_marks(entry)),
            terms=found.ids,
            term_weights=found.weights,
        )

    def _terms(self, entry: Mapping[str, Any]) -> Any:
        path = _LETTERS.sub(" ", urlsplit(entry["url"]).path.lower()) if self._tuning.path_words else ""
        return weigh(terms(entry["title"], "en"), terms(path, "en"), self._frequencies)

    def _row(self, candidates: Candidates, features: Any, at: int, picked: bool) -> FeedbackRow:
        return FeedbackRow(
            item=at + 1,
            signal=Signal.SAVED if picked else self._tuning.put_aside,
            at=self._now.timestamp(),
            source=int(candidates.source[at]),
            author=int(candidates.author[at]),
            kind=int(candidates.kind[at]),
            manner=int(candidates.manner[at]),
            terms=candidates.terms[at],
            term_weights=candidates.term_weights[at],
            features=dict(zip(NAMES, features[at].tolist(), strict=True)),
        )


def place(address: str) -> tuple[str, str]:
    """The host of an address and, where many people share the host, the account on it."""
    parts = urlsplit(address)
    host = parts.netloc.lower().removeprefix("www.")
    first = parts.path.strip("/").split("/")[0]
    return host, first if host in _HOSTED or first.startswith("@") else ""


def kind(address: str) -> str:
    """What sort of thing an address points to, as far as it shows: whose host it is, and how deep it lies."""
    parts = urlsplit(address)
    host, path = parts.netloc.lower().removeprefix("www."), parts.path.strip("/")
    depth = min(len([step for step in path.split("/") if step]), 5)
    if host in _HOSTED:
        return f"{host} {depth}"
    if path.endswith(".pdf"):
        return "paper"
    return f"{'pages' if host.endswith(_PAGES) else 'site'} {depth}"


def _published(address: str, now: datetime) -> datetime:
    """The date an address carries, within the week that the issue is about; else the middle of that week."""
    usual = now - timedelta(days=4)
    if found := _DATED.search(urlsplit(address).path):
        year, month, day = (int(part or 15) for part in found.groups())
        try:
            told = min(datetime(year, month, day, tzinfo=UTC), usual if not found[3] else now)
        except ValueError:
            return usual
        return max(told, now - timedelta(days=7))
    return usual


def _marks(entry: Mapping[str, Any]) -> set[str]:
    """By what an entry is known again: its address without its trimmings, and its title."""
    parts = urlsplit(entry["url"])
    path = re.sub(r"(index\.html?)?$", "", parts.path).rstrip("/")
    return {
        parts.netloc.lower().removeprefix("www.") + path + "?" + parts.query,
        entry["title"].strip().lower(),
    }


def _moment(day: str) -> datetime:
    """An issue's date; some carry a trailing sign or one-digit days."""
    year, month, number = (int(part) for part in re.findall(r"\d+", day)[:3])
    return datetime.combine(date(year, month, number), datetime.min.time(), UTC)


def serve() -> None:
    """Answer the examination."""
    editor = Editor()
    for line in sys.stdin:
        asked = json.loads(line)
        if asked["op"] == "learn":
            editor.learn(asked["date"], asked["items"])
        else:
            print(json.dumps({"order": editor.rank(asked["date"], asked["items"])}), flush=True)


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue as the examination gives it."""

    day: str
    entries: list[dict[str, Any]]


def history(path: Path = DATA, pick: str = "highlight") -> list[Issue]:
    """The issues of a newsletter, as the examination itself reads them."""
    code = (
        "import json, sys; sys.path.insert(0, sys.argv[1]); import curators; "
        "json.dump(curators.issues(sys.argv[2], sys.argv[3]), sys.stdout)"
    )
    command = [sys.executable, "-c", code, str(EXAMINATION.parent), str(path), pick]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return [Issue(day, entries) for day, _, entries in json.loads(done.stdout)]


def scores(issues: Sequence[Issue], tuning: Tuning, start: str, end: str = "9") -> dict[str, list[float]]:
    """Recall@5, recall@10 and nDCG of each issue from start until before end; all before is learned from."""
    editor = Editor(tuning)
    found: dict[str, list[float]] = {"recall@5": [], "recall@10": [], "nDCG": []}
    for issue in issues:
        if issue.day >= end:
            break
        picks = sum(entry["picked"] for entry in issue.entries)
        if issue.day >= start and len(issue.entries) >= LEAST_ENTRIES and 0 < picks < len(issue.entries):
            asked = [{"url": entry["url"], "title": entry["title"]} for entry in issue.entries]
            order = editor.rank(issue.day, asked)
            for name, value in _measured([issue.entries[at]["picked"] for at in order], picks).items():
                found[name].append(value)
        editor.learn(issue.day, issue.entries)
    return found


def _measured(gains: Sequence[bool], picks: int) -> dict[str, float]:
    discount = 1 / np.log2(np.arange(len(gains)) + 2)
    return {
        **{f"recall@{k}": sum(gains[:k]) / min(picks, k) for k in (5, 10)},
        "nDCG": float((np.array(gains) * discount).sum() / discount[:picks].sum()),
    }


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % bootstrap interval of the mean over issues (Efron, Annals of Statistics 7, 1979)."""
    given = np.array(values)
    draws = np.random.default_rng(7).integers(0, len(given), (RESAMPLES, len(given)))
    low, high = np.percentile(given[draws].mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def figures() -> list[Figure]:
    """Recall and nDCG on R Weekly, each with its bootstrap interval; and the same with standing."""
    if not DATA.is_file():
        return [Figure("curators", "not measured: ../shared/data/newsletters is absent")]
    issues = history()
    found = scores(issues, Tuning(), START)
    made = []
    for name, values in found.items():
        mean, (low, high) = float(np.mean(values)), interval(values)
        must = MUST.get(name)
        made.append(
            Figure(
                f"curators, {name}",
                f"{mean:.4f}",
                f">= {must}" if must else "",
                mean >= must if must else None,
                f"{len(values)} issues of R Weekly from {START}; 95 % bootstrap interval {low:.3f} to {high:.3f}",
            )
        )
    return made + with_standing(found, scores(issues, Tuning(standing=True), START))


def with_standing(off: Mapping[str, Sequence[float]], on: Mapping[str, Sequence[float]]) -> list[Figure]:
    """What standing adds, issue by issue: the interval is that of the difference."""
    made = []
    for name, values in on.items():
        gained = np.array(values) - np.array(off[name])
        low, high = interval(gained.tolist())
        made.append(
            Figure(
                f"curators, {name}, standing on",
                f"{float(np.mean(values)):.4f}",
                how=f"{gained.mean():+.4f} by standing; 95 % bootstrap interval {low:+.4f} to {high:+.4f}",
            )
        )
    return made


def choices() -> list[tuple[str, Tuning]]:
    """What --tune compares: one thing changed at a time."""
    usual = Tuning()
    settings = [
        (f"{name} {value}", replace(usual, settings=replace(usual.settings, **{name: value})))
        for name, values in (
            ("half_life_days", (360.0, 700.0, 1500.0, 4000.0)),
            ("lately_days", (7.0, 14.0, 30.0)),
            ("source", (1.0, 1.5, 2.0, 3.0)),
            ("author", (0.5, 1.0, 2.0)),
            ("kind", (0.5, 1.0, 2.0)),
            ("terms", (0.7, 1.0, 1.5, 2.0)),
        )
        for value in values
    ]
    return [
        ("as chosen", usual),
        ("titles only", replace(usual, path_words=False)),
        ("standing by picks", replace(usual, standing=True, listings=False)),
        ("standing by picks and listings", replace(usual, standing=True)),
        ("passed over", replace(usual, put_aside=Signal.PASSED_OVER)),
        *settings,
    ]


def tune() -> None:
    """Print what each choice reaches before the date from which the figures are measured."""
    issues = history()
    for name, tuning in choices():
        found = scores(issues, tuning, "2017-06-01", START)
        means = ", ".join(f"{key} {np.mean(values):.4f}" for key, values in found.items())
        print(f"{name:24} {means}", flush=True)


def main(argv: Sequence[str] | None = None) -> int:
    """Answer, measure or tune (see above); 1 where a figure does not hold."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if "--tune" in arguments:
        tune()
        return 0
    if "--figures" not in arguments and not sys.stdin.isatty():
        serve()
        return 0
    found = figures()
    for one in found:
        print(f"{one.name}: {one.value} {one.must} ({one.how})")
    return int(any(one.holds is False for one in found))


if __name__ == "__main__":
    sys.exit(main())
