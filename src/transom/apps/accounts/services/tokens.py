"""Tokens that open something once: only their hash is kept."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """43 URL-safe characters, 256 bits."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What is kept of a token: SHA-256 in hex. A token has 256 bits of chance, so it needs no salt."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
