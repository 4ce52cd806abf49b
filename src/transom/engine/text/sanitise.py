"""HTML from strangers, made safe to show."""


def sanitise(html: str, *, base_url: str = "") -> str:
    """`html` reduced to an allow-list of harmless markup, with absolute links. Idempotent."""
    raise NotImplementedError


def to_text(html: str) -> str:
    """The plain text of an HTML fragment: entities resolved, blocks on lines of their own."""
    raise NotImplementedError
