"""What a theme is called: as several people call it, else by two words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from transom.engine.graph.naming import Name, Told, name_of
from transom.engine.text.stopwords import STOPWORDS
from transom.engine.text.tokens import terms

SMALL = STOPWORDS["en"]


def told(who: int, text: str) -> Told:
    words = text.split()
    stems = [found[0] if len(found := terms(word, "en")) == 1 else "" for word in words]
    return Told(who, words, stems)


def name(telling: list[str], titles: list[str], texts: list[str] | None = None) -> Name:
    """Each title and text by somebody else."""
    return name_of(
        [terms(word, "en")[0] for word in telling],
        [told(who, one) for who, one in enumerate(titles)],
        [told(who, one) for who, one in enumerate(texts or [])],
    )


def test_a_phrase_in_titles_of_three_people_names_it() -> None:
    titles = ["Why Fire Doors fail", "our fire doors after a year", "Who pays for fire doors"]
    assert name(["door"], titles) == Name(("fire", "doors"), is_phrase=True)


def test_two_people_make_no_phrase_and_one_who_repeats_it_makes_two() -> None:
    twice = [told(1, "fire doors again"), told(1, "fire doors once more"), told(2, "our fire doors")]
    assert not name_of(["door"], twice, []).is_phrase


def test_a_longer_phrase_stands_for_the_shorter_in_it() -> None:
    titles = ["felt under plinths", "We found felt under plinths", "Again felt under plinths"]
    assert name(["felt", "plinth"], titles) == Name(("felt", "under", "plinths"), is_phrase=True)
    more = ["cold storage rooms", "cold storage today", "cold storage costs", "On cold storage rooms"]
    assert name(["storage"], more) == Name(("cold", "storage"), is_phrase=True)


def test_texts_name_it_where_titles_do_not() -> None:
    texts = ["we keep the data loggers", "these data loggers drift", "new data loggers came"]
    assert name(["logger"], ["One", "Two", "Three"], texts) == Name(("data", "loggers"), is_phrase=True)


def test_without_a_phrase_two_of_its_own_words_name_it() -> None:
    titles = ["moth found", "a lure at last", "moth again", "which lure", "the lure"]
    assert name(["lure", "moth"], titles) == Name(("lure", "moth"))


def test_a_lone_word_is_joined_by_the_one_that_is_written_near_it() -> None:
    titles = ["Felt and what lies below", "The felt round"]
    texts = ["felt lay under all our plinths", "we turned plinths and saw felt", "they tip plinths"]
    assert name(["plinth"], titles, texts) == Name(("plinths", "felt"))


def test_a_lone_word_that_nothing_stands_near_stays_alone() -> None:
    assert name(["key"], ["The key", "A key"]) == Name(("key",))


def test_what_is_written_nowhere_has_no_name() -> None:
    assert name(["key"], ["Doors", "Moth"]) == Name()


def test_words_that_may_not_name_anything_do_not() -> None:
    titles = [told(who, f"nine months of {word}") for who, word in enumerate(["felt", "moth", "frost"])]
    assert name_of(["month"], titles, [], usable=lambda word: word != "months") == Name()


words = st.sampled_from("fire doors felt under the plinths of Moth lures and key 14".split())
texts = st.lists(st.tuples(st.integers(0, 4), st.lists(words, max_size=8).map(" ".join)), max_size=12)


@given(texts, texts)
def test_a_name_is_short_written_somewhere_and_holds_one_of_the_terms(
    titles: list[tuple[int, str]], bodies: list[tuple[int, str]]
) -> None:
    heads, rest = [told(*one) for one in titles], [told(*one) for one in bodies]
    found = name_of(["felt", "door"], heads, rest)
    assert len(found.words) <= 3
    if found.is_phrase:
        run = [word.casefold() for word in found.words]
        using = {
            one.who
            for one in (*heads, *rest)
            if any(
                [word.casefold() for word in one.words[at : at + len(run)]] == run
                for at in range(len(one.words))
            )
        }
        assert len(using) >= 3
        assert not {run[0], run[-1]} & set(SMALL)
    if found.words:
        assert {"felt", "door"} & {stem for word in found.words for stem in terms(word, "en")}
    assert found == name_of(["felt", "door"], heads[::-1], rest[::-1])
