"""A user and the people they know: whom they follow, whom they know, what they noted."""
