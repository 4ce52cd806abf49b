"""A day's new identities give what a full run would, and touch only whom they concern."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.resolve.made import ROW, Shelf, apart, crowd, day, together, who

from transom.engine.resolve import (
    Decision,
    Identity,
    Resolution,
    absorb,
    reconsider,
    resolve,
    take,
    traits_of,
)
from transom.engine.resolve.block import keys_of

NAME = "Wilhelmina Featherstonehaugh"


def shelf(identities: list[Identity], found: Resolution) -> Shelf:
    """What would have been stored after a full run."""
    keys = [(key, one.id) for one in identities for key in keys_of(traits_of(one))]
    return Shelf(identities, keys, found.pairs)


def in_two_steps(
    old: list[Identity], new: list[Identity], decisions: list[Decision]
) -> tuple[dict[int, int], dict[int, int]]:
    """People by two steps, and by one full run with the same census."""
    census = take(map(traits_of, [*old, *new]))
    before = resolve(old, decisions=decisions, census=census)
    after = absorb(new, shelf(old, before), census, decisions=decisions)
    whole = resolve([*old, *new], decisions=decisions, census=census)
    return before.people() | after.people(), whole.people()


@given(st.lists(ROW, min_size=1, max_size=14), st.integers(0, 13))
@settings(max_examples=60)
def test_two_steps_are_one_full_run(rows: list[tuple[str, str, str, str]], cut: int) -> None:
    people = [
        who(n, name, mail, handles=(handle,) if handle else (), orcid=code)
        for n, (name, mail, handle, code) in enumerate(rows)
    ]
    steps, whole = in_two_steps(people[:cut], people[cut:], [])
    assert steps == whole


def test_two_steps_with_answers_are_one_full_run() -> None:
    old = [who(1, NAME, "wf@one.com"), who(2, NAME, "wf@two.com"), who(3, "kestrel"), *crowd(100)]
    new = [who(4, NAME, "wf@three.com"), who(5, "magpie")]
    answers = [Decision(1, 4, same=False), Decision(3, 5, same=True)]
    steps, whole = in_two_steps(old, new, answers)
    assert steps == whole
    assert steps[1] != steps[4]
    assert steps[3] == steps[5]


def test_a_new_row_joins_a_known_person() -> None:
    old = [who(1, NAME, first=day(0), last=day(5)), *crowd(300)]
    new = [who(2, NAME, first=day(3), last=day(9))]
    census = take(map(traits_of, [*old, *new]))
    found = absorb(new, shelf(old, resolve(old, census=census)), census)
    assert together(found, 1, 2)


def test_only_whom_they_concern_is_loaded() -> None:
    old = [who(1, NAME), *crowd(300)]
    store = shelf(old, resolve(old))
    absorb([who(2, NAME)], store, take(map(traits_of, old)))
    assert store.loaded == {1}


def test_a_new_row_between_two_people_brings_both_into_view() -> None:
    old = [who(1, "Zoe Ottersbach", "qq.zz@lee.net"), who(2, "kestrel77"), *crowd(300)]
    census = take(map(traits_of, old))
    found = absorb([who(3, "Zoe Ottersbach", handles=("kestrel77",))], shelf(old, resolve(old)), census)
    assert {1, 2, 3} <= found.people().keys()


def test_nothing_new_changes_nothing() -> None:
    old = crowd(20)
    assert absorb([], shelf(old, resolve(old)), take(map(traits_of, old))).clusters == ()


def test_an_answer_is_heard_and_taken_back_without_a_full_run() -> None:
    old = [who(n, NAME, first=day(0), last=day(5)) for n in (1, 2, 3)] + crowd(300)
    before = resolve(old)
    assert together(before, 1, 2, 3)
    store, census = shelf(old, before), take(map(traits_of, old))
    parted = reconsider([1], store, census, decisions=[Decision(1, 2, same=False)])
    assert apart(parted, 1, 2)
    again = reconsider([1], store, census)
    assert together(again, 1, 2, 3)
    assert store.loaded <= {1, 2, 3}


def test_forgotten_identities_are_let_be() -> None:
    old = [who(1, NAME), who(2, NAME)]
    store = shelf(old, resolve(old))
    del store.known[2]
    found = absorb([who(3, NAME)], store, take(map(traits_of, old)))
    assert 2 not in found.people()
    assert 3 in found.people()


@given(st.lists(ROW, min_size=2, max_size=12), st.lists(ROW, min_size=1, max_size=4))
@settings(max_examples=60)
def test_whoever_says_something_else_by_now_is_compared_as_in_a_full_run(
    rows: list[tuple[str, str, str, str]], other: list[tuple[str, str, str, str]]
) -> None:
    def made(n: int, row: tuple[str, str, str, str]) -> Identity:
        name, mail, handle, code = row
        return who(n, name, mail, handles=(handle,) if handle else (), orcid=code)

    before = [made(n, row) for n, row in enumerate(rows)]
    changed = [made(n, row) for n, row in enumerate(other[: len(rows)])]
    now = [*changed, *before[len(changed) :]]
    census = take(map(traits_of, now))
    first = resolve(before, census=census)
    store = shelf(before, first)
    store.known |= {one.id: one for one in changed}
    found = absorb(changed, store, census)
    assert first.people() | found.people() == resolve(now, census=census).people()


def test_two_who_shared_what_one_no_longer_has_come_apart() -> None:
    code = "0000-0002-1825-0097"
    old = [who(1, NAME, orcid=code), who(2, "Zoe Ottersbach", orcid=code), *crowd(50)]
    census = take(map(traits_of, old))
    store = shelf(old, resolve(old, census=census))
    changed = who(2, "Zoe Ottersbach")
    store.known[2] = changed
    assert apart(absorb([changed], store, census), 1, 2)


def test_whoever_leaves_the_middle_of_a_chain_leaves_the_others_together() -> None:
    code = "0000-0002-1825-0097"
    old = [who(n, name, orcid=code) for n, name in enumerate(["kestrel", "magpie", "wren", "heron"], 1)]
    old += crowd(50)
    census = take(map(traits_of, old))
    store = shelf(old, resolve(old, census=census))
    changed = [who(2, "magpie"), who(3, "wren")]
    store.known |= {one.id: one for one in changed}
    found = absorb(changed, store, census)
    assert together(found, 1, 4)
    assert apart(found, 1, 2, 3)
