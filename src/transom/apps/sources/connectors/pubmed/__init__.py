"""PubMed: papers that fit a search, with their authors."""
