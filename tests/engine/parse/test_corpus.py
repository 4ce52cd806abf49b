"""Every feed of the shared collection, as it is and damaged in every way: no crash, no hang, a clear answer."""

from __future__ import annotations

import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import FrameType

import pytest
from tests.conftest import SHARED

from transom.engine.core.errors import ParseError
from transom.engine.parse import discover, parse_feed, parse_mail, parse_opml, parse_page
from transom.engine.parse.model import ParsedFeed

pytestmark = pytest.mark.shared

DATA = SHARED / "data" / "feeds"
SUFFIXES = {".xml", ".json", ".rss", ".atom", ".html", ".opml", ".txt"}
# Far beyond what any of these documents needs on the slowest machine: only a hang reaches it.
PATIENCE = 60

Damage = Callable[[bytes, random.Random], bytes]


@cache
def corpus() -> tuple[Path, ...]:
    return tuple(sorted(path for path in DATA.rglob("*") if path.suffix in SUFFIXES and path.is_file()))


@pytest.fixture(autouse=True)
def _data_are_here() -> None:
    if not corpus():
        pytest.skip("the shared data are not beside this checkout")


def _flipped_bits(body: bytes, rng: random.Random) -> bytes:
    damaged = bytearray(body)
    for _ in range(max(1, len(body) // 200)):
        damaged[rng.randrange(len(damaged))] ^= 1 << rng.randrange(8)
    return bytes(damaged)


def _cut(body: bytes, rng: random.Random) -> bytes:
    return body[: rng.randrange(len(body))]


def _hole(body: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(body))
    return body[:start] + body[start + rng.randrange(1, 400) :]


def _twice(body: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(body))
    return body[:start] + body + body[start:]


def _deep(body: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(body))
    opening = rng.choice((b"<a>", b"<item>", b"<div ", b"[", b'{"a":', b"<!--", b"&lt;b&gt;"))
    return body[:start] + opening * 20_000 + body[start:]


def _bomb(body: bytes, rng: random.Random) -> bytes:
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n + 1, b"&l%d;" % n * 10) for n in range(9))
    return b'<!DOCTYPE x [<!ENTITY l0 "ha">' + laughs + b"]>" + body.replace(b"<title>", b"<title>&l9;")


def _other_encoding(body: bytes, rng: random.Random) -> bytes:
    encoding = rng.choice(("utf-16", "utf-32", "utf-7", "cp037", "shift_jis", "cp1252"))
    return body.decode("utf-8", "replace").encode(encoding, "replace")


def _wide_attribute(body: bytes, rng: random.Random) -> bytes:
    return body.replace(b">", b' x="' + b"y" * 300_000 + b'">', 1)


def _noise(body: bytes, rng: random.Random) -> bytes:
    return rng.randbytes(rng.randrange(1, 2000))


DAMAGES: tuple[Damage, ...] = (
    _flipped_bits,
    _cut,
    _hole,
    _twice,
    _deep,
    _bomb,
    _other_encoding,
    _wide_attribute,
    _noise,
)


@contextmanager
def limited(what: object) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"{what} did not end")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def answered(body: bytes, what: object) -> ParsedFeed | ParseError:
    """A feed or a clear refusal; anything else is what these tests are about."""
    with limited(what):
        try:
            return parse_feed(body, url="https://a.example/feed")
        except ParseError as error:
            return error


def test_every_file_is_answered_and_hardly_any_refused() -> None:
    answers = [
        answered(path.read_bytes(), path) for path in corpus() if path.suffix in (".xml", ".rss", ".atom")
    ]
    refused = [answer for answer in answers if isinstance(answer, ParseError)]
    assert len(refused) < len(answers) / 25


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_files_are_answered(damage: Damage) -> None:
    rng = random.Random(damage.__name__)
    for path in rng.sample(corpus(), 60):
        body = path.read_bytes() or b"<rss/>"
        answered(damage(body, rng), f"{damage.__name__} of {path.name}")


def test_the_other_readers_live_through_feeds_too() -> None:
    rng = random.Random(11)
    for path in rng.sample(corpus(), 120):
        body = rng.choice(DAMAGES)(path.read_bytes() or b"x", rng)
        with limited(path):
            for reader in (
                lambda raw: parse_opml(raw),
                lambda raw: parse_page(raw, url="https://a.example/"),
                lambda raw: discover(raw, url="https://a.example/"),
                parse_mail,
            ):
                with suppress(ParseError):
                    reader(body)


def test_agreement_with_other_parsers_holds() -> None:
    from benchmarks.feeds import figures

    assert [figure.name for figure in figures() if figure.holds is False] == []
