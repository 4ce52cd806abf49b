"""When to fetch: what is due, back-off, the adaptive schedule."""
