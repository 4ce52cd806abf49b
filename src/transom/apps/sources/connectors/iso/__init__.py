"""ISO Open Data: what a committee publishes, and what it is working on."""
