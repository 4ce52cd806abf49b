"""Keeping what one has: backups, going back to one, and finding out what is wrong."""
