"""Curated newsletters: they are feeds, and what connects here is their links: each a pick, the editor who picks."""
