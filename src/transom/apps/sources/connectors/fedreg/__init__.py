"""Federal Register of the United States: documents that ask for comments, with their closing dates."""
