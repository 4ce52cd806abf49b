"""What the community is about just now, and where and when it meets."""
