"""A forum: its newest posts by `before`, as Discourse pages them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from transom.apps.sources.connectors.serving import Asked, Reply, Service, as_json, not_found

Row = dict[str, Any]
PAGE = 50
CATEGORIES = [
    {
        "id": 7,
        "name": "Climate of stores",
        "slug": "climate",
        "topic_count": 40,
        "description_text": "Loggers, drift, and what to do about damp.",
        "read_restricted": False,
        "subcategory_list": [
            {
                "id": 9,
                "name": "Loggers",
                "slug": "loggers",
                "topic_count": 12,
                "description_text": None,
                "read_restricted": False,
            }
        ],
    },
    {
        "id": 8,
        "name": "Pests",
        "slug": "pests",
        "topic_count": 55,
        "description_text": "Traps and what is in them.",
        "read_restricted": False,
    },
    {
        "id": 3,
        "name": "Loggers of the team",
        "slug": "team",
        "topic_count": 3,
        "description_text": "Among ourselves.",
        "read_restricted": True,
    },
]


def service(posts: list[Row], size: int = PAGE) -> Service:
    """Serves posts, newest first. `before` counts numbers, so that a page may hold fewer, as Discourse does."""

    def answer(asked: Asked) -> Reply:
        if asked.path == "/categories.json":
            return as_json({"category_list": {"can_create_topic": False, "categories": CATEGORIES}})
        if asked.path != "/posts.json":
            return not_found()
        top = max((row["id"] for row in posts), default=0)
        before = asked.number("before", top + 1)
        shown = [row for row in posts if before - size <= row["id"] < before]
        return as_json({"latest_posts": sorted(shown, key=lambda row: -int(row["id"]))})

    return answer


def post(
    number: int,
    user: str,
    when: datetime,
    html: str,
    *,
    topic: int = 1,
    place: int = 1,
    reply: int = 0,
    answers: str = "",
) -> Row:
    """`reply` is the place in its topic of the post that it answers, `answers` whose that is."""
    return {
        "id": number,
        "username": user,
        "name": user.title(),
        "created_at": when.isoformat(),
        "cooked": html,
        "post_number": place,
        "post_type": 1,
        "updated_at": when.isoformat(),
        "topic_id": topic,
        "topic_slug": f"topic-{topic}",
        "topic_title": f"Topic &amp; {topic}",
        "category_id": 7 if topic == 1 else 8,
        "reply_to_post_number": reply or None,
        **({"reply_to_user": {"username": answers, "name": answers.title()}} if answers else {}),
        "admin": False,
        "moderator": user == "hester",
        "hidden": False,
    }


def sample_service(now: datetime | None = None) -> Service:
    now = now or datetime.now(UTC)
    link = '<p>See <a href="https://trap-room.example/felt">felt</a> <a class="mention" href="/u/kofi">@kofi</a></p>'
    return service(
        [
            post(101, "hester", now - timedelta(days=2), "<p>Who measures drift?</p>"),
            post(102, "kofi", now - timedelta(days=1), link, place=2),
        ]
    )
