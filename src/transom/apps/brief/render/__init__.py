"""A brief as a mail, as lines for a terminal, and as a feed."""
