"""The Bench: the community's forum, in Discourse's shape."""

from __future__ import annotations

import re
from html import escape

from transom.apps.sources.connectors.discourse import server as discourse
from transom.apps.sources.connectors.serving import Service
from transom.demo.model import StoryError
from transom.demo.services.stage import Row, Stage, table

FIRST = 400  # the number of the oldest post


def host() -> str:
    return str(table("forum")["host"])


def service(stage: Stage) -> Service:
    """All posts that were written by now, numbered by time, so that a later day changes no number."""
    rows = [
        (stage.clock.moment(ago, at), number, place, user, text, topic)
        for number, topic in enumerate(table("forum")["topics"], start=1)
        for place, (user, ago, at, text) in enumerate(topic["posts"], start=1)
    ]
    posts = []
    for key, (when, number, place, user, text, topic) in enumerate(
        sorted(rows, key=lambda row: row[:3]), FIRST
    ):
        if stage.has_come(when):
            made = discourse.post(key, user, when, stage.html(text), topic=number, place=place)
            posts.append(made | _about(user, topic, stage))
    return discourse.service(posts)


def _about(user: str, topic: Row, stage: Stage) -> Row:
    return {
        "name": _name(user, stage),
        "moderator": user == "desk",
        "category_id": topic["category"],
        "topic_title": escape(topic["title"]),
        "topic_slug": re.sub(r"[^a-z0-9]+", "-", topic["title"].lower()).strip("-"),
    }


def _name(user: str, stage: Stage) -> str:
    people, names = table("forum")["users"], table("forum")["names"]
    if user in people:
        return stage.name(people[user])
    if user not in names:
        raise StoryError(f"forum.toml: nobody is called {user}")
    return str(names[user])
