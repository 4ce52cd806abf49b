"""The two networks: a Mastodon server and Bluesky's public view, with the community's accounts and posts."""

from __future__ import annotations

import re
from html import escape

from transom.apps.sources.connectors.bluesky import server as bluesky
from transom.apps.sources.connectors.mastodon import server as mastodon
from transom.apps.sources.connectors.serving import Service
from transom.demo.community import MASTODON
from transom.demo.services.posts import Post, accounts, posts
from transom.demo.services.stage import Row, Stage, number_of, table

_LINK = re.compile(r"\[([^\]]*)\]\((@[^)]*)\)")


def mastodon_service(stage: Stage) -> Service:
    """The community's Mastodon server."""
    people = {
        row["name"]: _account(number, row, stage) for number, row in enumerate(table("social")["mastodon"], 1)
    }
    said = [post for post in posts(stage) if post.by in people]
    statuses = {post.key: _status(post, people, stage) for post in said}
    for post in said:
        if post.answers_to in statuses:
            statuses[post.key] |= mastodon.answering(statuses[post.answers_to], post.by)
    passed = [
        mastodon.status(
            number_of(boost.at, f"{post.key} {boost.by}"),
            people[boost.by],
            boost.at,
            "",
            reblog=statuses[post.key],
        )
        for post in said
        for boost in post.boosts
    ]
    return mastodon.service(list(people.values()), [*statuses.values(), *passed])


def _account(number: int, row: Row, stage: Stage) -> Row:
    fields = []
    if row.get("site"):
        fields.append(("Site", stage.site(row["site"]), bool(row.get("proven"))))
    if row.get("orcid"):
        orcid = next(one["orcid"] for one in table("papers")["authors"] if one.get("person") == row["person"])
        fields.append(("ORCID", f"https://orcid.org/{orcid}", False))
    shown = row.get("shown") or stage.name(row["person"])
    return {**mastodon.account(number, shown, row["name"], fields), "note": f"<p>{escape(row['note'])}</p>"}


def _status(post: Post, people: dict[str, Row], stage: Stage) -> Row:
    number = number_of(post.at, post.key)
    if not post.about:
        return mastodon.status(number, people[post.by], post.at, stage.html(post.text))
    address, title = stage.article(post.about), stage.community.items[post.about].title
    content = f'<p>{escape(post.text)}</p><p><a href="{escape(address)}">{escape(address)}</a></p>'
    made = mastodon.status(number, people[post.by], post.at, content, card=address)
    made["card"]["title"] = title
    return made


def bluesky_service(stage: Stage) -> Service:
    """Bluesky's public view of the community's accounts."""
    rows = table("social")["bluesky"]
    people = {
        row["handle"]: {
            **bluesky.account(row["did"], row["handle"], stage.name(row["person"])),
            "description": row["note"],
        }
        for row in rows
    }
    said = [post for post in posts(stage) if post.by in people]
    entries: dict[str, Row] = {}
    for post in said:
        parent = entries.get(post.answers_to)
        entries[post.key] = _entry(post, people, parent, stage)
    passed = [
        bluesky.reposted(entries[post.key], people[boost.by], boost.at)
        for post in said
        for boost in post.boosts
    ]
    return bluesky.service([*entries.values(), *passed], list(people.values()))


def _entry(post: Post, people: dict[str, Row], parent: Row | None, stage: Stage) -> Row:
    key = f"3{number_of(post.at, post.key):x}"
    link = stage.article(post.about) if post.about else ""
    text = stage.clock.spell(post.text, "en")
    if found := _LINK.search(text):
        link = stage.article(found[2].removeprefix("@"))
    return bluesky.entry(key, people[post.by], post.at, _LINK.sub(r"\1", text), link, answers=parent)


def names() -> list[str]:
    """What one may follow there: handles as people write them."""
    return [name if "." in name else f"@{name}@{MASTODON}" for name in accounts()]
