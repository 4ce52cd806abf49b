"""What belongs together, what does not, and that ids last."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.graph.talk import at, chatter, piece

from transom.engine.graph.growing import Changes, Grower, Merged, Rules
from transom.engine.graph.items import DAY, Piece

EVENT = "ledger schema withdrawal notice archive"
DOCUMENT = "https://board.example/documents/7"


def grower() -> Grower:
    """One that has seen three months of unrelated items."""
    found = Grower()
    found.add(chatter(90))
    return found


def together(*pieces: Piece) -> bool:
    """Whether all of some items end up in one conversation."""
    found = grower()
    changes = found.add(pieces)
    keys = {changes.joined.get(one.id) for one in pieces}
    return len(keys) == 1 and keys <= set(found.conversations())


def test_items_that_point_at_the_same_document_belong_together() -> None:
    assert together(
        piece(1, words="schema comment", links=(DOCUMENT,)),
        piece(2, day=1, words="schema reply", links=(DOCUMENT,)),
    )


def test_a_link_from_one_to_the_other_ties_them() -> None:
    first = piece(1, words="schema comment")
    assert together(first, piece(2, day=1, words="schema reply", links=(first.address,)))
    later = piece(3, day=2, words="schema answer")
    assert together(piece(4, day=1, words="schema note", links=(later.address,)), later)


def test_a_link_in_passing_to_something_unlike_ties_nothing() -> None:
    first = piece(1, words="bakery oven flour")
    assert not together(first, piece(2, day=1, words="schema reply", links=(first.address,)))


def test_near_duplicates_belong_together() -> None:
    assert together(piece(1, words=EVENT), piece(2, day=1, words=EVENT + " more"))


def test_uncommon_words_in_common_are_enough() -> None:
    assert together(
        piece(1, words=EVENT + " one two three four"), piece(2, day=2, words=EVENT + " five six seven eight")
    )


def test_one_uncommon_word_is_not_enough() -> None:
    assert not together(
        piece(1, words="schema one two three four five"),
        piece(2, day=2, words="schema six seven eight nine ten"),
    )


def test_words_that_the_whole_field_uses_bring_nothing_together() -> None:
    field = [
        piece(2000 + n, day=n * 0.9 - 80, words=f"audit retention policy disposal x{n}") for n in range(90)
    ]
    found = Grower()
    found.add([*chatter(90), *field])
    changes = found.add(
        [
            piece(1, words="audit retention policy disposal a b c"),
            piece(2, day=1, words="audit retention policy disposal d e f"),
        ]
    )
    assert changes.joined[1] != changes.joined[2]


def test_a_page_that_is_always_pointed_at_ties_nothing() -> None:
    tool = "https://tool.example/page"
    found = Grower()
    found.add([piece(2000 + n, day=n - 80, words=f"own{n}", links=(tool,)) for n in range(60)])
    changes = found.add(
        [piece(1, words="schema comment", links=(tool,)), piece(2, words="schema reply", links=(tool,))]
    )
    assert changes.joined[1] != changes.joined[2]


def test_the_same_telling_title_ties_for_some_days() -> None:
    title = "Withdrawal notice for schema ledger archives"
    assert together(piece(1, title=title), piece(2, day=2, title=title.upper()))
    assert not together(piece(1, title=title), piece(2, day=7, title=title))
    assert not together(piece(1, title="Weekly notes"), piece(2, day=2, title="Weekly notes"))


def test_items_further_apart_than_the_window_stay_apart() -> None:
    assert together(piece(1, words=EVENT), piece(2, day=9, words=EVENT))
    assert not together(piece(1, words=EVENT), piece(2, day=11, words=EVENT))


def test_one_persons_items_are_no_conversation() -> None:
    assert not together(piece(1, by="Ann", words=EVENT), piece(2, day=1, by="Ann", words=EVENT))
    assert not together(
        piece(1, home="a.example", words=EVENT), piece(2, day=1, home="a.example", words=EVENT + " x")
    )
    assert together(
        piece(1, home="a.example", person="1", words=EVENT),
        piece(2, day=1, home="a.example", person="2", words=EVENT),
    )


def test_a_roundup_endorses_and_never_joins() -> None:
    links = (DOCUMENT, *(f"https://site{n}.example/story" for n in range(20, 30)))
    roundup = piece(9, day=1, words=EVENT, links=links)
    found = grower()
    changes = found.add([piece(1, words=EVENT, links=(DOCUMENT,)), roundup, piece(2, words=EVENT)])
    assert 9 not in changes.joined
    assert found.pointing_at(DOCUMENT) == 2
    assert {one.id for one in found.members(changes.joined[1])} == {1, 2}


def test_growing_needs_the_cluster_and_not_one_member() -> None:
    """A post that is like one member in ten, and answers that one alone, stays out."""
    found = grower()
    about = [piece(n, day=n * 0.1, words=EVENT + f" a{n} b{n}") for n in range(1, 10)]
    odd = piece(11, day=1.2, words=EVENT + " bakery oven flour")
    found.add([*about, odd])
    changes = found.add([piece(12, day=2, words="bakery recipe yeast rye crust", links=(odd.address,))])
    assert changes.joined[12] == 12


def test_a_conversation_keeps_its_id_as_it_grows() -> None:
    found = grower()
    first = found.add([piece(1, words=EVENT), piece(2, day=1, words=EVENT)]).joined[1]
    assert found.add([piece(3, day=2, words=EVENT)]).joined == {3: first}
    # Even where an earlier item arrives late.
    assert found.add([piece(4, day=-1, words=EVENT)]).joined == {4: first}
    assert [one.id for one in found.conversations()[first]] == [4, 1, 2, 3]


def test_a_merge_keeps_the_older_id_and_says_which_went_in() -> None:
    found = Grower(rules=Rules(shared=4, copied=0.95, retold=0.95))
    found.add(chatter(90))
    found.add([piece(1, words="ledger schema notice archive a b c d e f g h i j")])
    found.add([piece(2, day=1, words="vault index register minute k l m n o p q r s t")])
    changes = found.add(
        [piece(3, day=2, words="ledger schema notice archive vault index register minute")]
        + [
            piece(n, day=2, words="ledger schema notice archive vault index register minute")
            for n in (4, 5, 6)
        ]
    )
    assert changes.merged == (Merged(kept=1, gone=2),)
    assert set(changes.joined.values()) == {1}
    assert changes.touched == {1}
    assert {one.id for one in found.members(1)} == {1, 2, 3, 4, 5, 6}
    with pytest.raises(KeyError):
        found.members(2)


def test_known_items_change_nothing() -> None:
    found = grower()
    found.add([piece(1, words=EVENT), piece(2, words=EVENT)])
    before = found.conversations()
    assert found.add([piece(1, words="something else")]) == Changes()
    assert found.conversations() == before


def test_what_was_stored_goes_on_where_it_was() -> None:
    """A restart: items come back with the clusters they were in, and new ones join them."""
    first = grower()
    old = [piece(1, words=EVENT), piece(2, day=1, words=EVENT)]
    key = first.add(old).joined[1]
    again = Grower([*((one, one.id) for one in chatter(90)), *((one, key) for one in old)])
    assert (
        again.add([piece(3, day=2, words=EVENT)]).joined == first.add([piece(3, day=2, words=EVENT)]).joined
    )


def test_what_is_over_is_closed_and_stays_closed() -> None:
    found = grower()
    key = found.add([piece(1, words=EVENT), piece(2, words=EVENT)]).joined[1]
    late = found.add([piece(3, day=9, words="other matter entirely")]).joined[3]
    assert key in found.forget(at(5))
    assert key not in found.conversations()
    assert found.add([piece(4, day=1, words=EVENT)]).joined == {4: 4}
    assert [one.id for one in found.members(late)] == [3]
    assert found.forget(at(5) - 30 * DAY) == ()


def test_nothing_is_nothing() -> None:
    assert Grower().add([]) == Changes()
    assert Grower().conversations() == {}


def test_an_item_without_words_or_links_stays_alone() -> None:
    assert not together(piece(1), piece(2))


ITEMS = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.lists(st.sampled_from("ledger schema notice archive vault index".split()), max_size=6),
        st.lists(st.integers(1, 12), max_size=2),
        st.sampled_from(["", "Ann", "Bo"]),
    ),
    max_size=12,
)


def made(drawn: list[tuple[int, list[str], list[int], str]]) -> list[Piece]:
    return [
        piece(
            n,
            day=day / 2,
            words=" ".join(words),
            links=tuple(f"https://site{k}.example/{k}" for k in links),
            by=author,
        )
        for n, (day, words, links, author) in enumerate(drawn, 1)
    ]


@settings(max_examples=60)
@given(ITEMS, st.integers(0, 2**16))
def test_the_order_inside_a_batch_does_not_matter(
    drawn: list[tuple[int, list[str], list[int], str]], seed: int
) -> None:
    batch = made(drawn)
    shuffled = random.Random(seed).sample(batch, len(batch))
    one, other = grower(), grower()
    assert one.add(batch) == other.add(shuffled)
    assert {key: [p.id for p in found] for key, found in one.conversations().items()} == {
        key: [p.id for p in found] for key, found in other.conversations().items()
    }


@settings(max_examples=60)
@given(ITEMS, st.integers(0, 12))
def test_every_item_is_in_one_cluster_and_changes_tell_of_all(
    drawn: list[tuple[int, list[str], list[int], str]], cut: int
) -> None:
    batch, found = made(drawn), Grower()
    where: dict[int, int] = {}
    for part in (batch[:cut], batch[cut:]):
        changes = found.add(part)
        for merge in changes.merged:
            where = {item: merge.kept if key == merge.gone else key for item, key in where.items()}
        where |= changes.joined
    # An app that keeps what the changes say has what the grower has.
    for item, key in where.items():
        assert item in {one.id for one in found.members(key)}
    assert sum(len(found.members(key)) for key in set(where.values())) == len(where)
