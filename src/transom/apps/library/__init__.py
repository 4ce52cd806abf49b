"""What was published: items, bodies, links, reading state, notes, search; and refreshing."""
