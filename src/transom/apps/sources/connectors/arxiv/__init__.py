"""arXiv: preprints that fit a search or are by somebody."""
