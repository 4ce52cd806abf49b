"""What publishes: sources, subscriptions, starter packs, reading lists."""
