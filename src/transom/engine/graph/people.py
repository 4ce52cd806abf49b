"""How many independent people stand behind some items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from transom.engine.graph.items import Piece
from transom.engine.text.tokens import fold

# Bylines that many sites give everybody: they name nobody.
ROLES: Final = frozenset(
    {"admin", "administrator", "editor", "editors", "staff", "team", "webmaster", "noreply", "unknown"}
)


def voice(piece: Piece) -> str:
    """Whose item it is, as far as is known: the person, else byline and domain; "" for nobody known."""
    if piece.person:
        return f"person {piece.person}"
    author, home = _author(piece), piece.home
    return f"{author} at {home}" if author or home else ""


def independent(pieces: Iterable[Piece]) -> int:
    """How many independent people the items come from.

    Known persons count once each. Of the others, two are independent when both author and registrable domain
    differ, from each other and from those of the known persons' items. The largest number of items that are
    independent in pairs is the largest matching between authors and domains (König 1931), found by
    augmenting paths (Kuhn 1955); so it depends on no order, and an unresolved item never lowers it.
    """
    given = list(pieces)
    known = [piece for piece in given if piece.person]
    taken_authors = {_author(piece) for piece in known} - {""}
    taken_domains = {piece.home for piece in known} - {""}
    domains_of: dict[str, list[str]] = {}
    for piece in given:
        author, home = _author(piece), piece.home
        if piece.person or author in taken_authors or home in taken_domains or not (author or home):
            continue
        # A side that is not known stands for itself, apart from all that are.
        domains_of.setdefault(author or f"author of {home}", []).append(home or f"home of {author}")
    return len({piece.person for piece in known}) + _matching(domains_of)


def voices(pieces: Sequence[Piece]) -> tuple[str, ...]:
    """The distinct voices of some items in the order of their first word."""
    found = (voice(piece) for piece in sorted(pieces, key=lambda piece: (piece.published, piece.id)))
    return tuple(dict.fromkeys(one for one in found if one))


def _author(piece: Piece) -> str:
    name = " ".join(fold(piece.author).split())
    return "" if name in ROLES else name


def _matching(domains_of: dict[str, list[str]]) -> int:
    author_at: dict[str, str] = {}

    def seat(author: str, asked: set[str]) -> bool:
        for domain in domains_of[author]:
            if domain not in asked:
                asked.add(domain)
                if domain not in author_at or seat(author_at[domain], asked):
                    author_at[domain] = author
                    return True
        return False

    return sum(seat(author, set()) for author in domains_of)
