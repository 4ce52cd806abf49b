"""Indico: a category's meetings and conferences, or one event with its contributions."""
