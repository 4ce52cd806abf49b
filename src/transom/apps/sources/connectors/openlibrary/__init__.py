"""Open Library: the books of an author."""
