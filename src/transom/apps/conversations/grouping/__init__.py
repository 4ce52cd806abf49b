"""Keeping conversations current: from library rows to the engine's pieces, and its answers back to rows."""
