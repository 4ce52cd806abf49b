"""OpenAlex: an author's papers, or a topic's."""
