"""IETF Datatracker: a working group's documents, people and meetings."""
