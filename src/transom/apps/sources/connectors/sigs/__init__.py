"""A community's sigs.yaml: its groups, who leads them, and when they meet."""
