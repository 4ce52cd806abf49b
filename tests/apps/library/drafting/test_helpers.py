"""Documents are understood alike whoever reads them; a helper's end or fault costs nothing but its speed."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import pytest
from tests.apps.library.documents import LOAN, NOW, entry, feed

from transom.apps.library.drafting import helpers as rooms
from transom.apps.library.drafting.draft import Draft
from transom.apps.library.drafting.helpers import Helpers, spare_processors
from transom.apps.library.drafting.understand import Document, Publisher, Understood, understand

BROKEN = b"no feed at all"
ENDS_AT_ONCE = (sys.executable, "-c", "raise SystemExit(3)")
ENDS_HALF_WAY = (sys.executable, "-c", "import sys; sys.stdin.buffer.read(100); sys.stdout.write('half')")
IS_MISSING = ("/nowhere/at/all",)


def document(number: int, body: bytes = b"", *, first: bool = True) -> Document:
    name = f"site{number}.example.org"
    entries = [entry(title=f"{name} {n}", link=f"https://{name}/{n}", body=LOAN) for n in range(3)]
    whole = body or feed(entries, title=name, site=f"https://{name}/")
    return Document(whole, f"https://{name}/feed", None, Publisher("blog", "en"), False, first, NOW)


def told(found: Sequence[Understood]) -> list[object]:
    """What is stored of it in the end, comparable."""
    return [(one.error, one.feed, one.published, [_facts(draft) for draft in one.drafts]) for one in found]


def _facts(draft: Draft) -> tuple[object, ...]:
    assert draft.indexed is not None
    terms = draft.indexed.terms
    return draft.entry_key, draft.title, draft.html, draft.links, draft.indexed.body, terms.ids.tolist()


DOCUMENTS = [document(1), document(2, BROKEN), document(3)]


def test_a_helper_gives_what_this_process_would() -> None:
    with Helpers(1) as helpers:
        batches = [helpers.read(DOCUMENTS) for _ in range(4)]
        found = [told(batch.result(60)) for batch in batches]
    assert found == [told([understand(one) for one in DOCUMENTS])] * 4
    assert [len(one.drafts) for one in map(understand, DOCUMENTS)] == [3, 0, 3]


@pytest.mark.parametrize("command", [ENDS_AT_ONCE, ENDS_HALF_WAY, IS_MISSING])
def test_what_a_dying_helper_had_is_read_here(command: Sequence[str]) -> None:
    with Helpers(1, command) as helpers:
        batches = [helpers.read(DOCUMENTS) for _ in range(2)]
        found = [told(batch.result(60)) for batch in batches]
    assert found == [told([understand(one) for one in DOCUMENTS])] * 2


def test_no_helper_outlives_its_round_even_one_that_failed() -> None:
    started = []

    def fail_after_a_batch() -> None:
        with Helpers(1) as helpers:
            helpers.read(DOCUMENTS).result(60)
            started.extend(helpers.processes)
            raise KeyError

    with pytest.raises(KeyError):
        fail_after_a_batch()
    [process] = started
    assert process.poll() is not None
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


def test_without_helpers_all_is_read_at_once() -> None:
    with Helpers(0) as helpers:
        read = helpers.read(DOCUMENTS)
        assert read.done()
    assert told(read.result()) == told([understand(one) for one in DOCUMENTS])


def test_a_fault_of_ours_in_one_document_costs_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    from transom.apps.library.drafting import understand as module

    sound = module.parse_feed

    def faulty(body: bytes, **rest: object) -> object:
        if body == BROKEN:
            raise ZeroDivisionError
        return sound(body, **rest)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "parse_feed", faulty)
    first, second, third = [understand(one) for one in DOCUMENTS]
    assert "fault in Transom" in second.error
    assert len(first.drafts) == len(third.drafts) == 3


def test_texts_are_folded_beforehand_only_where_all_entries_are_new() -> None:
    assert all(draft.indexed is None for draft in understand(document(1, first=False)).drafts)


def test_a_single_processor_gets_no_helper(monkeypatch: pytest.MonkeyPatch) -> None:
    for usable, wanted in ((1, 0), (2, 1), (3, 2), (16, 2)):
        monkeypatch.setattr(rooms.os, "sched_getaffinity", lambda _, n=usable: set(range(n)), raising=False)
        assert spare_processors() == wanted
