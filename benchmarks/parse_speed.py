"""How fast are feeds read, next to the feedparser library? Both sanitise.

2,000 generated feeds of about 20 kB with HTML bodies: RSS with CDATA and with escaped markup, RDF, Atom with
html and with xhtml content. The two parsers take turns, a hundred feeds each, so that whatever else the machine
does slows both alike.
"""

from __future__ import annotations

import io
import random
import sys
import time
from collections.abc import Callable
from html import escape

import feedparser

from benchmarks.figure import Figure
from transom.engine.parse import parse_feed

FEEDS = 2000
TURN = 100
TIMES_FASTER = 8
ENTRIES = 8
PARAGRAPHS = 5

_WORDS = """
    archive record retention schedule metadata transfer custody audit format migration policy access request office
    clerk shelf box scan search index draft standard review comment meeting panel vote budget lesson failure repair
    storage mould flood lorry pencil register minutes evidence privacy request decision committee union museum city
    the a of and to in that is was for on with as by at from this which were are it we they their not but had has
    """.split()
_OPEN_RSS = (
    '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
)
_OPEN_RDF = (
    '<?xml version="1.0" encoding="UTF-8"?><rdf:RDF xmlns="http://purl.org/rss/1.0/"'
    ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">'
)
_OPEN_ATOM = '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'


def generated(count: int, seed: int = 7) -> list[bytes]:
    """`count` feeds, the same for the same seed."""
    rng = random.Random(seed)
    kinds = (_rss_cdata, _rss_escaped, _rdf, _atom_html, _atom_xhtml)
    return [kinds[number % len(kinds)](rng, number).encode() for number in range(count)]


def _sentence(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(_WORDS, k=words)).capitalize() + "."


def _body(rng: random.Random, number: int) -> str:
    """An article's markup, well-formed, so that xhtml content can carry it too."""
    parts = []
    for at in range(PARAGRAPHS):
        link = f'<a href="/notes/{number}/{rng.randrange(999)}?x=1&amp;y=2" onclick="go()">{_sentence(rng, 3)}</a>'
        parts.append(f"<p>{_sentence(rng, 22)} <em>{_sentence(rng, 4)}</em> {link} {_sentence(rng, 16)}</p>")
        if at == 1:
            parts.append(
                f"<h3>{_sentence(rng, 5)}</h3><ul><li>{_sentence(rng, 6)}</li><li>&#8220;quoted&#8221;</li></ul>"
            )
        if at == 3:
            parts.append(
                f'<figure><img src="/pictures/{rng.randrange(99)}.jpg" alt="A box" width="640"/></figure>'
            )
    return "".join(parts)


def _day(rng: random.Random) -> int:
    return rng.randrange(1, 29)


def _item(rng: random.Random, number: int, at: int, inside: str) -> str:
    address = f"https://site{number}.example/posts/{at}"
    return (
        f"<item><title>{_sentence(rng, 7)}</title><link>{address}</link><guid>{address}</guid>"
        f"<pubDate>Mon, {_day(rng):02} Mar 2026 09:{at:02}:00 GMT</pubDate><dc:creator>Ines Moreau</dc:creator>"
        f"<category>{rng.choice(_WORDS)}</category><category>boxes</category>{inside}</item>"
    )


def _rss(rng: random.Random, number: int, inside: Callable[[], str]) -> str:
    items = "".join(_item(rng, number, at, inside()) for at in range(ENTRIES))
    head = f"<title>Site {number}</title><link>https://site{number}.example/</link><language>en</language>"
    return f"{_OPEN_RSS}{head}<description>{_sentence(rng, 9)}</description>{items}</channel></rss>"


def _rss_cdata(rng: random.Random, number: int) -> str:
    return _rss(
        rng,
        number,
        lambda: (
            f"<description>{_sentence(rng, 20)}</description>"
            f"<content:encoded><![CDATA[{_body(rng, number)}]]></content:encoded>"
        ),
    )


