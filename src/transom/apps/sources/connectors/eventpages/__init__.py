"""Dates that the pages of a society or venue describe for search engines (schema.org)."""
