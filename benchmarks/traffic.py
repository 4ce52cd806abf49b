"""A field's made-up traffic with planted conversations, for `benchmarks/conversations.py`.

Ninety days of a field with sixty writers, each with a domain of their own (a few share one). Most items are
about one of a dozen *topics* and belong to no conversation: same-topic decoys that share the topic's words.
Planted threads are about an *event* of a topic: two to a dozen items within days, tied in one of four ways:
all point at the same document, all answer the first post, each answers the one before, or no links at all,
only the event's own words. What is tied by links may say little of the event's words; some events take up
names of an earlier one; every tenth lone item names an event in passing; some writers keep a weekly series in
words of its own. Weekly roundups point at a score of items. Common targets (tools' pages, donation
pages) stand in many items, some new ones too (a sponsor of the week). Words follow Zipf's law; a writer who
copies a press release makes a near duplicate. Everything is drawn from the seed alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

DAY: Final = 86_400.0
START: Final = 1_770_000_000.0
DAYS: Final = 90
WRITERS: Final = 60
TOPICS: Final = 12
THREADS: Final = 60
LONE_A_DAY: Final = 14
COMMON: Final = 40
SHAPES: Final = ("document", "star", "chain", "words", "copies")


@dataclass(slots=True)
class Post:
    """One made-up item; `thread` is the planted conversation, -1 for none."""

    id: int
    published: float
    author: str
    domain: str
    address: str
    title: list[str]
    body: list[str]
    links: list[str] = field(default_factory=list)
    thread: int = -1


class Traffic:
    """Draws a field's posts from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._posts: list[Post] = []
        self._events: list[list[str]] = []
        self._general = [f"word{n}" for n in range(4000)]
        self._general_odds = _zipf(4000, 1.05)
        self._topics = [[f"topic{t}term{n}" for n in range(120)] for t in range(TOPICS)]
        self._topic_odds = _zipf(120, 0.9)
        # Every tenth domain is a group blog with two writers.
        self._homes = [f"site{n - n % 10 if n % 10 == 1 else n}.example" for n in range(WRITERS)]
        self._common = [f"https://tool{n}.example/page" for n in range(COMMON)]

    def posts(self) -> list[Post]:
        """All posts in the order of time, numbered so."""
        self._lone()
        for thread in range(THREADS):
            self._thread(thread)
        self._passing()
        self._series()
        self._sponsors()
        self._roundups()
        self._posts.sort(key=lambda post: post.published)
        for number, post in enumerate(self._posts, 1):
            post.id = number
        return self._posts

    def _post(
        self, writer: int, at: float, topic: int, event: Sequence[str], thread: int = -1, least: int = 12
    ) -> Post:
        title = self._some(self._topics[topic], self._topic_odds, 2) + self._some(
            self._general, self._general_odds, 3
        )
        if event:
            title += self._some(event, _zipf(len(event), 0.5), int(self._random.integers(1, 4)))
        body = self._some(self._general, self._general_odds, int(self._random.integers(80, 400)))
        body += self._some(self._topics[topic], self._topic_odds, int(self._random.integers(15, 60)))
        if event:
            body += self._some(event, _zipf(len(event), 0.5), int(self._random.integers(least, 45)))
        number = len(self._posts)
        home = self._homes[writer]
        post = Post(
            0, at, f"Writer {writer}", home, f"https://{home}/posts/{number}", title, body, [], thread
        )
        post.links = [self._common[k] for k in self._random.integers(0, COMMON, self._random.poisson(1.0))]
        post.links += [f"https://{home}/about", f"https://{home}/posts/{max(number - 70, 0)}"]
        if self._random.random() < 0.5:
            post.links.append(f"https://elsewhere{self._random.integers(0, 5000)}.example/a")
        self._posts.append(post)
        return post

    def _some(self, words: Sequence[str], odds: np.ndarray, count: int) -> list[str]:
        return [words[at] for at in self._random.choice(len(words), count, p=odds)]

    def _lone(self) -> None:
        for day in range(DAYS):
            for _ in range(int(self._random.poisson(LONE_A_DAY))):
                at = START + (day + self._random.random()) * DAY
                # A third are about something of their own, which nobody takes up.
                own = self._names("lone", 12) if self._random.random() < 0.34 else []
                self._post(self._writer(), at, self._topic(), own)

    def _thread(self, thread: int) -> None:
        shape = SHAPES[thread % len(SHAPES)]
        size = 2 + min(int(self._random.geometric(0.28)) - 1, 11)
        writers = self._independent(size)
        first = START + self._random.random() * (DAYS - 12) * DAY
        times = np.sort(np.concatenate([[0.0], self._random.exponential(1.8, size - 1)]).clip(0, 9)) * DAY
        event, topic = self._event(thread), self._topic()
        least = 12 if shape in ("words", "copies") else 3
        document = f"https://board{thread}.example/documents/{thread}"
        made: list[Post] = []
        for writer, after in zip(writers, times, strict=True):
            post = self._post(writer, first + after, topic, event, thread, least)
            self._tie(post, made, shape, document)
            made.append(post)

    def _event(self, thread: int) -> list[str]:
        """An event's own names; every third takes up five of an earlier event's."""
        names = self._names(f"event{thread}", 25)
        if thread % 3 == 2:
            names[:5] = self._events[int(self._random.integers(0, thread))][:5]
        self._events.append(names)
        return names

    def _passing(self) -> None:
        for post in self._posts:
            if post.thread < 0 and self._random.random() < 0.1:
                named = self._events[int(self._random.integers(0, THREADS))]
                post.body += self._some(named, _zipf(len(named), 0.5), 2)

    def _series(self) -> None:
        for writer in (5, 8, 21):
            own, topic = self._names(f"series{writer}", 12), self._topic()
            for week in range(DAYS // 7):
                self._post(writer, START + (week * 7 + 2.5) * DAY + writer * 60, topic, own)

    def _tie(self, post: Post, before: list[Post], shape: str, document: str) -> None:
        if shape == "document":
            post.links.append(document)
        elif shape == "star" and before:
            post.links.append(before[0].address)
        elif shape == "chain" and before:
            post.links.append(before[-1].address)
        elif shape == "copies" and before and self._random.random() < 0.6:
            post.title, post.body = list(before[0].title), list(before[0].body)
            post.body[:10] = self._some(self._general, self._general_odds, 10)

    def _sponsors(self) -> None:
        """Each fortnight a new address that a tenth of that time's posts carry, whatever they are about."""
        for week in range(0, DAYS // 7, 2):
            start = START + week * 7 * DAY
            for post in self._posts:
                if start <= post.published < start + 7 * DAY and self._random.random() < 0.1:
                    post.links.append(f"https://sponsor{week}.example/offer")

    def _roundups(self) -> None:
        plain = list(self._posts)
        for writer in (3, 14, 33):
            for week in range(1, DAYS // 7 + 1):
                at = START + week * 7 * DAY + writer * 600
                recent = [p for p in plain if at - 7 * DAY <= p.published < at]
                chosen = self._random.permutation(len(recent))[:20]
                post = self._post(writer, at, self._topic(), [])
                post.links += [recent[int(k)].address for k in chosen]
                post.body += [word for k in chosen for word in recent[int(k)].title]

    def _names(self, stem: str, count: int) -> list[str]:
        return [f"{stem}name{self._random.integers(0, 10**6)}" for _ in range(count)]

    def _topic(self) -> int:
        return int(self._random.choice(TOPICS, p=_zipf(TOPICS, 0.6)))

    def _writer(self) -> int:
        return int(self._random.choice(WRITERS, p=_zipf(WRITERS, 0.7)))

    def _independent(self, count: int) -> list[int]:
        """Distinct writers, the first two of different domains."""
        chosen = [int(w) for w in self._random.permutation(WRITERS)[:count]]
        if self._homes[chosen[0]] == self._homes[chosen[1]]:
            return self._independent(count)
        return chosen


def _zipf(count: int, exponent: float) -> np.ndarray:
    odds = 1.0 / np.arange(1, count + 1) ** exponent
    shares: np.ndarray = odds / odds.sum()
    return shares