def _rss_escaped(rng: random.Random, number: int) -> str:
    return _rss(rng, number, lambda: f"<description>{escape(_body(rng, number))}</description>")


def _rdf(rng: random.Random, number: int) -> str:
    head = f"<channel><title>Site {number}</title><link>https://site{number}.example/</link></channel>"
    items = "".join(
        f'<item rdf:about="https://site{number}.example/{at}"><title>{_sentence(rng, 7)}</title>'
        f"<link>https://site{number}.example/{at}</link><dc:date>2026-03-{_day(rng):02}T09:00:00Z</dc:date>"
        f"<dc:creator>Bo Lund</dc:creator><description>{escape(_body(rng, number))}</description></item>"
        for at in range(ENTRIES)
    )
    return f"{_OPEN_RDF}{head}{items}</rdf:RDF>"


def _atom(rng: random.Random, number: int, content: Callable[[], str]) -> str:
    entries = "".join(
        f"<entry><id>tag:site{number}.example,2026:{at}</id><title>{_sentence(rng, 7)}</title>"
        f'<link href="https://site{number}.example/{at}"/><updated>2026-03-{_day(rng):02}T09:00:00Z</updated>'
        f'<published>2026-03-01T08:00:00+01:00</published><category term="boxes"/>{content()}</entry>'
        for at in range(ENTRIES)
    )
    author = "<author><name>Ana Silva</name></author>"
    head = f"<id>urn:site:{number}</id><title>Site {number}</title><updated>2026-03-30T09:00:00Z</updated>"
    return f'{_OPEN_ATOM}{head}<link href="https://site{number}.example/"/>{author}{entries}</feed>'


def _atom_html(rng: random.Random, number: int) -> str:
    return _atom(rng, number, lambda: f'<content type="html">{escape(_body(rng, number))}</content>')


def _atom_xhtml(rng: random.Random, number: int) -> str:
    opened = '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">'
    return _atom(rng, number, lambda: f"{opened}{_body(rng, number)}</div></content>")


def _ours(body: bytes) -> int:
    return len(parse_feed(body, url="https://site.example/feed.xml").entries)


def _theirs(body: bytes) -> int:
    return len(
        feedparser.parse(
            io.BytesIO(body), response_headers={"content-location": "https://site.example/f"}
        ).entries
    )


def seconds(feeds: list[bytes], *, turn: int = TURN) -> tuple[float, float]:
    """Seconds that ours and theirs took for the same feeds; each must have found every entry."""
    ours = theirs = 0.0
    _ours(feeds[0]), _theirs(feeds[0])
    for at in range(0, len(feeds), turn):
        batch = feeds[at : at + turn]
        ours += _timed(_ours, batch)
        theirs += _timed(_theirs, batch)
    return ours, theirs


def _timed(parser: Callable[[bytes], int], batch: list[bytes]) -> float:
    start = time.perf_counter()
    found = [parser(body) for body in batch]
    spent = time.perf_counter() - start
    if set(found) != {ENTRIES}:
        raise SystemExit(f"{parser.__name__} lost entries: {sorted(set(found))}")
    return spent


def figures(count: int = FEEDS) -> list[Figure]:
    feeds = generated(count)
    ours, theirs = seconds(feeds)
    size = sum(map(len, feeds)) / len(feeds) / 1000
    return [
        Figure(
            "parse speed",
            f"{theirs / ours:.1f} x ({count / ours:.0f} against {count / theirs:.0f} feeds/s)",
            f">= {TIMES_FASTER} x feedparser",
            theirs / ours >= TIMES_FASTER,
            f"{count} feeds of {size:.0f} kB, sanitised on both sides, in turns of {TURN}",
        )
    ]


def main(argv: list[str] | None = None) -> int:
    arguments = sys.argv[1:] if argv is None else argv
    measured = figures(int(arguments[0]) if arguments else FEEDS)
    for one in measured:
        print(f"{one.name}: {one.value} (must: {one.must}; {one.how})")
    return 0 if all(one.holds is not False for one in measured) else 1


if __name__ == "__main__":
    sys.exit(main())
