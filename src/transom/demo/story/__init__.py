"""The story as data: people, sites and items in TOML and Markdown, read by `transom.demo.community`."""
