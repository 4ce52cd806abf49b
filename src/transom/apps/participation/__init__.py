"""What the user could do and did: opportunities, actions and their ledger."""
