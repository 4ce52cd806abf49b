"""From a document's bytes to drafts of items: pure work without a database, done in other processes when much comes."""
