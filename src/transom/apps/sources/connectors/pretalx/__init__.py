"""pretalx: a conference's programme, with its speakers."""
