"""What a brief can be chosen from, held warm for each user, and what was learned about their choices."""
