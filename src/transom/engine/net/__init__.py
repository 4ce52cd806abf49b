"""The one place that does network I/O: HTTP port and adapter, address guard, politeness, limits."""
