"""A repository of minutes as GitHub serves it (its tree, and its files as text), and a site that lists some."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

from transom.apps.sources.connectors.serving import Asked, Reply, Service, as_json, not_found, with_etag

Files = Mapping[str, str]
PLAIN = "text/plain; charset=utf-8"


def service(repositories: Mapping[str, Files], pages: Mapping[str, tuple[str, str]] | None = None) -> Service:
    """Serves files by "owner/name" and path; and pages (content type and body) by path."""

    def answer(asked: Asked) -> Reply:
        path = unquote(asked.path)
        if pages and path in pages:
            kind, body = pages[path]
            return with_etag(asked, Reply(body=body.encode(), content_type=kind))
        if path.startswith("/api/v3/repos/"):
            files = repositories.get(path.removeprefix("/api/v3/repos/").removesuffix("/git/trees/HEAD"))
            return with_etag(asked, as_json(tree(files))) if files is not None else not_found()
        if path.startswith("/raw/"):
            owner, name, _, inner = path.removeprefix("/raw/").split("/", 3)
            text = repositories.get(f"{owner}/{name}", {}).get(inner)
            if text is not None:
                return with_etag(asked, Reply(body=text.encode(), content_type=PLAIN))
        return Reply(404, b"404: Not Found", content_type=PLAIN)

    return answer


def tree(files: Files) -> dict[str, object]:
    """What /git/trees answers."""
    rows = [
        {"path": path, "mode": "100644", "type": "blob", "sha": _sha(text), "size": len(text)}
        for path, text in sorted(files.items())
    ]
    folders = {path.rpartition("/")[0] for path in files if "/" in path}
    rows += [{"path": one, "mode": "040000", "type": "tree", "sha": _sha(one)} for one in sorted(folders)]
    return {"sha": _sha("".join(files.values())), "url": "", "tree": rows, "truncated": False}


def _sha(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def minutes(title: str, present: str, absent: str = "") -> str:
    """Minutes with a list of attendees."""
    regrets = f"## Regrets\n\n{absent}\n\n" if absent else ""
    notes = "## Agenda\n\n* Damp\n* Felt\n\n## Notes\n\n* Hester: it is damp.\n"
    return f"# {title}\n\n## Attendees\n\n{present}\n\n{regrets}{notes}"


def sample_service(now: datetime | None = None) -> Service:
    """Three meetings of a group, one of another, and a file that is no minutes."""
    today = (now or datetime.now(UTC)).date()
    files = {"README.md": "# Meetings\n\nWhere the shelf group keeps its minutes.\n"}
    lists = (
        "* Hester Quill (Dry Rooms Ltd)\n* Kofi Adjei - Veldhaven Lab\n* Mette Brandt",
        "* Hester Quill (Dry Rooms Ltd)\n* Mette Brandt (phone)\n* Ines Duarte @inesd",
        "* Hester Quill (Tarnholt Archive)\n* Kofi Adjei - Veldhaven Lab",
    )
    for number, present in enumerate(lists):
        day = today - timedelta(days=70 - 28 * number)
        title = f"Shelf Group, Storage: {day:%d %B %Y}"
        files[f"storage/{day.year}/{day}.md"] = minutes(title, present, "* Tomas Lindqvist")
    files[f"outreach/{today.year}/{today - timedelta(days=5)}.md"] = minutes("Outreach", "* Ada Okafor")
    return service({"shelf-group/meetings": files})
