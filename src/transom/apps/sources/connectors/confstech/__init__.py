"""confs.tech: conferences of the software trades by topic and year, with their calls."""
