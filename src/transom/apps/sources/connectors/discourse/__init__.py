"""Forums that run Discourse: everything that is posted there, or in one category."""
