"""What all apps stand on: outbox, job port, owner-scoped rows, search port, export and deletion registry."""
