"""Who is who: the practitioners behind identities, where they work, and what users said about them."""
