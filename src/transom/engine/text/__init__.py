"""Text as values: sanitising, language, tokens, reading time."""
