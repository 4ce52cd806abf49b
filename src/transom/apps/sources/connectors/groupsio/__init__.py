"""groups.io: what is written in a group, from its archive."""
