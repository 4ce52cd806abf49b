"""Features, value, choice under a budget, and the explanation of a pick."""
