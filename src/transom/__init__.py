"""Transom keeps a leader an active part of their community of practice, in fixed minutes a day."""

__version__ = "0.1.0"
