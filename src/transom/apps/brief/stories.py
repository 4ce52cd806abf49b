"""One story, one line to read: which candidates the lines there have told already, and who else tells a story."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from transom.apps.brief.models import BriefLine, Section
from transom.apps.library.models import ItemTerms
from transom.engine.rank import READ, Candidates, Ranking, same_story, told_before, worth_of
from transom.engine.rank.candidates import UNKNOWN, WIDTH
from transom.engine.rank.terms import unpack

if TYPE_CHECKING:
    from transom.apps.brief.candidates.store import CandidateStore

MOST_LOOKED_AT: Final = 300
"""Among so many of the best, others are looked for that tell a chosen story too."""

Flags = NDArray[np.bool_]


def lines_read(lines: Sequence[BriefLine]) -> list[BriefLine]:
    """Of some lines those to read."""
    return [line for line in lines if line.section == Section.READ and line.item_id is not None]


def already_told(candidates: Candidates, lines: Sequence[BriefLine], store: CandidateStore) -> Flags:
    """Which things to read tell a story that one of these lines tells."""
    ids = [line.item_id for line in lines_read(lines) if line.item_id is not None]
    talks = [cluster for cluster in store.talks_of(ids) if cluster >= 0]
    told: Flags = np.isin(candidates.conversation, talks)
    packed = ItemTerms.objects.filter(item__in=ids).values_list("data", "item__published_at")
    published = np.zeros(len(ids))
    terms = np.zeros((len(ids), WIDTH), dtype=np.uint32)
    weights = np.zeros((len(ids), WIDTH), dtype=np.float32)
    for row, (data, at) in enumerate(packed):
        found, published[row] = unpack(bytes(data)), at.timestamp()
        terms[row, : len(found.ids)] = found.ids[:WIDTH]
        weights[row, : len(found.weights)] = found.weights[:WIDTH]
    told |= told_before(candidates, terms, weights, published)
    known = candidates.conversation[told & (candidates.conversation >= 0)]
    told |= np.isin(candidates.conversation, known)
    reads: Flags = candidates.section == READ
    return reads & told


def others_who_tell(
    candidates: Candidates, ranking: Ranking, floor: float, mentioned: Collection[int]
) -> dict[int, int]:
    """Of each chosen thing to read the best other one that tells its story elsewhere, by index, where there is one.

    Somebody else's comes before the same author's. ``mentioned`` are the items that stand in the brief already.
    """
    chosen = np.array(ranking.choice.read, dtype=np.int64)
    if not len(chosen):
        return {}
    rest = _rest(candidates, ranking, floor, mentioned)
    talks = np.isin(
        candidates.conversation[rest], [one for one in candidates.conversation[chosen] if one >= 0]
    )
    best = np.concatenate([np.flatnonzero(talks), np.arange(len(rest))])[:MOST_LOOKED_AT]
    rest = rest[np.unique(best)]
    same = same_story(candidates, np.concatenate([chosen, rest]))[: len(chosen), len(chosen) :]
    worth = worth_of(candidates, ranking.value)[rest]
    found: dict[int, int] = {}
    for row, at in enumerate(chosen.tolist()):
        author = candidates.author[at]
        own = (candidates.author[rest] == author) & (author >= 0)
        told = same[row] & (candidates.source[rest] != candidates.source[at])
        order = [one for one in np.lexsort((-worth, own)).tolist() if told[one]]
        order = [one for one in order if int(rest[one]) not in found.values()]
        found |= {at: int(rest[order[0]])} if order else {}
    return found


def others_for_lines(
    candidates: Candidates,
    ranking: Ranking,
    floor: float,
    lines: Sequence[BriefLine],
    mentioned: Collection[int],
    store: CandidateStore,
) -> Iterator[tuple[BriefLine, int]]:
    """What has come elsewhere of the conversation of a line that stands alone so far: the line, and the item's id."""
    alone = [line for line in lines_read(lines) if line.also_id is None]
    talks = store.talks_of([line.item_id for line in alone if line.item_id is not None])
    if all(cluster < 0 for cluster in talks):
        return
    rest = _rest(candidates, ranking, floor, mentioned)
    for line, cluster in zip(alone, talks, strict=True):
        home = line.item.home_id if line.item and line.item.home_id else UNKNOWN
        told = rest[(candidates.conversation[rest] == cluster) & (candidates.source[rest] != home)]
        if cluster >= 0 and len(told):
            yield line, int(candidates.ids[told[0]])


def _rest(
    candidates: Candidates, ranking: Ranking, floor: float, mentioned: Collection[int]
) -> NDArray[np.int64]:
    """What is worth reading and was not chosen, the best first."""
    rest = (candidates.section == READ) & (ranking.value >= floor)
    rest[list(ranking.choice.read)] = False
    rest &= ~np.isin(candidates.ids, list(mentioned))
    at = np.flatnonzero(rest)
    return at[np.argsort(-worth_of(candidates, ranking.value)[at], kind="stable")]
