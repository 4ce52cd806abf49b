"""GitHub: a repository's releases, or what somebody does in public."""
