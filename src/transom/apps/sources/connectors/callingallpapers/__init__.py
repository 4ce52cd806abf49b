"""CallingAllPapers: open calls of software conferences, gathered from several lists."""
