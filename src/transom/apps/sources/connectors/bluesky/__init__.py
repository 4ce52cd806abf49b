"""Bluesky: an account, through the public view that asks for no sign-in."""
