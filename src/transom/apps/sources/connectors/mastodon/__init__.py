"""Mastodon and servers that speak its interface: an account or a hashtag."""
