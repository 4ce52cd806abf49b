"""Figures of the hot paths, each against a named alternative in the same run."""
