"""Bytes to plain values, one module a format."""
