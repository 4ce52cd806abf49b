"""Which language a text is in."""


def detect(text: str, *, declared: str | None = None) -> str:
    """Two-letter language code of `text`, "" when unsure. Slow for Latin script: ask once a feed."""
    raise NotImplementedError
