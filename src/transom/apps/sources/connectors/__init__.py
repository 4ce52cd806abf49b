"""Sources that are no feeds: one folder each, complete with client, mapping and a local server of the real protocol."""
