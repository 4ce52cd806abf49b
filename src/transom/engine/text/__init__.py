"""Text: sanitising, language, words, similarity, reading time, dates ahead. Pure functions throughout."""
