"""The demo community: an invented field served over real HTTP on loopback."""
