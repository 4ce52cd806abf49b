"""The finite list for a day or a week: candidates, feedback, choice, delivery."""
