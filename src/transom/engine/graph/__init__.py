"""Standing, conversations, themes over time and the map of a community."""
