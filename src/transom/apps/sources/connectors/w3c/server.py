"""W3C's interface with one group in it: linked and embedded lists, in pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transom.apps.sources.connectors.serving import Asked, Reply, Service, as_json, not_found

API = "https://api.w3.org"
Row = dict[str, Any]


def service(lists: Mapping[str, list[Row]], groups: Mapping[str, Row]) -> Service:
    """Serves groups by "wg/name" and lists by path; a list's name is the end of its path."""

    def answer(asked: Asked) -> Reply:
        path = asked.path.strip("/")
        if path.removeprefix("groups/") in groups:
            return as_json(groups[path.removeprefix("groups/")])
        if path not in lists:
            return not_found("Not Found")
        size, number = min(asked.number("items", 100), 1000), asked.number("page", 1)
        rows, name = lists[path], path.rpartition("/")[2]
        shown = rows[(number - 1) * size : number * size]
        pages = max(1, -(-len(rows) // size))
        about = {"page": number, "limit": size, "pages": pages, "total": len(rows)}
        if asked.one("embed") == "1":
            return as_json({**about, "_links": {}, "_embedded": {name: shown}})
        return as_json({**about, "_links": {name: [_link(one) for one in shown]}})

    return answer


def _link(row: Row) -> Row:
    if "href" in row:
        return row
    return {"href": row["_links"]["self"]["href"], "title": row.get("title") or row.get("name")}


def user(key: str, name: str) -> Row:
    return {"href": f"{API}/users/{key}", "title": name}


def participation(
    number: int, organisation: str = "", person: Row | None = None, expert: bool = False
) -> Row:
    """Somebody for themselves, or an organisation."""
    inner: Row = {"self": {"href": f"{API}/participations/{number}"}}
    if person:
        inner["user"] = person
    else:
        inner["organization"] = {"href": f"{API}/affiliations/{number}", "title": organisation}
        inner["participants"] = {"href": f"{API}/participations/{number}/participants"}
    return {
        "created": "2025-02-03T10:00:00+00:00",
        "individual": person is not None,
        "invited-expert": expert,
        "_links": inner,
    }


def specification(short: str, title: str, day: str) -> Row:
    """`day` is the latest version's, as 20260203."""
    where = f"{API}/specifications/{short}"
    return {
        "shortlink": f"https://www.w3.org/TR/{short}/",
        "shortname": short,
        "title": title,
        "description": f"<p>What <em>{title}</em> is about.</p>",
        "_links": {"self": {"href": where}, "latest-version": {"href": f"{where}/versions/{day}"}},
    }


def sample_service() -> Service:
    """A working group with two chairs, two specifications, an organisation with two people, and an expert."""
    base = "groups/wg/shelves"
    return service(
        {
            "groups": [
                {"href": f"{API}/{base}", "title": "Shelves Working Group"},
                {"href": f"{API}/groups/cg/felt", "title": "Felt Community Group"},
            ],
            f"{base}/chairs": [user("h3st", "Hester Quill"), user("k0f1", "Kofi Adjei")],
            f"{base}/team-contacts": [user("m3tt", "Mette Brandt")],
            f"{base}/specifications": [
                specification("shelf-drift", "Shelf Drift", "20260910"),
                specification("damp-1.0", "Damp and its Measure 1.0", "20241203"),
            ],
            f"{base}/participations": [
                participation(1, "Dry Rooms Ltd"),
                participation(2, person=user("1n35", "Ines Duarte"), expert=True),
            ],
            "participations/1/participants": [user("h3st", "Hester Quill"), user("t0m4", "Tomas Lindqvist")],
        },
        {
            "wg/shelves": {
                "id": 41,
                "name": "Shelves Working Group",
                "is_closed": False,
                "type": "working group",
                "shortname": "shelves",
                "description": "How shelves are described.",
                "_links": {"self": {"href": f"{API}/{base}"}},
            }
        },
    )
