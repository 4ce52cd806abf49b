"""Errors, identifiers and canonical addresses: what every other room may use."""
